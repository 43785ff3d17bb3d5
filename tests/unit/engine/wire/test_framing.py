"""The grammar of answers: the same reading however the bytes are cut, and never another error."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sourcekeep.engine.wire import WireFailed
from sourcekeep.engine.wire.framing import ResponseReader

TOKENS = st.text("abcXYZ019-_", min_size=1, max_size=12).map(str.encode)
VALUES = st.text("abc ,;=\té", max_size=20).map(lambda text: text.strip(" \t").encode())
OURS = (b"connection", b"keep-alive", b"content-length", b"transfer-encoding")
FIELDS = st.lists(
    st.tuples(TOKENS, VALUES).filter(lambda one: one[0].lower() not in OURS), max_size=6
)
BODIES = st.lists(st.binary(min_size=1, max_size=50), max_size=5)


class Reading:
    """What one answer came to, fed in pieces of the given sizes."""

    def __init__(self, data: bytes, cuts: list[int], *, head_only: bool = False) -> None:
        self.reader = ResponseReader()
        self.sink: list[bytes] = []
        self.code: str | None = None
        self.reader.expect(self.sink, head_only)
        edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
        try:
            for start, end in itertools.pairwise(edges):
                if start != end:
                    self.reader.feed(data[start:end])
        except WireFailed as failed:
            self.code = failed.problem.code

    def outcome(self) -> tuple[object, ...]:
        reader = self.reader
        if self.code is not None:
            return (self.code,)
        return (
            reader.status,
            reader.headers,
            reader.trailers,
            b"".join(self.sink),
            reader.head_complete,
            reader.complete,
        )


def answer(fields: list[tuple[bytes, bytes]], pieces: list[bytes], *, chunked: bool) -> bytes:
    lines = [b"%b: %b" % field for field in fields]
    if chunked:
        lines.append(b"Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    else:
        body = b"".join(pieces)
        lines.append(b"Content-Length: %d" % len(body))
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


@given(FIELDS, BODIES, st.booleans(), st.lists(st.integers(0, 2000), max_size=8))
def test_honest_answer_is_read_exactly_however_cut(fields, pieces, chunked, cuts):
    read = Reading(answer(fields, pieces, chunked=chunked), cuts)
    assert read.code is None
    assert read.reader.complete
    assert read.reader.reusable
    assert read.reader.headers[: len(fields)] == fields
    assert b"".join(read.sink) == b"".join(pieces)


@given(FIELDS, BODIES, st.booleans(), st.data())
@settings(max_examples=300)
def test_damaged_answer_reads_the_same_however_cut(fields, pieces, chunked, data):
    damaged = bytearray(answer(fields, pieces, chunked=chunked))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + 1] = data.draw(st.binary(max_size=3))
        if not damaged:
            return
    once = Reading(bytes(damaged), []).outcome()
    cuts = data.draw(st.lists(st.integers(0, 2000), max_size=8))
    assert Reading(bytes(damaged), cuts).outcome() == once


@given(st.binary(min_size=1, max_size=300), st.booleans())
@example(b"HTTP/1.1 200 OK\r\n\r\n", False)
def test_any_bytes_end_in_an_answer_or_a_wire_failure(data, head_only):
    read = Reading(data, [1, 2, 3], head_only=head_only)
    assert read.code in (None, "protocol_error", "headers_too_large")
    if read.code is None and not read.reader.complete:
        try:
            read.reader.finish()
        except WireFailed as failed:
            assert failed.problem.code == "connection_closed"


def test_reader_serves_one_answer_after_another():
    reader = ResponseReader()
    for turn in range(3):
        sink: list[bytes] = []
        reader.expect(sink, head_only=turn == 1)
        reader.feed(b"HTTP/1.1 200 OK\r\nX: %d\r\nContent-Length: 3\r\n\r\n" % turn)
        if turn != 1:
            reader.feed(b"ab")
            reader.feed(b"c")
        assert reader.reusable
        assert reader.headers[0] == (b"X", b"%d" % turn)
        assert b"".join(sink) == (b"" if turn == 1 else b"abc")


@pytest.mark.parametrize(
    ("fields", "reusable", "seconds"),
    [
        (b"", True, None),
        (b"Connection: close\r\n", False, None),
        (b"Connection: Close, x\r\n", False, None),
        (b"Connection: keep-alive\r\nKeep-Alive: timeout=5, max=9\r\n", True, 5),
        (b"Keep-Alive: max=9\r\n", True, None),
        (b"connection: x\r\nConnection: close\r\n", False, None),
    ],
)
def test_connection_header_decides_reuse(fields, reusable, seconds):
    read = Reading(b"HTTP/1.1 200 OK\r\n" + fields + b"Content-Length: 0\r\n\r\n", [])
    assert (read.reader.reusable, read.reader.keep_alive_s) == (reusable, seconds)


def test_head_of_exactly_the_limit_passes():
    start, end = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: ", b"\r\n\r\n"
    for more, code in ((0, None), (1, "headers_too_large")):
        room = 65536 - len(start) - len(end) + more
        assert Reading(start + b"x" * room + end, []).code == code
