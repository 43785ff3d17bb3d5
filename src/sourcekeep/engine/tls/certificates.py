"""Reads certificates and keys out of whatever a person pasted; knows nothing of connections."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.utils import CryptographyDeprecationWarning

from sourcekeep.engine.tls.key_cost import MOST_ROUNDS, rounds
from sourcekeep.model.certificate import CertificateFacts

# What is inside holds no five hyphens, so that each BEGIN is looked at no further than the next one:
# a text of many takes no longer than any other.
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_LEGACY_ENCRYPTION = re.compile(
    r"\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*(\S+)\s+(.*)", re.DOTALL
)
_CERTIFICATE_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")
_KEY_SUFFIX = "PRIVATE KEY"


class CertificateFault(Exception):
    """One thing wrong with pasted material: a stable code and the words for a person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def certificates_in(pem: str) -> list[CertificateFacts]:
    """The facts of every certificate in pasted text. Raises CertificateFault when there is none."""
    return [facts_of(certificate) for certificate in parse_certificates(pem)]


def facts_of(certificate: x509.Certificate | bytes) -> CertificateFacts:
    """The facts of one certificate, given parsed or as DER."""
    if isinstance(certificate, bytes):
        certificate = parse_der(certificate)
    return CertificateFacts(
        subject=name_text(certificate.subject),
        issuer=name_text(certificate.issuer),
        san=tuple(shown(name) for name in names_of(certificate)),
        not_before=_rfc3339(certificate.not_valid_before_utc),
        not_after=_rfc3339(certificate.not_valid_after_utc),
        sha256=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        self_signed=is_self_signed(certificate),
        is_ca=is_ca(certificate),
    )


def facts_of_chain(chain: Sequence[bytes]) -> tuple[CertificateFacts, ...]:
    """The facts of a presented chain (DER, leaf first), as far as it can be read."""
    return tuple(facts_of(certificate) for certificate in parse_chain(chain))


def parse_chain(chain: Sequence[bytes]) -> list[x509.Certificate]:
    """A presented chain, up to a certificate that cannot be read."""
    found = []
    for der in chain:
        try:
            found.append(parse_der(der))
        except ValueError:
            break
    return found


def parse_certificates(pem: str) -> list[x509.Certificate]:
    """Every certificate in the text, in its order; text around the blocks is ignored.

    Raises CertificateFault: private_key_in_certificate_field, not_pem.
    """
    blocks = _blocks(pem)
    if any(label.endswith(_KEY_SUFFIX) for label, _ in blocks):
        raise CertificateFault(
            "private_key_in_certificate_field",
            "This field is for a certificate, but a private key was pasted. "
            "Put the key into Client Key and do not share it.",
        )
    bodies = [body for label, body in blocks if label in _CERTIFICATE_LABELS]
    if not bodies:
        raise CertificateFault("not_pem", _not_a_certificate(pem, [label for label, _ in blocks]))
    return [_certificate(body, number, len(bodies)) for number, body in enumerate(bodies, start=1)]


def parse_key(pem: str, password: str | None) -> PrivateKeyTypes:
    """The one private key in the text: PKCS#8, PKCS#1 or SEC 1, plain or encrypted.

    Raises CertificateFault: not_pem, certificate_in_key_field, several_keys,
    key_password_missing, key_password_wrong, key_not_supported, key_too_slow.
    """
    blocks = _blocks(pem)
    keys = [(label, body) for label, body in blocks if label.endswith(_KEY_SUFFIX)]
    if not keys:
        if any(label in _CERTIFICATE_LABELS for label, _ in blocks):
            raise CertificateFault(
                "certificate_in_key_field",
                "This field is for the private key, but a certificate was pasted.",
            )
        raise CertificateFault(
            "not_pem",
            "No private key was found. Paste the whole file, with its "
            "-----BEGIN … PRIVATE KEY----- and -----END … PRIVATE KEY----- lines.",
        )
    if len(keys) > 1:
        raise CertificateFault("several_keys", "Several private keys were pasted; keep one.")
    label, body = keys[0]
    if label == "OPENSSH PRIVATE KEY":
        raise CertificateFault(
            "key_not_supported",
            "This is an OpenSSH key. Convert it with `ssh-keygen -p -m PEM -f client.key`.",
        )
    return _load_key(label, body, password)


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether the certificate is its own issuer, by name and by signature."""
    if certificate.subject != certificate.issuer:
        return False
    return is_issued_by(certificate, certificate)


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `issuer`'s key signed `certificate` and the names fit."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:
        # The library raises ValueError, TypeError, InvalidSignature or UnsupportedAlgorithm,
        # all of which mean the same here: no proof of issue.
        return False
    return True


def is_ca(certificate: x509.Certificate) -> bool:
    """The CA flag of the basic constraints (RFC 5280 4.2.1.9); False when they are absent."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except Exception:  # it has none, or one that cannot be read: the library raises half a dozen
        return False
    return constraints.value.ca


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names and IP addresses of the subjectAltName (RFC 5280 4.2.1.6), in order."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except Exception:  # as in is_ca
        return ()
    names = [
        str(name.value)
        for name in alternative.value
        if isinstance(name, x509.DNSName | x509.IPAddress)
    ]
    return tuple(names)


def name_text(name: x509.Name) -> str:
    """A distinguished name as RFC 4514 writes it, safe to show."""
    return shown(name.rfc4514_string())


def shown(text: str) -> str:
    """Text of a stranger's certificate, safe to show: a terminal would obey control characters, and
    a page would show others in another order."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def parse_der(der: bytes) -> x509.Certificate:
    """One certificate from DER, in which names and dates can be read. Raises ValueError.

    The library reads a field when it is asked for, and what is broken would show anywhere then.
    """
    with warnings.catch_warnings():
        # Oddities of real private CAs (negative serials, old encodings) are theirs to mend;
        # a warning on our standard error helps nobody.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        warnings.simplefilter("ignore", UserWarning)
        try:
            certificate = x509.load_der_x509_certificate(der)
            _read(certificate)
        except Exception as error:  # ValueError, TypeError, InvalidVersion: they have no base
            raise ValueError(str(error)) from error
    return certificate


def _read(certificate: x509.Certificate) -> None:
    """Ask for all that is asked for later."""
    name_text(certificate.subject)
    name_text(certificate.issuer)
    _rfc3339(certificate.not_valid_before_utc)
    _rfc3339(certificate.not_valid_after_utc)


def _blocks(pem: str) -> list[tuple[str, str]]:
    # Text copied out of JSON or an .env file has its line ends as the two characters \n.
    text = pem.replace("\\r", "").replace("\\n", "\n")
    found = []
    for begin in _BEGIN.finditer(text):
        stop = text.find("-----", begin.end())
        if stop >= 0 and text.startswith(f"-----END {begin[1]}-----", stop):
            found.append((begin[1], text[begin.end() : stop]))
    return found


def _certificate(body: str, number: int, count: int) -> x509.Certificate:
    which = "The certificate" if count == 1 else f"Certificate {number} of {count}"
    try:
        return parse_der(_base64(body))
    except (binascii.Error, ValueError):
        raise CertificateFault(
            "not_pem",
            f"{which} could not be read: its text is damaged or cut. Paste the whole file again.",
        ) from None


def _base64(body: str) -> bytes:
    return base64.b64decode("".join(body.split()), validate=True)


def _not_a_certificate(pem: str, labels: Sequence[str]) -> str:
    if "CERTIFICATE REQUEST" in labels or "NEW CERTIFICATE REQUEST" in labels:
        return "A certificate request (CSR) was pasted. Paste the certificate that the CA issued for it."
    if "PUBLIC KEY" in labels:
        return "A public key was pasted. Paste the certificate."
    if "-----BEGIN" in pem:
        return "The -----BEGIN CERTIFICATE----- block is not complete. Paste the whole file."
    return (
        "No certificate was found. Paste the whole file, with its "
        "-----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- lines."
    )


def _load_key(label: str, body: str, password: str | None) -> PrivateKeyTypes:
    legacy = _LEGACY_ENCRYPTION.match(body)
    encrypted = label.startswith("ENCRYPTED") or legacy is not None
    if encrypted and not password:
        raise CertificateFault(
            "key_password_missing", "The private key is encrypted: enter its password."
        )
    given = password.encode() if encrypted and password else None
    if legacy is None:
        require_cheap(_decoded(body), "private key")
    try:
        return serialization.load_pem_private_key(_clean_key(label, body, legacy), given)
    except (ValueError, TypeError):
        if encrypted:
            raise CertificateFault(
                "key_password_wrong", "The password does not open the private key."
            ) from None
        raise CertificateFault(
            "not_pem",
            "The private key could not be read: its text is damaged or cut. "
            "Paste the whole file again.",
        ) from None
    except Exception as error:
        # UnsupportedAlgorithm has no single base class across the library's versions.
        raise CertificateFault(
            "key_not_supported", f"This kind of private key is not supported: {error}"
        ) from None


def require_cheap(der: bytes, what: str) -> None:
    """Raises CertificateFault for a key file that would take too long to open."""
    found = rounds(der)
    if found > MOST_ROUNDS:
        raise CertificateFault(
            "key_too_slow",
            f"The {what}'s password is hashed {found:,} times, at most {MOST_ROUNDS:,} are. "
            "Encrypt it anew with fewer rounds (`openssl pkcs8 -topk8 -iter 600000`, for PKCS#12 "
            "`openssl pkcs12 -export -iter 600000`).",
        )


def _decoded(body: str) -> bytes:
    """The bytes of a block; none of one that is damaged, which the parser says better."""
    try:
        return _base64(body)
    except (binascii.Error, ValueError):
        return b""


def _clean_key(label: str, body: str, legacy: re.Match[str] | None) -> bytes:
    """The block in the exact form the parser wants, whatever a form did to its line ends."""
    head = ""
    if legacy is not None:
        head = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {legacy[1]}\n\n"
        body = legacy[2]
    text = "".join(body.split())
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{head}{lines}\n-----END {label}-----\n".encode()


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
