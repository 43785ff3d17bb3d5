"""The demo's private CA, and the files that a newcomer pastes: server.crt, client.crt, client.key.

`server.crt` holds the server's certificate and then the CA's, so that it works in "CA Cert" pasted
as it is, whether a client anchors its trust in the CA or in the server's own certificate.

The CA's key signs once and is thrown away: nobody who copies the folder can sign anything with it.
So the files are one set, made and renewed together.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=397)  # what browsers and stricter clients accept of a server
RENEW_BEFORE = timedelta(days=30)  # when Sourcekeep itself would begin to warn
CLIENT_NAME = "Sourcekeep demo client"


@dataclass(frozen=True, slots=True)
class Files:
    """Where the set lies. All PEM; the keys are PKCS#8 without a password, mode 0600."""

    folder: Path

    @property
    def ca_crt(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def server_crt(self) -> Path:
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"

    @property
    def client_crt(self) -> Path:
        return self.folder / "client.crt"

    @property
    def client_key(self) -> Path:
        return self.folder / "client.key"


@dataclass(frozen=True, slots=True)
class _Holder:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure_certificates(folder: Path, *, now: datetime | None = None) -> Files:
    """The set in `folder`, as it is while it is whole and good for 30 more days, else a new one."""
    moment = now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = Files(folder)
    if not _usable(files, moment):
        _write_new(files, moment)
    return files


def _usable(files: Files, now: datetime) -> bool:
    """True when all five files belong together and none is about to expire."""
    try:
        authority = x509.load_pem_x509_certificate(files.ca_crt.read_bytes())
        for certificate_file, key_file in (
            (files.server_crt, files.server_key),
            (files.client_crt, files.client_key),
        ):
            certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
            certificate.verify_directly_issued_by(authority)
            if certificate.public_key() != key.public_key():
                return False
            if certificate.not_valid_after_utc - RENEW_BEFORE <= now:
                return False
            if key_file.stat().st_mode & 0o077:
                return False
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    return True


def _write_new(files: Files, now: datetime) -> None:
    authority = _new_authority(now)
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )
    server = _issue(authority, "localhost", ExtendedKeyUsageOID.SERVER_AUTH, now, names)
    client = _issue(authority, CLIENT_NAME, ExtendedKeyUsageOID.CLIENT_AUTH, now, None)
    ca_pem = _certificate_pem(authority)
    # The CA's certificate comes last: without it the set counts as incomplete and is made anew.
    files.ca_crt.unlink(missing_ok=True)
    _put(files.server_crt, _certificate_pem(server) + ca_pem)
    _put(files.server_key, _key_pem(server), mode=0o600)
    _put(files.client_crt, _certificate_pem(client))
    _put(files.client_key, _key_pem(client), mode=0o600)
    _put(files.ca_crt, ca_pem)


def _new_authority(now: datetime) -> _Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Sourcekeep demo CA")
    certificate = (
        _builder(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Holder(certificate, key)


def _issue(
    authority: _Holder,
    common_name: str,
    purpose: x509.ObjectIdentifier,
    now: datetime,
    names: x509.SubjectAlternativeName | None,
) -> _Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(_name(common_name), authority.certificate.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(signer, critical=False)
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return _Holder(builder.sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a clock that is a little slow
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """A CA signs certificates and revocations, anything else signs handshakes (RFC 5280 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate_pem(holder: _Holder) -> bytes:
    return holder.certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(holder: _Holder) -> bytes:
    return holder.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _put(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write whole or not at all; a key is never readable by others, not even for a moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
