"""Answers that no honest server sends, with the error that each must end in.

A case is a name, the bytes, what the server does after them, and the codes that are right. For most
there is one; where a race of the network decides (a reset may overtake bytes) there are two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.upstream.raw import Script, Visit

Then = Literal["hold", "close", "reset"]
_H = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _H + b"Transfer-Encoding: chunked\r\n\r\n"
_LENGTH = _H + b"Content-Length: 10\r\n\r\n"


@dataclass(frozen=True)
class Hostile:
    """One hostile answer. `stream` makes endless pieces after `answer`, `pause_s` apart."""

    name: str
    answer: bytes
    codes: tuple[str, ...]
    then: Then = "hold"
    stream: Callable[[int], bytes] | None = None
    pause_s: float = 0.0
    words: str = ""
    method: bytes = field(default=b"GET")

    def script(self) -> Script:
        async def run(visit: Visit) -> None:
            await visit.head()
            if self.answer:
                await visit.send(self.answer)
            turn = 0
            while self.stream is not None:
                await visit.send(self.stream(turn))
                await asyncio.sleep(self.pause_s)
                turn += 1
            if self.then == "reset":
                visit.reset()
            elif self.then == "hold":
                await visit.closed()

        return run


def _case(name: str, answer: bytes, *codes: str, **more: object) -> Hostile:
    return Hostile(name, answer, codes, **more)  # type: ignore[arg-type]


_PROTOCOL = "protocol_error"
_CLOSED = "connection_closed"
_SILENT = "read_timeout"
_TOTAL = "total_timeout"
_HEADERS = "headers_too_large"

CASES: tuple[Hostile, ...] = (
    # What is no answer of HTTP/1.1 at all.
    _case("closes without a word", b"", _CLOSED, then="close"),
    _case("resets without a word", b"", _CLOSED, then="reset"),
    _case("says nothing", b"", _SILENT),
    _case("speaks SSH", b"SSH-2.0-OpenSSH_9.2\r\n", _PROTOCOL, words="SSH-2.0"),
    _case("speaks SMTP", b"220 mail ready\r\n", _PROTOCOL),
    _case("speaks RTSP", b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL),
    _case("speaks ICY", b"ICY 200 OK\r\n\r\n", _PROTOCOL),
    _case("answers with a TLS alert", b"\x15\x03\x03\x00\x02\x02\x28", _PROTOCOL, words="TLS"),
    _case("answers in HTTP/2 frames", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", _PROTOCOL),
    _case("answers in HTTP/0.9", b"<html>hello</html>", _PROTOCOL, then="close"),
    _case("says HTTP/0.9", b"HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL),
    _case("says HTTP/2.0", b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL),
    _case("says HTTP/1.2", b"HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL),
    _case("says http/1.1", b"http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL),
    _case("echoes the request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", _PROTOCOL),
    _case("sends zeros", b"\0" * 100, _PROTOCOL),
    # The status line.
    _case("empty line before the status line", b"\r\n" + _LENGTH + b"0123456789", _PROTOCOL),
    _case("space before the status line", b" " + _LENGTH, _PROTOCOL),
    _case("status of two digits", b"HTTP/1.1 20 OK\r\n\r\n", _PROTOCOL),
    _case("status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n", _PROTOCOL),
    _case("status of letters", b"HTTP/1.1 abc OK\r\n\r\n", _PROTOCOL),
    _case("status 000", b"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", _PROTOCOL),
    _case("status below zero", b"HTTP/1.1 -20 OK\r\n\r\n", _PROTOCOL),
    _case("no status", b"HTTP/1.1\r\n\r\n", _PROTOCOL),
    _case("two spaces before the status", b"HTTP/1.1  200 OK\r\n\r\n", _PROTOCOL),
    _case("tab before the status", b"HTTP/1.1\t200 OK\r\n\r\n", _PROTOCOL),
    _case("NUL in the reason", b"HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n", _PROTOCOL),
    _case("bare CR in the reason", b"HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n", _PROTOCOL),
    _case("bare LF after the status line", b"HTTP/1.1 200 OK\nA: b\r\n\r\n", _PROTOCOL),
    # Header lines.
    _case("header without a colon", _H + b"Abc\r\n\r\n", _PROTOCOL),
    _case("space before the colon", _H + b"A : b\r\n\r\n", _PROTOCOL),
    _case("header without a name", _H + b": b\r\n\r\n", _PROTOCOL),
    _case("header with a name of Latin-1", _H + b"\xe9: b\r\n\r\n", _PROTOCOL),
    _case("parenthesis in a name", _H + b"A(b): c\r\n\r\n", _PROTOCOL),
    _case("folded header", _H + b"A: b\r\n c\r\n\r\n", _PROTOCOL),
    _case("space before the first header", _H + b" A: b\r\n\r\n", _PROTOCOL),
    _case("NUL in a value", _H + b"A: b\0c\r\n\r\n", _PROTOCOL),
    _case("control character in a value", _H + b"A: b\x01c\r\n\r\n", _PROTOCOL),
    _case("bare CR in a value", _H + b"A: b\rc\r\n\r\n", _PROTOCOL),
    _case("bare LF after a header", _H + b"A: b\nContent-Length: 0\r\n\r\n", _PROTOCOL),
    _case("bare LF at the end of the head", _H + b"Content-Length: 2\r\n\nhi", _PROTOCOL),
    _case("all lines end with LF", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", _PROTOCOL),
    # Framing that two readers would read in two ways.
    _case("two lengths", _H + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", _PROTOCOL),
    _case(
        "the same length twice", _H + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", _PROTOCOL
    ),
    _case("a list of lengths", _H + b"Content-Length: 2, 2\r\n\r\nhi", _PROTOCOL),
    _case("length below zero", _H + b"Content-Length: -2\r\n\r\nhi", _PROTOCOL),
    _case("length with a plus", _H + b"Content-Length: +2\r\n\r\nhi", _PROTOCOL),
    _case("length in hexadecimal", _H + b"Content-Length: 0x2\r\n\r\nhi", _PROTOCOL),
    _case("length of letters", _H + b"Content-Length: two\r\n\r\nhi", _PROTOCOL),
    _case("empty length", _H + b"Content-Length: \r\n\r\nhi", _PROTOCOL),
    _case("length with a gap", _H + b"Content-Length: 2 3\r\n\r\nhi", _PROTOCOL),
    _case("length beyond 64 bits", _H + b"Content-Length: 99999999999999999999\r\n\r\n", _PROTOCOL),
    _case(
        "length and chunked",
        _H + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        _PROTOCOL,
    ),
    _case(
        "chunked and length",
        _H + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        _PROTOCOL,
    ),
    _case("chunked twice", _H + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n", _PROTOCOL),
    _case("chunked, chunked", _H + b"Transfer-Encoding: chunked, chunked\r\n\r\n", _PROTOCOL),
    _case("gzip, chunked", _H + b"Transfer-Encoding: gzip, chunked\r\n\r\n", _PROTOCOL),
    _case("chunked, gzip", _H + b"Transfer-Encoding: chunked, gzip\r\n\r\n", _PROTOCOL),
    _case("unknown transfer coding", _H + b"Transfer-Encoding: xchunked\r\n\r\n", _PROTOCOL),
    _case("identity transfer coding", _H + b"Transfer-Encoding: identity\r\n\r\n", _PROTOCOL),
    _case(
        "chunked in HTTP/1.0",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        _PROTOCOL,
    ),
    _case("switches protocols", b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", _PROTOCOL),
    _case("switches without saying to what", b"HTTP/1.1 101 Go\r\n\r\n", _PROTOCOL),
    _case("interim answers without end", b"HTTP/1.1 100 Go\r\n\r\n" * 50, _PROTOCOL),
    # Chunks.
    _case("chunk size with 0x", _CHUNKED + b"0x2\r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("chunk size below zero", _CHUNKED + b"-2\r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("chunk size with a space", _CHUNKED + b"2 \r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("chunk size of letters", _CHUNKED + b"zz\r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("empty chunk size", _CHUNKED + b"\r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("chunk size beyond 64 bits", _CHUNKED + b"f" * 20 + b"\r\nhi", _PROTOCOL),
    _case("chunk size line ends with LF", _CHUNKED + b"2\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("chunk longer than its size", _CHUNKED + b"2\r\nhiXX\r\n0\r\n\r\n", _PROTOCOL),
    _case("LF in a chunk extension", _CHUNKED + b"2;a\nb\r\nhi\r\n0\r\n\r\n", _PROTOCOL),
    _case("bad trailer", _CHUNKED + b"2\r\nhi\r\n0\r\nno colon\r\n\r\n", _PROTOCOL),
    _case("chunk cut short, then closed", _CHUNKED + b"5\r\nhi", _CLOSED, then="close"),
    _case("chunk cut short, then reset", _CHUNKED + b"5\r\nhi", _CLOSED, then="reset"),
    _case("last chunk is missing", _CHUNKED + b"2\r\nhi\r\n", _CLOSED, then="close"),
    _case("last line is missing", _CHUNKED + b"2\r\nhi\r\n0\r\n", _CLOSED, then="close"),
    _case("chunks stop", _CHUNKED + b"2\r\nhi\r\n", _SILENT),
    # Bodies that end early, late or never.
    _case("body cut short", _LENGTH + b"0123", _CLOSED, then="close", words="4 of 10 bytes"),
    _case("body cut short by a reset", _LENGTH + b"0123", _CLOSED, then="reset"),
    _case("body until a reset", _H + b"\r\nsome", _CLOSED, then="reset"),
    _case("body stops", _LENGTH + b"0123", _SILENT, words="after 4 bytes"),
    _case("body drips", _LENGTH[:-4] + b"00\r\n\r\n", _TOTAL, stream=lambda _: b"x", pause_s=0.1),
    _case("head drips", b"HTTP/1.1 200 OK\r\nA: ", _TOTAL, stream=lambda _: b"x", pause_s=0.1),
    _case("chunks drip", _CHUNKED, _TOTAL, stream=lambda _: b"1\r\nx\r\n", pause_s=0.1),
    _case("interim answers drip", b"", _TOTAL, stream=lambda _: b"HTTP/1.1 102 W\r\n\r\n", pause_s=0.1),
    _case("head stops", b"HTTP/1.1 200 OK\r\nContent-Le", _SILENT),
    _case("head cut short", b"HTTP/1.1 200 OK\r\nContent-Le", _CLOSED, then="close"),
    # Bombs.
    _case("one header of 100 kB", _H + b"A: " + b"x" * 100_000 + b"\r\n\r\n", _HEADERS),
    _case("10,000 headers", _H + b"A: b\r\n" * 15_000 + b"\r\n", _HEADERS),
    _case("header without end", _H + b"A: ", _HEADERS, stream=lambda _: b"x" * 8192),
    _case("headers without end", _H, _HEADERS, stream=lambda _: b"A: bcdef\r\n" * 1000),
    _case("header name without end", _H, _HEADERS, stream=lambda _: b"x" * 8192),
    _case("reason without end", b"HTTP/1.1 200 ", _HEADERS, stream=lambda _: b"x" * 8192),
    _case("trailers without end", _CHUNKED + b"0\r\n", _HEADERS, stream=lambda _: b"A: b\r\n" * 999),
    _case("trailer without end", _CHUNKED + b"0\r\nA: ", _HEADERS, stream=lambda _: b"x" * 8192),
    _case("chunk extension without end", _CHUNKED + b"2;a=", _HEADERS, stream=lambda _: b"x" * 8192),
    _case("interim head without end", b"HTTP/1.1 103 E\r\nA: ", _HEADERS, stream=lambda _: b"x" * 8192),
)  # fmt: skip
