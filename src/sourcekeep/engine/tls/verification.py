"""Says why a server's certificate was refused: which link of the chain fails, and why.

The verify code of OpenSSL (X509_V_ERR_… of x509_vfy.h, a number with a fixed meaning) says what
failed; the chain that the server presented and the CA that was pasted say where.
"""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from sourcekeep.engine.tls.certificates import (
    CertificateFault,
    is_issued_by,
    name_text,
    names_of,
    parse_certificates,
    parse_chain,
    shown,
)
from sourcekeep.engine.tls.profile import TlsProfile
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

_EXPIRED = {10}
_NOT_YET_VALID = {9}
_SELF_SIGNED = {18}
_UNKNOWN_ISSUER = {2, 19, 20, 21, 27}
_WRONG_NAME = {62, 64}
_BAD_SIGNATURE = 7
_OTHER_VERIFY = {
    _BAD_SIGNATURE: "its signature is not valid",
    25: "its chain is longer than its CA allows",
    26: "it was not issued for TLS servers (extended key usage)",
    28: "its CA does not trust it for TLS servers",
    32: "its issuer may not sign certificates (key usage)",
    34: "it holds a critical extension that is not understood",
    47: "its CA may not issue for this name (name constraints)",
    48: "its CA is barred from this name (name constraints)",
    79: "one of its issuers is not a CA",
    66: "its key is too weak",
    67: "the key of one of its issuers is too weak",
    68: "it is signed with a digest that is too weak",
}
# Refused only under Strict X.509 (X509_V_FLAG_X509_STRICT): rules of RFC 5280 4.2.
_STRICT_VERIFY = {
    80: "it is no CA, but limits the length of a chain",
    81: "a CA limits the length of a chain without the key usage for signing certificates",
    82: "it is no CA, but its key usage allows to sign certificates",
    83: "its issuer has no name",
    84: "a CA has no name",
    85: "it does not say which key signed it (authority key identifier)",
    86: "a CA does not name its own key (subject key identifier)",
    87: "its subject alternative name is empty",
    88: "it has no subject, and its subject alternative name is not marked critical",
    89: "a CA's basic constraints are not marked critical",
    90: "its authority key identifier is marked critical",
    91: "its subject key identifier is marked critical",
    92: "a CA does not say what its key may do (key usage)",
    93: "it has extensions, but is not of version 3",
    94: "an elliptic curve is given by its parameters instead of its name",
}


def explain_refused_certificate(
    error: ssl.SSLCertVerificationError,
    *,
    host: str,
    profile: TlsProfile,
    chain: Sequence[bytes],
    now: datetime,
) -> Problem:
    """The problem behind a certificate of `host` that OpenSSL refused.

    `chain` is what the server presented, DER, leaf first; it may be empty.
    """
    return _explain(error, host, profile, parse_chain(chain), now)


def _explain(
    error: ssl.SSLCertVerificationError,
    host: str,
    profile: TlsProfile,
    chain: Sequence[x509.Certificate],
    now: datetime,
) -> Problem:
    code = error.verify_code
    leaf = chain[0] if chain else None
    name = profile.server_name or host
    if code in _WRONG_NAME:
        return _wrong_name(name, leaf)
    if code in _EXPIRED:
        return _expired(host, profile, chain, now)
    if code in _NOT_YET_VALID:
        start = f" before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC" if leaf else ""
        return problem(
            "certificate_not_yet_valid", f"The certificate of {host} is not valid yet{start}."
        )
    if code in _SELF_SIGNED:
        subject = f" ({_subject(leaf)})" if leaf else ""
        return problem(
            "self_signed",
            f"{host} presented a self-signed certificate{subject} that is not trusted.",
        )
    same_name = bool(chain) and any(one.subject == chain[-1].issuer for one in _anchors(profile))
    if code in _UNKNOWN_ISSUER or (code == _BAD_SIGNATURE and same_name):
        return _unknown_ca(host, profile, chain)
    if code in _STRICT_VERIFY:
        return problem(
            "tls_handshake_failed",
            f"The chain of {host} breaks a rule of RFC 5280: {_STRICT_VERIFY[code]}.",
            hint="Ask the owner of the server for certificates that keep to RFC 5280, or turn "
            "Strict X.509 off on the data source.",
            retryable=False,
        )
    reason = _OTHER_VERIFY.get(code, error.verify_message)
    return problem(
        "tls_handshake_failed",
        f"The certificate of {host} is not acceptable: {reason}.",
        hint="Ask the owner of the server for a certificate that is right for this host.",
        retryable=False,
    )


def _wrong_name(name: str, leaf: x509.Certificate | None) -> Problem:
    if leaf is None:
        return problem("hostname_mismatch", f"The certificate is not for {name}.")
    names = [shown(name) for name in names_of(leaf)]
    if not names:
        return problem(
            "hostname_mismatch",
            f"The certificate ({_subject(leaf)}) names no host: it has no subject alternative name.",
            hint=f"Issue it again with a subject alternative name for {name}.",
        )
    listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return problem("hostname_mismatch", f"The certificate is for {listed}, but the host is {name}.")


def _expired(
    host: str, profile: TlsProfile, chain: Sequence[x509.Certificate], now: datetime
) -> Problem:
    for place, certificate in enumerate(chain):
        if certificate.not_valid_after_utc < now:
            what = f"The certificate of {host}" if place == 0 else (
                f"An issuer in the chain of {host}, {_subject(certificate)},"
            )  # fmt: skip
            return problem(
                "certificate_expired",
                f"{what} expired on {certificate.not_valid_after_utc:%Y-%m-%d}.",
            )
    for anchor in _anchors(profile):
        if anchor.not_valid_after_utc < now:
            return problem(
                "certificate_expired",
                f"The CA certificate of this data source, {_subject(anchor)}, "
                f"expired on {anchor.not_valid_after_utc:%Y-%m-%d}.",
                hint="Paste the current CA certificate into CA Cert.",
            )
    return problem("certificate_expired", f"The certificate of {host} has expired.")


def _unknown_ca(host: str, profile: TlsProfile, chain: Sequence[x509.Certificate]) -> Problem:
    if not chain:
        return problem("unknown_ca", f"The certificate of {host} is not issued by a trusted CA.")
    last = chain[-1]
    issuer = name_text(last.issuer) or "(no name)"
    if any(anchor.subject == last.issuer for anchor in _anchors(profile)):
        return problem(
            "unknown_ca",
            f"The certificate of {host} names the issuer {issuer}, as CA Cert does, "
            "but CA Cert's key did not sign it.",
            hint="CA Cert holds another CA of the same name: paste the one that issued it.",
        )
    for certificate, sent_with in itertools.pairwise(chain):
        if not is_issued_by(certificate, sent_with):
            return problem(
                "unknown_ca",
                f"The chain of {host} is broken: {_subject(certificate)} is issued by "
                f"{name_text(certificate.issuer)}, not by {_subject(sent_with)}, "
                "which the server sent with it.",
                hint="Have the server send its intermediate certificates in order, "
                "or paste the issuer's certificate into CA Cert.",
            )
    detail = f"The certificate of {host} is issued by {issuer}, which is not trusted."
    if len(chain) > 1:
        detail = f"The chain of {host} ends at {issuer}, which is not trusted."
    if len(chain) == 1 and profile.trust_anchors:
        return problem(
            "unknown_ca",
            detail,
            hint="Paste the certificate of that issuer into CA Cert, or have the server send its "
            "intermediate certificates.",
        )
    return problem("unknown_ca", detail)


def _anchors(profile: TlsProfile) -> list[x509.Certificate]:
    try:
        return parse_certificates(profile.trust_anchors) if profile.trust_anchors else []
    except CertificateFault:
        return []


def _subject(certificate: x509.Certificate) -> str:
    return name_text(certificate.subject) or "(no subject)"
