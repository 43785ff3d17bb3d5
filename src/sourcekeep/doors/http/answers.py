"""An answer as bytes, and the headers that every answer of the API carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from sourcekeep.kit import exact_json

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# On whatever leaves this server, pages included.
EVERYWHERE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),  # for browsers that do not know frame-ancestors
]
# An answer of the API opened as a page may load nothing, run nothing and stay nowhere.
API_ONLY: Headers = [
    *EVERYWHERE,
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


def lines_of(fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Header fields as they are on the wire (RFC 9112 5), each with its line end."""
    return b"".join(b"%b: %b\r\n" % field for field in fields)


JSON = b"application/json"
PROBLEM = b"application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer. `headers` come on top of those that every answer carries."""

    status: int
    body: bytes = b""
    media_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def head(self) -> Headers:
        """All header fields. Without content there is no length to tell (RFC 9110 8.6)."""
        if self.status in (204, 304):
            return [*self.headers, *API_ONLY]
        return [
            (b"content-type", self.media_type),
            (b"content-length", b"%d" % len(self.body)),
            *self.headers,
            *API_ONLY,
        ]

    async def send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status, "headers": self.head()}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


_API_LINES = lines_of(API_ONLY)


def json_lines(length: int) -> bytes:
    """The header lines of a JSON answer with `length` bytes of content; as `Answer.head()`."""
    return b"content-type: application/json\r\ncontent-length: %d\r\n%b" % (length, _API_LINES)


def json_answer(
    value: Any, *, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    return Answer(status, exact_json.dumps(value), JSON, headers)
