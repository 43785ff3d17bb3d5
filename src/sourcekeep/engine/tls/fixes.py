"""What a person can do with one click about a refused server: merge patches for the source.

A fix narrows trust to what was seen, or names the host that the certificate names. None ever turns
verification off. Whoever shows a fix shows the certificate's fingerprint with it: the patch trusts
what was presented just now, and only a person can know whether that is the right server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sourcekeep.engine.tls.certificates import (
    is_ca,
    is_issued_by,
    is_self_signed,
    names_of,
    parse_chain,
)
from sourcekeep.engine.tls.profile import TlsProfile

_MOST_NAMES = 5


@dataclass(frozen=True)
class Fix:
    """A title for the button, and the merge patch (RFC 7396) for the data source behind it."""

    title: str
    patch: dict[str, Any]


def fixes_for(code: str, profile: TlsProfile, chain: Sequence[bytes]) -> list[Fix]:
    """The fixes for a tls failure with this code, given the presented chain (DER, leaf first).

    With `tls_version` a chain means that the server did speak TLS 1.2 when it was looked at.
    """
    certificates = parse_chain(chain)
    if not certificates:
        return []
    if code == "self_signed":
        return [_trust(profile, certificates[0], "Trust exactly this certificate")]
    if code == "unknown_ca":
        return _trust_in_chain(profile, certificates)
    if code == "hostname_mismatch":
        return [
            Fix(f"Use server name {name}", {"tls": {"server_name": name}})
            for name in names_of(certificates[0])[:_MOST_NAMES]
            if "*" not in name and name.isprintable()
        ]
    if code == "tls_version" and profile.min_version == "1.3":
        return [Fix("Allow TLS 1.2", {"tls": {"min_version": "1.2"}})]
    return []


def _trust_in_chain(profile: TlsProfile, chain: Sequence[x509.Certificate]) -> list[Fix]:
    """The furthest CA that was sent and did issue what stands below it, then the leaf itself."""
    fixes = []
    top = chain[0]
    for issuer in chain[1:]:
        if not (is_ca(issuer) and is_issued_by(top, issuer)):
            break
        top = issuer
    if top is not chain[0]:
        what = "CA" if is_self_signed(top) else "intermediate CA"
        fixes.append(_trust(profile, top, f"Trust exactly this {what}"))
    fixes.append(_trust(profile, chain[0], "Trust exactly this server's certificate"))
    return fixes


def _trust(profile: TlsProfile, certificate: x509.Certificate, title: str) -> Fix:
    """Replaces what was pasted, which did not verify this server. The mode changes only from
    `none`; what else the profile said about TLS stays, since a new mode replaces the object."""
    patch: dict[str, Any] = {
        "ca_cert": certificate.public_bytes(serialization.Encoding.PEM).decode()
    }
    if profile.mode not in ("ca_certificate", "client_certificate"):
        patch["mode"] = "ca_certificate"
        patch |= {
            name: value
            for name, value in (
                ("server_name", profile.server_name),
                ("min_version", profile.min_version),
                ("strict", profile.strict),
            )
            if value not in (None, "1.2", False)
        }
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Fix(f"{title} (SHA-256 {fingerprint[:23]}…)", {"tls": patch})
