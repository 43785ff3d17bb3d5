"""One exchange after another with well-behaved and with dying servers."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sourcekeep.engine.wire import AddressPolicy, Wire, WireFailed, WireLimits
from tests.unit.engine.wire.conftest import Client
from tests.upstream.raw import Visit, dripping, raw_server, replying, until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


async def test_request_goes_out_byte_for_byte(client):
    seen: list[bytes] = []

    async def script(visit: Visit) -> None:
        seen.append(await visit.head())
        await visit.send(OK)

    async with raw_server(script) as upstream:
        await client.fetch(
            upstream,
            b"PURGE",
            b"/a%2Fb//../c?x=%C3%A9&y",
            headers=((b"X-Twice", b"1"), (b"x-twice", b"2"), (b"Empty", b"")),
        )
    assert seen == [
        b"PURGE /a%2Fb//../c?x=%C3%A9&y HTTP/1.1\r\n"
        b"Host: 127.0.0.1:" + str(upstream.port).encode() + b"\r\n"
        b"X-Twice: 1\r\nx-twice: 2\r\nEmpty: \r\n\r\n"
    ]


async def test_answer_comes_as_it_was_sent(client):
    answer = (
        b"HTTP/1.1 299 Quite OK\r\nX-A: one\r\nx-a:two \r\nX-B: \xe9\r\n"
        b"Content-Length: 5\r\n\r\nhello"
    )
    async with raw_server(replying(answer)) as upstream:
        response = await client.send(upstream)
        assert (response.status, response.reason, response.http_version) == (299, "Quite OK", "1.1")
        assert response.headers == [
            (b"X-A", b"one"),
            (b"x-a", b"two"),
            (b"X-B", b"\xe9"),
            (b"Content-Length", b"5"),
        ]
        assert await response.read(100) == (b"hello", False)
        assert response.address == f"127.0.0.1:{upstream.port}"


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
    b"3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-T: end\r\n\r\n"
)


async def test_chunked_answer_is_joined_and_its_trailers_are_kept(client):
    async with raw_server(replying(CHUNKED)) as upstream:
        response = await client.send(upstream)
        assert await response.read(100) == (b"abcdefg", False)
        assert response.trailers == [(b"X-T", b"end")]
        assert await client.fetch(upstream) == b"abcdefg"
        assert upstream.accepted == 1


async def test_body_until_close_ends_with_the_connection(client):
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000
    async with raw_server(replying(answer, then_close=True)) as upstream:
        assert await client.fetch(upstream) == b"x" * 300_000


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        (b"HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"HEAD", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (b"GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        (b"GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ],
)
async def test_answers_without_body_leave_the_connection_usable(client, method, answer):
    async with raw_server(replying(answer)) as upstream:
        for _ in range(3):
            assert await client.fetch(upstream, method) == b""
        assert upstream.accepted == 1


async def test_interim_answers_are_skipped(client):
    answer = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK
    async with raw_server(replying(answer)) as upstream:
        response = await client.send(upstream)
        assert response.status == 200
        assert response.headers == [(b"Content-Length", b"2")]
    async with raw_server(
        dripping([answer[i : i + 7] for i in range(0, len(answer), 7)])
    ) as upstream:
        assert await client.fetch(upstream) == b"hi"


async def test_answer_in_single_bytes_reads_the_same(client):
    pieces = [CHUNKED[i : i + 1] for i in range(len(CHUNKED))]
    async with raw_server(dripping(pieces)) as upstream:
        for _ in range(2):
            assert await client.fetch(upstream) == b"abcdefg"
        assert upstream.accepted == 1


async def test_connection_is_reused_and_counted(client):
    async with raw_server(replying(OK)) as upstream:
        for _ in range(5):
            assert await client.fetch(upstream) == b"hi"
        assert upstream.accepted == 1
        assert list(client.wire.connections().values()) == [(1, 1)]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"garbage",
        b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nhi",
    ],
)
async def test_connection_is_not_reused_after(client, answer):
    async with raw_server(replying(answer)) as upstream:
        for expected in (1, 2, 3):
            assert await client.fetch(upstream) == b"hi"
            assert upstream.accepted == expected
        assert client.wire.connections() == {}


async def test_http_1_0_connection_is_reused_when_the_server_says_so(client):
    answer = b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi"
    async with raw_server(replying(answer)) as upstream:
        assert await client.fetch(upstream) == await client.fetch(upstream) == b"hi"
        assert upstream.accepted == 1


async def test_bytes_that_come_unasked_close_an_idle_connection(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.send(OK)
        await asyncio.sleep(0.05)
        await visit.send(OK)
        assert await visit.closed()

    async with raw_server(script) as upstream:
        assert await client.fetch(upstream) == b"hi"
        await until(lambda: not client.wire.connections())
        assert await client.fetch(upstream) == b"hi"
        assert upstream.accepted == 2


async def dies_on_second(visit: Visit) -> None:
    await visit.head()
    await visit.send(OK)
    if await visit.head() and visit.number > 1:
        await visit.send(OK)


async def test_idempotent_request_on_a_connection_that_died_idle_is_sent_again(client):
    async with raw_server(dies_on_second) as upstream:
        assert await client.fetch(upstream) == b"hi"
        assert await client.fetch(upstream, b"PUT", body=b"x") == b"hi"
        assert upstream.accepted == 2


async def test_request_that_may_not_be_repeated_is_not(client):
    async with raw_server(dies_on_second) as upstream:
        assert await client.fetch(upstream) == b"hi"
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, b"POST", body=b"x")
        assert failed.value.problem.code == "connection_closed"
        assert upstream.accepted == 1


async def test_request_that_may_not_be_repeated_takes_no_connection_that_has_ended(client):
    async with raw_server(replying(OK, then_close=True)) as upstream:
        for turn in range(1, 51):
            assert await client.fetch(upstream, b"POST", body=b"x") == b"hi"
            time.sleep(0.002)  # noqa: ASYNC251 (the end arrives, and our loop does not see it)
            assert upstream.accepted == turn


async def test_first_request_of_a_connection_is_not_repeated(client):
    async def script(visit: Visit) -> None:
        await visit.head()

    async with raw_server(script) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream)
        assert failed.value.problem.code == "connection_closed"
        assert failed.value.problem.detail == (
            "The server closed the connection without an answer."
        )
        assert upstream.accepted == 1


async def test_cancelled_request_closes_its_socket_at_once(client):
    closed = asyncio.Event()

    async def script(visit: Visit) -> None:
        await visit.head()
        if await visit.closed():
            closed.set()

    async with raw_server(script) as upstream:
        task = asyncio.create_task(client.fetch(upstream))
        await until(lambda: upstream.accepted)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(closed.wait(), 1)
        assert client.wire.connections() == {}


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


async def test_requests_beyond_the_bound_wait_their_turn():
    most = 0
    busy = 0

    async def script(visit: Visit) -> None:
        nonlocal most, busy
        while await visit.head():
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1
            await visit.send(OK)

    wire = Wire(policy=AddressPolicy(allow_private=True), max_connections_per_origin=3)
    async with raw_server(script) as upstream:
        client = Client(wire)
        bodies = await asyncio.gather(*(client.fetch(upstream) for _ in range(30)))
        assert bodies == [b"hi"] * 30
        assert most == 3
        assert upstream.accepted == 3
        await wire.aclose()


async def test_waiting_for_a_connection_ends_with_the_total_time_or_a_cancel():
    async def script(visit: Visit) -> None:
        await visit.head()
        await asyncio.sleep(30)

    wire = Wire(policy=AddressPolicy(allow_private=True), max_connections_per_origin=1)
    async with raw_server(script) as upstream:
        client = Client(wire)
        holder = asyncio.create_task(client.fetch(upstream))
        await asyncio.sleep(0.05)
        given_up = asyncio.create_task(client.fetch(upstream))
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, limits=WireLimits(total_timeout_s=0.2))
        assert failed.value.problem.code == "total_timeout"
        assert failed.value.timings.queue >= 190
        given_up.cancel()
        holder.cancel()
        await asyncio.gather(holder, given_up, return_exceptions=True)
        await asyncio.sleep(0)
        assert wire.connections() == {}
        await wire.aclose()


async def test_idle_connection_is_closed_after_its_time():
    wire = Wire(policy=AddressPolicy(allow_private=True), idle_timeout_s=0.1)
    async with raw_server(replying(OK)) as upstream:
        assert await Client(wire).fetch(upstream) == b"hi"
        assert list(wire.connections().values()) == [(1, 1)]
        await until(lambda: not upstream.open)
        assert wire.connections() == {}


async def test_closing_the_wire_fails_what_runs(client):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.closed()

    async with raw_server(script) as upstream:
        task = asyncio.create_task(client.fetch(upstream))
        await asyncio.sleep(0.1)
        await client.wire.aclose()
        with pytest.raises(WireFailed) as failed:
            await task
        assert failed.value.problem.code == "connection_closed"


async def test_timings_tell_the_phases(client):
    async def script(visit: Visit) -> None:
        while await visit.head():
            await asyncio.sleep(0.1)
            await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
            await asyncio.sleep(0.2)
            await visit.send(b"cd")

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        await response.read(10)
        first = response.timings
        assert first.connect > 0
        assert first.wait == pytest.approx(100, abs=80)
        assert first.read == pytest.approx(200, abs=80)
        response = await client.send(upstream)
        await response.read(10)
        assert (response.timings.dns, response.timings.connect) == (0, 0)


def _open_sockets() -> int:
    return sum(
        1
        for entry in Path("/proc/self/fd").iterdir()
        if entry.is_symlink() and str(entry.readlink()).startswith("socket:")
    )


async def test_a_thousand_requests_leak_no_socket(client):
    async def script(visit: Visit) -> None:
        while head := await visit.head():
            if b"/die" in head:
                return
            await visit.send(OK if b"/ok" in head else OK[:-1])
            if b"/cut" in head:
                return

    async with raw_server(script) as upstream:
        await client.fetch(upstream, target=b"/ok")
        before = _open_sockets()
        for turn in range(250):
            targets = (b"/ok", b"/die", b"/cut", b"/ok")
            results = await asyncio.gather(
                *(client.fetch(upstream, target=target) for target in targets),
                return_exceptions=True,
            )
            assert [type(result) for result in results] == [bytes, WireFailed, WireFailed, bytes], (
                turn
            )
        await client.wire.aclose()
        await until(lambda: not upstream.open)
        await asyncio.sleep(0.05)
        gc.collect()
        assert _open_sockets() <= before


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


async def test_wire_can_not_be_used_from_the_loop_of_another_thread(client):
    async with raw_server(replying(OK)) as upstream:
        await client.fetch(upstream)

        def elsewhere() -> None:
            asyncio.run(client.fetch(upstream))

        with pytest.raises(RuntimeError, match="belongs to the event loop"):
            await asyncio.to_thread(elsewhere)


def test_wire_moves_to_another_loop_only_once_its_own_is_closed():
    wire = Wire(policy=AddressPolicy(allow_private=True))

    async def one_exchange() -> bytes:
        async with raw_server(replying(OK)) as upstream:
            answer = await Client(wire).fetch(upstream)
            await wire.aclose()
            return answer

    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        assert first.run_until_complete(one_exchange()) == b"hi"
        with pytest.raises(RuntimeError, match="belongs to the event loop"):
            second.run_until_complete(one_exchange())
        first.close()
        assert second.run_until_complete(one_exchange()) == b"hi"
    finally:
        first.close()
        second.close()
