"""Bodies both ways: whole, bounded, held back, given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sourcekeep.engine.wire import WireFailed, WireLimits
from tests.upstream.raw import Visit, raw_server, replying

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
    b"3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-T: end\r\n\r\n"
)


@pytest.mark.parametrize("how", ["abort", "cancel", "chunks", "limit"])
async def test_unfinished_body_closes_its_socket_at_once(client, how):
    closed = asyncio.Event()

    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        if await visit.closed():
            closed.set()

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        if how == "abort":
            response.abort()
        elif how == "limit":
            assert await response.read(4) == (b"0123", True)
        elif how == "chunks":
            async for piece in response.chunks():
                assert piece == b"0123456789"
                response.abort()
                break
        else:
            task = asyncio.create_task(response.read(1000))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.wait_for(closed.wait(), 1)


@pytest.mark.parametrize("answer", [OK, CHUNKED])
async def test_body_of_exactly_the_limit_is_not_truncated(client, answer):
    async with raw_server(replying(answer)) as upstream:
        whole, _ = await (await client.send(upstream)).read(100)
        assert await (await client.send(upstream)).read(len(whole)) == (whole, False)
        cut = await (await client.send(upstream)).read(len(whole) - 1)
        assert cut == (whole[:-1], True)


async def test_slow_consumer_stops_the_server(client):
    sent = 0

    async def script(visit: Visit) -> None:
        nonlocal sent
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        piece = b"x" * 100_000
        for _ in range(500):
            await visit.send(piece)
            sent += len(piece)

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        await asyncio.sleep(0.5)
        stalled_at = sent
        assert stalled_at < 15_000_000
        total = 0
        async for piece in response.chunks():
            total += len(piece)
        assert total == 50_000_000


async def test_slow_consumer_is_not_a_silent_server(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000)

    limits = WireLimits(read_timeout_s=0.3, total_timeout_s=10)
    async with raw_server(script) as upstream:
        response = await client.send(upstream, limits=limits)
        await asyncio.sleep(0.8)
        assert len((await response.read(10**7))[0]) == 2_000_000


async def test_bodies_of_all_forms_arrive_whole(client):
    got: list[bytes] = []

    async def script(visit: Visit) -> None:
        while head := await visit.head():
            if b"chunked" in head:
                got.append(await visit.chunked())
            else:
                length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
                got.append(await visit.body(length))
            await visit.send(OK)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"abc", b"", b"defg"):
            yield piece
            await asyncio.sleep(0.01)

    async with raw_server(script) as upstream:
        await client.fetch(upstream, b"POST")
        await client.fetch(upstream, b"POST", body=b"small")
        await client.fetch(upstream, b"DELETE", body=b"")
        await client.fetch(upstream, b"POST", body=b"L" * 5_000_000)
        await client.fetch(upstream, b"POST", body=pieces())
        await client.fetch(upstream, b"POST", body=pieces(), content_length=7)
        assert upstream.accepted == 1
    assert got == [
        b"",
        b"small",
        b"",
        b"L" * 5_000_000,
        b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
        b"abcdefg",
    ]


async def test_trailers_of_a_request_are_asked_for_when_the_body_is_over(client):
    got = b""
    size = 0

    async def script(visit: Visit) -> None:
        nonlocal got
        await visit.head()
        got = await visit.reader.readuntil(b"\r\n\r\n")
        await visit.send(OK)

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal size
        for piece in (b"abc", b"de"):
            size += len(piece)
            yield piece

    async with raw_server(script) as upstream:
        await client.fetch(
            upstream, b"POST", body=pieces(), trailers=lambda: ((b"X-Size", b"%d" % size),)
        )
        assert got == b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Size: 5\r\n\r\n"
    async with raw_server(script) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(
                upstream, b"POST", body=pieces(), trailers=lambda: ((b"X", b"1\r\nY: 2"),)
            )
        assert failed.value.problem.code == "invalid_header"


@pytest.mark.parametrize("length", [6, 8])
async def test_body_of_another_length_than_announced_fails(client, length):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.closed()
        await visit.closed()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"abcdefg"

    async with raw_server(script) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, b"POST", body=pieces(), content_length=length)
        assert failed.value.problem.code == "invalid_body"


async def test_error_of_the_callers_body_reaches_the_caller(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.closed()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"
        raise LookupError("mine")

    async with raw_server(script) as upstream:
        with pytest.raises(LookupError, match="mine"):
            await client.fetch(upstream, b"POST", body=pieces())


async def test_early_answer_ends_the_upload(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await visit.closed()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100
            await asyncio.sleep(0.01)

    async with raw_server(script) as upstream:
        response = await client.send(upstream, b"POST", body=endless())
        assert response.status == 413
        assert await response.read(10) == (b"no", False)
        assert client.wire.connections() == {}


@pytest.mark.parametrize("wanted", ["asked", "silent", "refused"])
async def test_expect_100_continue_holds_the_body_back(client, wanted):
    body = b""

    async def script(visit: Visit) -> None:
        nonlocal body
        await visit.head()
        if wanted == "refused":
            await visit.send(b"HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")
            body = await visit.reader.read(1)
            return
        if wanted == "asked":
            await visit.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await visit.body(4)
        await visit.send(OK)

    async with raw_server(script) as upstream:
        response = await client.send(
            upstream, b"PUT", headers=((b"Expect", b"100-continue"),), body=b"body"
        )
        await response.read(10)
    assert (response.status, body) == ((417, b"") if wanted == "refused" else (200, b"body"))


@pytest.mark.parametrize("size", [1000, 200_000, 20_000_000])
async def test_answer_to_a_body_that_is_not_read_still_arrives(client, size):
    """The server says 413 and closes with our bytes unread: the kernel answers with a reset."""

    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\n\r\ntoo much")

    async with raw_server(script) as upstream:
        for _ in range(10):
            response = await client.send(upstream, b"PUT", body=b"x" * size)
            assert response.status == 413
            assert await response.read(99) == (b"too much", False)


async def test_slow_server_holds_the_upload_back(client):
    produced = 0

    async def script(visit: Visit) -> None:
        await visit.head()
        await asyncio.sleep(0.4)
        seen.append(produced)
        while (await visit.reader.readuntil(b"\r\n")) != b"0\r\n":
            await visit.reader.readuntil(b"\r\n")
        await visit.reader.readuntil(b"\r\n")
        await visit.send(OK)

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal produced
        for _ in range(500):
            produced += 100_000
            yield b"x" * 100_000

    seen: list[int] = []
    async with raw_server(script) as upstream:
        assert await client.fetch(upstream, b"POST", body=pieces()) == b"hi"
        assert produced == 50_000_000
        assert seen[0] < 15_000_000


async def test_silence_while_the_server_takes_no_body_is_a_read_timeout(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        visit.writer.transport.pause_reading()
        await asyncio.sleep(30)

    limits = WireLimits(read_timeout_s=0.3, total_timeout_s=5)
    async with raw_server(script) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, b"POST", body=b"x" * 50_000_000, limits=limits)
        assert failed.value.problem.code == "read_timeout"
        assert "took nothing of the request's body" in failed.value.problem.detail


async def test_waiting_for_the_callers_body_is_not_the_servers_silence(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.chunked()
        await visit.send(OK)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.sleep(0.6)
        yield b"second"

    limits = WireLimits(read_timeout_s=0.2, total_timeout_s=5)
    async with raw_server(script) as upstream:
        assert await client.fetch(upstream, b"POST", body=pieces(), limits=limits) == b"hi"
