"""Every hostile answer ends in its typed error, in time, and leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import sys
from time import monotonic

import pytest

from sourcekeep.engine.wire import WireFailed, WireLimits
from sourcekeep.engine.wire.framing import ResponseReader
from tests.upstream.hostile import CASES, Hostile
from tests.upstream.raw import Visit, raw_server, until

LIMITS = WireLimits(connect_timeout_s=2, read_timeout_s=0.25, total_timeout_s=0.5)


def test_there_are_at_least_sixty_of_them():
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_hostile_answer_is_a_typed_error_in_time(client, case: Hostile):
    async with raw_server(case.script()) as upstream:
        started = monotonic()
        with pytest.raises(WireFailed) as failed:
            response = await client.send(upstream, limits=LIMITS)
            await response.read(10_000_000)
        assert monotonic() - started < LIMITS.total_timeout_s + 1
        assert failed.value.problem.code in case.codes
        assert failed.value.problem.stage == "exchange"
        assert case.words in failed.value.problem.detail
        assert client.wire.connections() == {}
        await until(lambda: upstream.open == 0)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n",
        b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
    ],
)
@pytest.mark.parametrize("how", ["close", "reset"])
async def test_answer_that_ends_early_at_any_byte_is_connection_closed(client, answer, how):
    async def script(visit: Visit) -> None:
        head = await visit.head()
        await visit.send(answer[: int(head.split(b" ")[1][1:])])
        if how == "reset":
            await asyncio.sleep(0)
            visit.reset()

    async with raw_server(script) as upstream:
        for length in range(len(answer)):
            with pytest.raises(WireFailed) as failed:
                await client.fetch(upstream, target=b"/%d" % length)
            assert failed.value.problem.code == "connection_closed", length
        assert upstream.accepted == len(answer)


async def test_what_came_before_the_failure_is_kept(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123")

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        with pytest.raises(WireFailed):
            await response.read(100)
        assert response.partial() == b"0123"


@pytest.mark.parametrize("garbage", [b"\r\n", b"garbage", b"HTTP/1.1 200 OK\r\n\r\n"])
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
async def test_garbage_after_the_end_never_reaches_the_next_answer(client, answer, garbage):
    async def script(visit: Visit) -> None:
        while await visit.head():
            await visit.send(answer + garbage)

    async with raw_server(script) as upstream:
        for _ in range(3):
            response = await client.send(upstream)
            assert (response.status, await response.read(99)) == (200, (b"hello", False))
        # An empty line between answers is harmless, and the parser takes it for one.
        assert garbage == b"\r\n" or upstream.accepted == 3


async def test_body_beyond_its_length_is_not_read(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(10):
            await asyncio.sleep(0)
            await visit.send(b"x" * 100_000)

    async with raw_server(script) as upstream:
        assert await client.fetch(upstream) == b"x" * 300_000
        await until(lambda: client.wire.connections() == {})


async def test_body_without_end_stops_at_the_limit(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await visit.send(b"x" * 65536)

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        body, truncated = await response.read(1_000_000)
        assert (len(body), truncated) == (1_000_000, True)
        await until(lambda: upstream.open == 0)


def test_reader_reads_the_same_however_the_bytes_are_cut():
    for case in CASES:
        if case.stream is None and case.answer:
            outcomes = set()
            for size in (1, 2, 3, 7, len(case.answer)):
                outcomes.add(_read(case.answer, size))
            assert len(outcomes) == 1, case.name


def _read(data: bytes, size: int) -> object:
    reader = ResponseReader()
    sink: list[bytes] = []
    reader.expect(sink)
    try:
        for at in range(0, len(data), size):
            reader.feed(data[at : at + size])
    except WireFailed as failed:
        return failed.problem.code
    return reader.status, b"".join(sink), reader.complete


async def test_ten_thousand_requests_leak_neither_sockets_nor_memory(client):
    answers = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    )

    async def script(visit: Visit) -> None:
        while head := await visit.head():
            kind = head[5] - ord("0")
            await visit.send(answers[kind])
            if kind > 1:
                return

    async def one(kind: int) -> None:
        try:
            await client.fetch(upstream, target=b"/%d" % kind)
            assert kind < 2
        except WireFailed:
            assert kind >= 2

    async def rounds(count: int) -> None:
        for _ in range(count):
            await asyncio.gather(*(one(0 if n < 40 else n % 4) for n in range(50)))

    async with raw_server(script) as upstream:
        await rounds(40)
        gc.collect()
        before = sys.getallocatedblocks()
        await rounds(160)
        gc.collect()
        assert sys.getallocatedblocks() - before < 8000, "less than one block for each request"
        await client.wire.aclose()
        await until(lambda: upstream.open == 0)
        assert client.wire.connections() == {}
