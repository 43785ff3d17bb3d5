"""Percent-encoding (RFC 3986 2.1), in the three ways a request needs it.

What a person typed stays as typed wherever a URL may hold it, percent-encoding included; what came
from a template value is encoded whole, so that it can never become structure.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

# Everything that RFC 3986 has no place for. `[` and `]` stay: `filter[name]=x` is sent as typed by
# every client, and servers expect it.
_NOT_IN_A_URL = re.compile(r"[^A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
# In one typed name or value of a parameter, what would end it or change its meaning goes too.
_NOT_IN_A_FIELD = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?@!$'()*,%]+")
_MOST_ROUNDS = 5


def _encode_match(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")


def as_typed(text: str) -> str:
    """A typed part of a URL: only what no URL may hold is encoded."""
    return _NOT_IN_A_URL.sub(_encode_match, text)


def as_typed_field(text: str) -> str:
    """A typed name or value of a URL parameter: typed percent-encoding stays, `&=+#;` are data."""
    return _NOT_IN_A_FIELD.sub(_encode_match, text)


def as_value(text: str) -> str:
    """A value that is data throughout: everything but the unreserved characters is encoded."""
    return text if text.isalnum() and text.isascii() else quote(text, safe="")


def fully_decoded(text: str) -> str:
    """Decoded until nothing changes: what the most eager server could make of it."""
    for _ in range(_MOST_ROUNDS):
        decoded = unquote(text, errors="replace")
        if decoded == text:
            return text
        text = decoded
    return text
