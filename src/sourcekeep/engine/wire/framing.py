"""Reads one HTTP/1.1 answer after another from bytes (RFC 9112); does no I/O.

llhttp in its strict mode is the grammar. What it lets through and the contract does not ("ambiguous
framing is protocol_error") is refused here: other protocols' start lines (RTSP, HTTP/0.9, HTTP/2),
bytes before the status line, status codes below 100, any Transfer-Encoding other than one
`chunked`, Transfer-Encoding from HTTP/1.0, control characters in the reason, a switch of protocols
that nobody asked for, and heads without end.

Where the body ends (RFC 9112 6.3), as `_plan_body` decides it: no body for HEAD, 1xx, 204, 304;
then chunked; then Content-Length; then the close of the connection.

A body with Content-Length, or until close, goes round the parser after the first read: llhttp would
add nothing but a copy. Its parser is left mid-message then, so the next answer gets a new one.
"""

from __future__ import annotations

import re

import httptools

from sourcekeep.engine.wire.values import WireFailed
from sourcekeep.model.catalogue import problem

_MAX_INTERIM_ANSWERS = 16
_FRAMING_LENGTHS = frozenset(
    len(name) for name in ("Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding")
)
_BAD_REASON = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_START = b"HTTP/1."
_SWITCHED = "The server switched to another protocol, which was not asked for."


def malformed(detail: str, *, hint: str | None = None) -> WireFailed:
    """The answer is not valid HTTP/1.1."""
    return WireFailed(problem("protocol_error", detail, hint=hint))


class ResponseReader:
    """The receiving half of a connection. `expect` opens an answer, `feed` and `finish` move it on.

    After a call of `feed`: `head_complete`, then `complete`; body pieces were appended to the
    `sink` given to `expect`. `reusable` says whether another answer may follow. `interim` is the
    last 1xx status that came. Both raise WireFailed; the reader is of no use afterwards.
    """

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._surplus = False
        self.complete = True

    def expect(
        self, sink: list[bytes], head_only: bool = False, max_header_bytes: int = 65536
    ) -> None:
        """Opens the next answer; `head_only` for an answer to HEAD."""
        self._sink = sink
        self._head_only = head_only
        self._max_header_bytes = max_header_bytes
        self._asked_to_keep = False
        self._body_left = 0
        self._bytes_since_progress = 0
        self._chunked = False
        self._content_length: int | None = None
        self._failure: WireFailed | None = None
        self._interim_count = 0
        self._reason = b""
        self.started = False
        self._until_close = False
        self.complete = False
        self.head_complete = False
        self.headers: list[tuple[bytes, bytes]] = []
        self._fields = self.headers
        self.trailers: list[tuple[bytes, bytes]] = []
        self.http_version = "1.1"
        self.interim = 0
        self.keep_alive = True
        self.keep_alive_s: float | None = None
        self.received = 0
        self.status = 0

    @property
    def reason(self) -> str:
        return self._reason.decode("latin-1")

    @property
    def reusable(self) -> bool:
        """Whether the connection can carry another exchange after this answer."""
        return self.complete and self.keep_alive and not self._surplus

    def feed(self, data: bytes) -> None:
        """Takes bytes that came. Bytes after the end of the answer make it not reusable."""
        if self._body_left:
            self._pass_body(data)
            return
        if not self.started:
            self.started = True
            if not data.startswith(_START):
                self._check_start(data)
        self._bytes_since_progress += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            raise malformed(_SWITCHED) from None
        except httptools.HttpParserError as error:
            if self._failure is None:
                if not self.complete:
                    raise malformed(self._words(error)) from None
                self._surplus = True
        if self._failure is not None:
            raise self._failure
        if not self.complete:
            self._after_parse()

    def finish(self) -> None:
        """The server closed its side. Completes an until-close body, else raises."""
        if self.complete:
            return
        if self.head_complete and self._until_close:
            self.complete = True
            return
        raise WireFailed(problem("connection_closed", self._cut_short()))

    def _pass_body(self, data: bytes) -> None:
        self.received += len(data)
        if self._until_close:
            self._sink.append(data)
            return
        left = self._body_left
        if len(data) > left:
            data = data[:left]
            self._surplus = True
        self._sink.append(data)
        self._body_left = left - len(data)
        if not self._body_left:
            self.complete = True

    def _check_start(self, data: bytes) -> None:
        """Refuses what is no status line of HTTP/1.x, as early as its first bytes show it."""
        if _START.startswith(data[: len(_START)]):
            return
        if data[0] in (21, 22) and data[1:2] in (b"\x03", b""):
            raise malformed(
                "The server speaks TLS on this port.", hint="Use https:// in the base URL."
            )
        raise malformed(f"The answer begins with {_shown(data)}, not with HTTP/1.1 and a status.")

    def _after_parse(self) -> None:
        """What the parser can't do: leave it for a long body, and bound heads and trailers."""
        if self.head_complete and not self._chunked and (self._until_close or self._content_length):
            if self._until_close:
                self._body_left = 1
            elif self._content_length is not None:
                self._body_left = self._content_length - self.received
            self._parser = httptools.HttpResponseParser(self)
            return
        if self._bytes_since_progress > self._max_header_bytes:
            raise self._too_large()

    def _too_large(self) -> WireFailed:
        part = "trailers" if self.head_complete else "head"
        return WireFailed(
            problem(
                "headers_too_large",
                f"The answer's {part} is larger than {self._max_header_bytes:,} bytes.",
            )
        )

    def _words(self, error: httptools.HttpParserError) -> str:
        where = "body" if self.head_complete else "head"
        return f"The answer's {where} is not valid HTTP: {str(error) or 'unreadable'}."

    def _cut_short(self) -> str:
        if not self.started:
            return "The server closed the connection without an answer."
        if not self.head_complete:
            return "The server closed the connection in the middle of the answer's head."
        if self._content_length is not None:
            return (
                f"The server closed the connection after {self.received:,} of "
                f"{self._content_length:,} bytes of the body."
            )
        return f"The server closed the connection after {self.received:,} bytes of the body."

    # Called by the parser.

    def on_message_begin(self) -> None:
        if self.complete:  # of a second answer nothing is kept
            self._surplus = True
            self.head_complete = True
            self._sink = []
            self._fields = []

    def on_status(self, reason: bytes) -> None:
        if not self.complete:
            self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if value and value[-1] <= 32:  # a space or a tab: the parser lets no other of these pass
            value = value.rstrip(b" \t")
        self._fields.append((name, value))
        if len(name) in _FRAMING_LENGTHS and not self.head_complete:
            self._framing_header(name.lower(), value)

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        parser = self._parser
        self.status = status = parser.get_status_code()
        self.http_version = version = parser.get_http_version()
        if self._bytes_since_progress > self._max_header_bytes and self._head_size() > (
            self._max_header_bytes
        ):
            self._failure = self._too_large()
        elif version not in ("1.1", "1.0"):
            self._failure = malformed(f"The answer is HTTP/{self.http_version}, not HTTP/1.1.")
        elif status == 101:
            self._failure = malformed(_SWITCHED)
        elif status < 100:
            self._failure = malformed(f"{status} is not an HTTP status.")
        elif self._reason != b"OK" and _BAD_REASON.search(self._reason):
            self._failure = malformed("The status line holds control characters.")
        elif status < 200:
            self._take_interim()
        else:
            self._plan_body()

    def on_body(self, body: bytes) -> None:
        if self._head_only or self.complete:
            self._surplus = True
            return
        self._bytes_since_progress = 0
        self.received += len(body)
        self._sink.append(body)

    def on_message_complete(self) -> None:
        if self.head_complete:
            self.complete = True

    def _framing_header(self, name: bytes, value: bytes) -> None:
        if name == b"content-length":
            self._content_length = int(value) if value.isdigit() else None
        elif name == b"transfer-encoding":
            if self._chunked or value.lower() != b"chunked":
                self._failure = malformed(
                    "The answer has a Transfer-Encoding other than one chunked."
                )
            self._chunked = True
        elif name == b"keep-alive":
            match = re.search(rb"timeout=(\d{1,6})", value)
            self.keep_alive_s = float(match[1]) if match else None
        elif name == b"connection":
            if value == b"keep-alive":
                self._asked_to_keep = True
                return
            tokens = [token.strip() for token in value.lower().split(b",")]
            if b"close" in tokens:
                self.keep_alive = False
            elif b"keep-alive" in tokens:
                self._asked_to_keep = True

    def _take_interim(self) -> None:
        self._interim_count += 1
        if self._interim_count > _MAX_INTERIM_ANSWERS:
            self._failure = malformed("The server sent interim answers without end.")
        self.interim = self.status
        self.headers = self._fields = []
        self._reason = b""
        self._content_length = None
        self._chunked = False
        self._bytes_since_progress = 0
        self.keep_alive = True

    def _plan_body(self) -> None:
        if self.http_version == "1.0":
            if self._chunked:
                self._failure = malformed("An HTTP/1.0 answer can't have a Transfer-Encoding.")
            if not self._asked_to_keep:
                self.keep_alive = False
        self.head_complete = True
        self._fields = self.trailers
        self._bytes_since_progress = 0
        if self._head_only:
            # The parser knows nothing of HEAD: it now waits for a body that never comes.
            self.complete = True
            self._parser = httptools.HttpResponseParser(self)
        elif self.status in (204, 304):
            pass
        elif not self._chunked and self._content_length is None:
            self._until_close = True
            self.keep_alive = False

    def _head_size(self) -> int:
        fields = sum(len(name) + len(value) + 4 for name, value in self.headers)
        return fields + len(self._reason) + len("HTTP/1.1 200 \r\n\r\n")


def _shown(data: bytes) -> str:
    """The first bytes of a strange answer, for a person."""
    return repr(data[:16].decode("latin-1"))
