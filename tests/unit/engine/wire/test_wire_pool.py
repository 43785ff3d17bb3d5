"""Connections: reused, repeated on when they died, bounded, closed; none leaks."""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path

import pytest

from sourcekeep.engine.wire import AddressPolicy, Wire, WireFailed, WireLimits
from tests.unit.engine.wire.conftest import Client
from tests.upstream.raw import Visit, raw_server, replying, until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


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
