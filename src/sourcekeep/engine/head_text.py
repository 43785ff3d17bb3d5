"""The head of an answer as text. Header names come again with every answer and are kept."""

from __future__ import annotations

from sourcekeep.engine.wire import WireResponse
from sourcekeep.model.result import Pairs, ReceivedResponse

_MOST_KNOWN = 2000
_LONGEST_KNOWN = 100

# A name as it came: as text, and whether it is Content-Type.
_known: dict[bytes, tuple[str, bool]] = {}


def header_pairs(response: WireResponse) -> Pairs:
    """The answer's headers as text, in order."""
    return _read(response)[0]


def received(response: WireResponse, size: int, *, truncated: bool) -> ReceivedResponse:
    """The answer's head as a result shows it."""
    headers, content_type = _read(response)
    return ReceivedResponse(
        response.status,
        response.reason,
        response.http_version,
        headers,
        content_type,
        size,
        truncated,
    )


def text_of(raw: bytes) -> str:
    """UTF-8 where it is, else ISO 8859-1, in which every byte is a character (RFC 9110 5.5)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _read(response: WireResponse) -> tuple[Pairs, str | None]:
    """The headers, and the first Content-Type."""
    pairs: list[tuple[str, str]] = []
    content_type = None
    for raw_name, raw_value in response.headers:
        name, is_content_type = _known.get(raw_name) or _learn(raw_name)
        value = raw_value.decode() if raw_value.isascii() else text_of(raw_value)
        if is_content_type and content_type is None:
            content_type = value
        pairs.append((name, value))
    return tuple(pairs), content_type


def _learn(raw: bytes) -> tuple[str, bool]:
    name = text_of(raw)
    known = (name, name.lower() == "content-type")
    if len(_known) < _MOST_KNOWN and len(raw) <= _LONGEST_KNOWN:
        _known[raw] = known
    return known
