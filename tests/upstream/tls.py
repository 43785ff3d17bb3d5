"""Certificates and server contexts for TLS tests, made by a private CA at run time."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Issued:
    """A certificate with its key, as objects and as PEM."""

    certificate: x509.Certificate
    key: Key

    @property
    def cert_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.encrypted_key_pem(None)

    def encrypted_key_pem(
        self,
        password: str | None,
        form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8,
    ) -> str:
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            encryption = serialization.BestAvailableEncryption(password.encode())
        return self.key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def issue(
    *,
    name: str = "localhost",
    san: tuple[str, ...] | None = ("localhost", "127.0.0.1"),
    issuer: Issued | None = None,
    ca: bool = False,
    starts: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=30),
    key: Key | None = None,
    usage: x509.ObjectIdentifier | None = None,
    permitted: tuple[str, ...] = (),
) -> Issued:
    """One certificate with exactly the faults that a test asks for; self-signed without issuer."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if san:
        names: list[x509.GeneralName] = []
        for text in san:
            try:
                names.append(x509.IPAddress(ipaddress.ip_address(text)))
            except ValueError:
                names.append(x509.DNSName(text))
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if permitted:
        builder = builder.add_extension(
            x509.NameConstraints([x509.DNSName(one) for one in permitted], None), critical=True
        )
    signer = issuer.key if issuer else own
    return Issued(builder.sign(signer, hashes.SHA256()), own)


def server_context(
    identity: Issued,
    *chain: Issued,
    client_ca: Issued | None = None,
    version: ssl.TLSVersion | None = None,
    require: bool = True,
) -> ssl.SSLContext:
    """A server that presents `identity` and `chain`, and asks for client certificates of a CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if isinstance(identity.key, rsa.RSAPrivateKey) and identity.key.key_size < 2048:
        context.set_ciphers("ALL:@SECLEVEL=0")
    pem = identity.key_pem + identity.cert_pem + "".join(one.cert_pem for one in chain)
    with trustme.Blob(pem.encode()).tempfile() as path:
        context.load_cert_chain(path)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED if require else ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=client_ca.cert_pem)
    if version is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the old versions we test
            context.minimum_version = min(version, context.minimum_version)
            context.maximum_version = version
        if version < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers("ALL:@SECLEVEL=0")
    return context


SERVER_AUTH = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
