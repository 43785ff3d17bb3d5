"""Checks a TLS profile at Save: everything wrong with it at once, each fault with its pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509

from sourcekeep.engine.tls.certificates import (
    CertificateFault,
    name_text,
    parse_certificates,
    parse_key,
)
from sourcekeep.engine.tls.context import try_identity
from sourcekeep.engine.tls.identity import ClientIdentity, client_identity, matching_first
from sourcekeep.engine.tls.profile import TlsProfile
from sourcekeep.model.problem import Fault

_Parsed = TypeVar("_Parsed")


def check_tls(profile: TlsProfile, *, now: datetime | None = None) -> list[Fault]:
    """What a person must mend before this profile can be saved; empty when nothing.

    Pointers are those of a data source (`/tls/ca_cert`, `/tls/client_key`, …).
    """
    faults: list[Fault] = []
    moment = now or datetime.now(UTC)
    if profile.mode == "ca_certificate" and not _filled(profile.ca_cert):
        faults.append(Fault("/tls/ca_cert", "missing", "Paste the CA certificate."))
    if profile.mode in ("ca_certificate", "client_certificate") and _filled(profile.ca_cert):
        anchors = _parsed(faults, "/tls/ca_cert", parse_certificates, profile.ca_cert)
        _check_validity(faults, "/tls/ca_cert", anchors or (), moment)
    if profile.mode == "client_certificate":
        _check_identity(faults, profile, moment)
    if profile.server_name is not None and not _is_host(profile.server_name):
        faults.append(
            Fault("/tls/server_name", "invalid", "The server name must be a host name or address.")
        )
    return faults


def _check_identity(faults: list[Fault], profile: TlsProfile, now: datetime) -> None:
    if _filled(profile.client_pkcs12):
        _check_pkcs12(faults, profile, now)
        return
    chain: Sequence[x509.Certificate] | None = None
    if _filled(profile.client_cert):
        chain = _parsed(faults, "/tls/client_cert", parse_certificates, profile.client_cert)
    else:
        faults.append(Fault("/tls/client_cert", "missing", "Paste the client certificate."))
    if not _filled(profile.client_key):
        faults.append(Fault("/tls/client_key", "missing", "Paste the client certificate's key."))
        return
    try:
        key = parse_key(profile.client_key or "", profile.client_key_password)
    except CertificateFault as fault:
        faults.append(Fault(_key_pointer(fault), fault.code, fault.detail))
        return
    if chain is None:
        return
    try:
        ordered = matching_first(chain, key)
    except CertificateFault as fault:
        faults.append(Fault("/tls/client_key", fault.code, fault.detail))
        return
    _check_usable(faults, "/tls/client_cert", ClientIdentity(chain=ordered, key=key), now)


def _check_pkcs12(faults: list[Fault], profile: TlsProfile, now: datetime) -> None:
    try:
        identity = client_identity(profile)
    except CertificateFault as fault:
        pointer = _key_pointer(fault, otherwise="/tls/client_pkcs12")
        faults.append(Fault(pointer, fault.code, fault.detail))
        return
    _check_usable(faults, "/tls/client_pkcs12", identity, now)


def _check_usable(
    faults: list[Fault], pointer: str, identity: ClientIdentity, now: datetime
) -> None:
    before = len(faults)
    _check_validity(faults, pointer, identity.chain[:1], now)
    if len(faults) > before:
        return
    try:
        try_identity(identity)
    except CertificateFault as fault:
        faults.append(Fault(pointer, fault.code, fault.detail))


def _parsed(
    faults: list[Fault], pointer: str, parse: Callable[[str], _Parsed], text: str | None
) -> _Parsed | None:
    try:
        return parse(text or "")
    except CertificateFault as fault:
        faults.append(Fault(pointer, fault.code, fault.detail))
        return None


def _check_validity(
    faults: list[Fault], pointer: str, certificates: Sequence[x509.Certificate], now: datetime
) -> None:
    """One expired certificate among several current ones is a leftover, not a fault (CA bundles)."""
    expired = [one for one in certificates if one.not_valid_after_utc < now]
    if certificates and len(expired) == len(certificates):
        last = max(expired, key=lambda one: one.not_valid_after_utc)
        faults.append(
            Fault(
                pointer,
                "certificate_expired",
                f"The certificate of {_subject(last)} expired on "
                f"{last.not_valid_after_utc:%Y-%m-%d}. Paste the current one.",
            )
        )


def _key_pointer(fault: CertificateFault, otherwise: str = "/tls/client_key") -> str:
    about_password = fault.code in ("key_password_missing", "key_password_wrong")
    return "/tls/client_key_password" if about_password else otherwise


def _subject(certificate: x509.Certificate) -> str:
    return name_text(certificate.subject) or "(no subject)"


def _filled(text: str | None) -> bool:
    return text is not None and bool(text.strip())


def _is_host(name: str) -> bool:
    return (
        bool(name)
        and name.isascii()
        and name.isprintable()
        and not set(name) & set(" \t\r\n/@?#\\[]")
    )
