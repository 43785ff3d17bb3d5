"""What a person is shown of a certificate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate card shows. Times are RFC 3339 UTC, `sha256` is colon-separated hex."""

    subject: str
    issuer: str
    san: tuple[str, ...]
    not_before: str
    not_after: str
    sha256: str
    self_signed: bool
    is_ca: bool
