"""The client certificate that a source presents: chain, key, and whether they belong together."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from sourcekeep.engine.tls.certificates import (
    CertificateFault,
    parse_certificates,
    parse_der,
    parse_key,
    require_cheap,
)
from sourcekeep.engine.tls.profile import TlsProfile


@dataclass(frozen=True)
class ClientIdentity:
    """A client certificate with its chain (leaf first) and the key that matches the leaf."""

    chain: tuple[x509.Certificate, ...]
    key: PrivateKeyTypes


def client_identity(profile: TlsProfile) -> ClientIdentity:
    """The profile's client certificate, chain and key, ready to present.

    Raises CertificateFault; a saved profile has passed `check_tls` and does not.
    """
    if profile.client_pkcs12:
        identity = parse_pkcs12(profile.client_pkcs12, profile.client_key_password)
    else:
        identity = ClientIdentity(
            chain=tuple(parse_certificates(profile.client_cert or "")),
            key=parse_key(profile.client_key or "", profile.client_key_password),
        )
    return ClientIdentity(chain=matching_first(identity.chain, identity.key), key=identity.key)


def parse_pkcs12(text: str, password: str | None) -> ClientIdentity:
    """The identity in base64 of a PKCS#12 file (.p12, .pfx).

    Raises CertificateFault: not_base64, not_pkcs12, key_password_missing, key_password_wrong,
    missing (the file has no key or no certificate), key_too_slow.
    """
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CertificateFault("not_base64", "The PKCS#12 file must be given as base64.") from None
    if not data.startswith(b"\x30"):
        raise CertificateFault("not_pkcs12", "The base64 text does not hold a PKCS#12 file.")
    require_cheap(data, "PKCS#12 file")
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(
            data, None if password is None else password.encode()
        )
    except ValueError as error:
        # cryptography raises one ValueError for both; only the password case names it.
        if "password" not in str(error).lower():
            raise CertificateFault(
                "not_pkcs12", "The base64 text does not hold a PKCS#12 file that can be read."
            ) from None
        if password:
            raise CertificateFault(
                "key_password_wrong", "The password does not open the PKCS#12 file."
            ) from None
        raise CertificateFault(
            "key_password_missing", "The PKCS#12 file is encrypted: enter its password."
        ) from None
    except Exception as error:  # of what the library does not support, and of fields it can't read
        raise CertificateFault("not_pkcs12", f"The PKCS#12 file cannot be used: {error}") from None
    if key is None or leaf is None:
        raise CertificateFault(
            "missing", "The PKCS#12 file must hold both a private key and its certificate."
        )
    return ClientIdentity(chain=_readable((leaf, *others)), key=key)


def _readable(chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(parse_der(one.public_bytes(serialization.Encoding.DER)) for one in chain)
    except ValueError:
        raise CertificateFault(
            "not_pkcs12", "A certificate in the PKCS#12 file could not be read."
        ) from None


def matching_first(
    chain: Sequence[x509.Certificate], key: PrivateKeyTypes
) -> tuple[x509.Certificate, ...]:
    """The chain with the key's own certificate first, as TLS wants it (RFC 8446 4.4.2).

    Raises CertificateFault key_mismatch when the key belongs to none of them.
    """
    own = _public_bytes(key.public_key())
    for certificate in chain:
        if _key_of(certificate) == own:
            return (certificate, *(other for other in chain if other is not certificate))
    raise CertificateFault(
        "key_mismatch", "The private key does not belong to the client certificate."
    )


def _key_of(certificate: x509.Certificate) -> bytes | None:
    try:
        return _public_bytes(certificate.public_key())
    except Exception:  # a kind of key that the library does not know: no key here is of that kind
        return None


def _public_bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
