"""The Content-Security-Policy of the page, and what else its answers carry."""

from __future__ import annotations

# Nothing inline without the nonce of this very answer, nothing from another host, no frame round
# it. Style attributes set by scripts (CSSOM) are not inline styles and pass.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
FOR_FILES = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]

# A worker lives by the policy of its own file, not by that of the page that starts it.
FILE_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; object-src 'none'; frame-ancestors 'none'",
)


def for_page(nonce: str) -> list[tuple[bytes, bytes]]:
    """The headers of a page whose scripts and styles may carry this nonce."""
    return [
        *FOR_FILES,
        (b"content-security-policy", _POLICY.format(nonce=nonce).encode("ascii")),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (b"cache-control", b"no-store"),
    ]
