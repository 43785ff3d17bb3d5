"""Turns a TLS profile into an `ssl.SSLContext`, once for each profile.

A context with the system's roots costs 15 ms and 0.8 MB, so there is one for all sources that
need nothing else.

**A client key never touches the disk in clear.** OpenSSL reads keys from a path only. On Linux the
path is that of a memory file (`memfd_create`), which exists in no file system. Elsewhere it is a
temporary file, mode 0600, unlinked at once, whose key is encrypted under a random password that
lives in this process for a few milliseconds.
"""

from __future__ import annotations

import functools
import os
import secrets
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from sourcekeep.engine.tls.certificates import CertificateFault, parse_certificates
from sourcekeep.engine.tls.identity import ClientIdentity, client_identity
from sourcekeep.engine.tls.profile import SYSTEM_TRUST, TlsProfile

_MIN_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_MAX_CONTEXTS = 512

# Where systems keep their roots when the OpenSSL that this Python was built with looks elsewhere
# (relocatable builds of Python name a directory that does not exist).
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def context_for(profile: TlsProfile) -> ssl.SSLContext:
    """The context for the profile, made at first use.

    Raises CertificateFault for material that `check_tls` refuses.
    """
    if profile.mode == "none":
        return _system_context(profile.min_version, profile.strict)
    return _own_context(profile)


@functools.lru_cache(maxsize=4)
def _system_context(min_version: str, strict: bool) -> ssl.SSLContext:
    context = _verifying_context(min_version, strict=strict)
    _load_system_roots(context)
    return context


@functools.lru_cache(maxsize=_MAX_CONTEXTS)
def _own_context(profile: TlsProfile) -> ssl.SSLContext:
    if profile.mode == "insecure":
        return unverified_context(profile.min_version)
    context = _verifying_context(profile.min_version, strict=profile.strict)
    anchors = profile.trust_anchors
    if anchors:
        ders = [
            certificate.public_bytes(serialization.Encoding.DER)
            for certificate in parse_certificates(anchors)
        ]
        context.load_verify_locations(cadata=b"".join(ders))
    if not anchors or profile.include_system:
        _load_system_roots(context)
    if profile.mode == "client_certificate":
        _load_identity(context, client_identity(profile))
    return context


def unverified_context(min_version: str = SYSTEM_TRUST.min_version) -> ssl.SSLContext:
    """A context that accepts any certificate: the named `insecure` mode, and the look at a
    refused chain, over which nothing is ever sent."""
    context = _bare_context(min_version)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _bare_context(min_version: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = _MIN_VERSIONS[min_version]
    context.set_alpn_protocols(["http/1.1"])
    return context


def _verifying_context(min_version: str, *, strict: bool) -> ssl.SSLContext:
    context = _bare_context(min_version)
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    # Names stand in the subjectAltName (RFC 9110 4.3.4); the common name is not one.
    context.hostname_checks_common_name = False
    # A pasted leaf or intermediate is an anchor by itself.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    if strict:
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    return context


def _load_system_roots(context: ssl.SSLContext) -> None:
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    paths = ssl.get_default_verify_paths()
    if paths.cafile is not None or paths.capath is not None:
        return
    for bundle in _SYSTEM_BUNDLES:
        if Path(bundle).is_file():
            context.load_verify_locations(cafile=bundle)
            return


def has_system_roots() -> bool:
    """Whether there is anything that `_load_system_roots` would load."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath is not None else None
    if paths.cafile is not None or (folder is not None and any(folder.iterdir())):
        return True
    return folder is None and any(Path(bundle).is_file() for bundle in _SYSTEM_BUNDLES)


def try_identity(identity: ClientIdentity) -> None:
    """Lets OpenSSL itself judge a client certificate. Raises CertificateFault when it says no."""
    _load_identity(_bare_context(SYSTEM_TRUST.min_version), identity)


def _load_identity(context: ssl.SSLContext, identity: ClientIdentity) -> None:
    try:
        _present(context, identity)
    except ssl.SSLError as error:
        reason = (error.reason or "unknown reason").replace("_", " ").lower()
        raise CertificateFault(
            "certificate_not_usable", f"OpenSSL does not accept the client certificate: {reason}."
        ) from None


def _present(context: ssl.SSLContext, identity: ClientIdentity) -> None:
    chain = b"".join(
        certificate.public_bytes(serialization.Encoding.PEM) for certificate in identity.chain
    )
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with _memory_file(chain + _key_pem(identity, password=None)) as path:
            context.load_cert_chain(path)
        return
    password = secrets.token_urlsafe(32)
    with _brief_file(chain + _key_pem(identity, password=password)) as path:
        context.load_cert_chain(path, password=password)


def _key_pem(identity: ClientIdentity, *, password: str | None) -> bytes:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password.encode())
    return identity.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )


@contextmanager
def _memory_file(content: bytes) -> Iterator[str]:
    descriptor = os.memfd_create("sourcekeep", os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


@contextmanager
def _brief_file(content: bytes) -> Iterator[str]:
    """A private temporary file (mkstemp: 0600). Its key is encrypted, its life is one call."""
    descriptor, name = tempfile.mkstemp(prefix="sourcekeep-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield name
    finally:
        Path(name).unlink(missing_ok=True)
