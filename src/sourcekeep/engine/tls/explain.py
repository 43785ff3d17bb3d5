"""Says in words why a TLS handshake failed, as one of the tls codes of contract 4.

What is known decides, in this order: the verify code of OpenSSL (a number with a fixed meaning,
X509_V_ERR_… of x509_vfy.h), the alert that the server sent (RFC 8446 6.2), the first bytes that
came (a plain HTTP answer is not TLS), and the certificates that the server presented. OpenSSL's
texts are shown nowhere, except its own short name of a reason that nothing here knows.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sourcekeep.engine.tls.alerts import ABOUT_CLIENT_CERTIFICATE, NAMES_OF_ALERTS, alert_of
from sourcekeep.engine.tls.profile import TlsProfile
from sourcekeep.engine.tls.verification import explain_refused_certificate
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

_VERSION_REASONS = {
    "UNSUPPORTED_PROTOCOL",
    "WRONG_SSL_VERSION",
    "NO_PROTOCOLS_AVAILABLE",
    "UNKNOWN_PROTOCOL",
    "VERSION_TOO_LOW",
}


@dataclass(frozen=True, slots=True)
class HandshakeTrace:
    """What was seen of a handshake besides the error: raw first bytes, and what the server asked.

    `asked_for_certificate` is known only up to TLS 1.2, where the request is readable (RFC 5246
    7.4.4); `finished` says that the handshake was over on our side when the error came.
    """

    first_bytes: bytes = b""
    asked_for_certificate: bool = False
    finished: bool = False


def explain(
    error: ssl.SSLError | OSError,
    *,
    host: str,
    profile: TlsProfile,
    chain: Sequence[bytes] = (),
    trace: HandshakeTrace | None = None,
    now: datetime | None = None,
) -> Problem:
    """The problem behind a failed handshake with `host`.

    `chain` is what the server presented, DER, leaf first, when it could be had.
    """
    seen = trace or HandshakeTrace()
    if isinstance(error, ssl.SSLCertVerificationError):
        return explain_refused_certificate(
            error, host=host, profile=profile, chain=chain, now=now or datetime.now(UTC)
        )
    if seen.first_bytes and not _is_tls(seen.first_bytes):
        return _not_tls(host, seen.first_bytes)
    if isinstance(error, ssl.SSLError):
        return _refused(error, host, profile, seen)
    if seen.finished:
        return problem(
            "connection_closed",
            f"{host} closed the connection without an answer, right after the TLS handshake.",
            hint=_silent_refusal_hint(profile),
        )
    return _hung_up(host, profile, seen)


def _refused(error: ssl.SSLError, host: str, profile: TlsProfile, seen: HandshakeTrace) -> Problem:
    alert = alert_of(error)
    if alert is None:
        return _local_failure(error, host, profile, seen)
    said = f"{host} refused the TLS handshake: {NAMES_OF_ALERTS[alert]}."
    about_us = alert in ABOUT_CLIENT_CERTIFICATE or (alert == 40 and seen.asked_for_certificate)
    if alert == 116 or (about_us and not profile.presents_certificate):
        return problem("client_certificate_required", f"{host} requires a client certificate.")
    if about_us:
        return problem(
            "client_certificate_rejected",
            f"{host} rejected the client certificate: {NAMES_OF_ALERTS[alert]}.",
        )
    if seen.finished:
        return problem(
            "connection_closed", f"{host} ended the TLS session: {NAMES_OF_ALERTS[alert]}."
        )
    if alert == 70:
        return problem("tls_version", f"{host} does not offer TLS {profile.min_version} or newer.")
    if alert == 40:
        return problem(
            "tls_handshake_failed", said,
            hint="Both sides share no cipher or key type, or the server wants something else of "
            "the client: look at the server's TLS settings.",
            retryable=False,
        )  # fmt: skip
    if alert == 112:
        name = profile.server_name or host
        return problem(
            "tls_handshake_failed", f"The server knows no host named {name} (TLS server name).",
            hint="Correct the host, or set Server name to a name that the server knows.",
            retryable=False,
        )  # fmt: skip
    return problem("tls_handshake_failed", said)


def _local_failure(
    error: ssl.SSLError, host: str, profile: TlsProfile, seen: HandshakeTrace
) -> Problem:
    if seen.finished:
        reason = (error.reason or "unknown reason").replace("_", " ").lower()
        return problem("connection_closed", f"The TLS session with {host} broke: {reason}.")
    if error.reason in _VERSION_REASONS:
        return problem("tls_version", f"{host} does not offer TLS {profile.min_version} or newer.")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or error.reason is None:
        return _hung_up(host, profile, seen)
    reason = error.reason.replace("_", " ").lower()
    return problem("tls_handshake_failed", f"The TLS handshake with {host} failed: {reason}.")


def _hung_up(host: str, profile: TlsProfile, seen: HandshakeTrace) -> Problem:
    hint = None
    if seen.asked_for_certificate and not profile.presents_certificate:
        hint = (
            "The server asked for a client certificate and got none: if it needs one, "
            "choose Client Certificate and paste Client Key and Client Cert."
        )
    return problem(
        "tls_handshake_failed",
        f"{host} closed the connection during the TLS handshake.",
        hint=hint,
    )


def _silent_refusal_hint(profile: TlsProfile) -> str:
    """Some servers, Node's among them, judge the client certificate themselves and just hang up."""
    if profile.presents_certificate:
        return "The server may not accept the client certificate; look at the server's log."
    return (
        "The server may want a client certificate: then choose Client Certificate and paste "
        "Client Key and Client Cert. Else look at the server's log."
    )


def _not_tls(host: str, first_bytes: bytes) -> Problem:
    if first_bytes.startswith((b"HTTP/", b"<", b"{")):
        return problem(
            "tls_handshake_failed",
            f"{host} speaks plain HTTP on this port, not TLS.",
            hint="Use http:// in the base URL, or the port that speaks TLS.",
            retryable=False,
        )
    return problem(
        "tls_handshake_failed",
        f"{host} does not speak TLS on this port.",
        hint="Check the port in the base URL.",
        retryable=False,
    )


def _is_tls(first_bytes: bytes) -> bool:
    """Whether the bytes begin a TLS record: alert or handshake, version 3.x (RFC 8446 5.1)."""
    return first_bytes[0] in (21, 22) and (len(first_bytes) < 2 or first_bytes[1] == 3)
