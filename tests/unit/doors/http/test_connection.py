"""Slow callers are cut, on a real connection whose clock the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from sourcekeep.doors.http import connection as bounds
from sourcekeep.doors.http.connection import Connection

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LATER = 3600.0


@dataclass
class Serving:
    """A server, one caller, and the server's side of that caller's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    side: Connection

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0.05)

    def sweep_after(self, seconds: float) -> bool:
        """Whether a sweep so much later than now cuts the connection."""
        self.side.sweep(self.side.loop.time() + seconds)
        return bool(self.side.transport.is_closing())


App = Callable[[Any, Any, Any], Awaitable[None]]


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body, then answers."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def flooding(scope: Any, receive: Any, send: Any) -> None:
    """Answers with more than any buffer holds."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        body = {"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True}
        await send(body)


@asynccontextmanager
async def serving(app: App, kind: type[Connection] = Connection) -> AsyncIterator[Serving]:
    config = uvicorn.Config(
        app,
        http=kind,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
    )
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: kind(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    await asyncio.sleep(0.05)
    (side,) = state.connections
    assert isinstance(side, Connection)
    try:
        yield Serving(reader, writer, side)
    finally:
        writer.close()
        for task in list(state.tasks):
            task.cancel()
        server.close()


@pytest.mark.parametrize("sent", [b"", REQUEST[:20], REQUEST + REQUEST[:20]])
async def test_a_caller_that_does_not_finish_its_headers_is_cut(sent: bytes):
    async with serving(reading) as caller:
        await caller.say(sent)
        assert not caller.sweep_after(bounds.HEADERS_WITHIN_S - 1)
        assert caller.sweep_after(bounds.HEADERS_WITHIN_S + 1)


async def test_a_caller_that_rests_between_requests_has_its_time():
    async with serving(reading) as caller:
        await caller.say(REQUEST)
        assert (await caller.reader.read(15)).startswith(b"HTTP/1.1 200")
        assert not caller.sweep_after(bounds.KEEP_ALIVE_S - 1)
        assert caller.sweep_after(bounds.KEEP_ALIVE_S + 1)


async def test_a_caller_whose_run_takes_long_is_not_cut():
    async def waiting(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(LATER)

    async with serving(waiting) as caller:
        await caller.say(REQUEST)
        assert not caller.sweep_after(LATER)


async def test_a_body_that_drips_is_cut():
    async with serving(reading) as caller:
        await caller.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab")
        assert not caller.sweep_after(bounds.BODY_WITHIN_S - 1)
        assert caller.sweep_after(bounds.BODY_WITHIN_S + 1)


async def test_a_large_body_has_its_time():
    async with serving(reading) as caller:
        await caller.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n")
        await caller.say(b"x" * 1_000_000)
        assert not caller.sweep_after(bounds.BODY_WITHIN_S + 30)
        assert caller.sweep_after(bounds.BODY_WITHIN_S + 90)


async def test_a_caller_that_does_not_read_its_answer_is_cut():
    async with serving(flooding) as caller:
        await caller.say(REQUEST)
        assert not caller.sweep_after(bounds.READING_WITHIN_S - 1)
        assert caller.sweep_after(bounds.READING_WITHIN_S + 1)


async def test_what_is_watched_is_cancelled_when_the_caller_goes():
    cancelled = asyncio.Event()

    async def running(scope: Any, receive: Any, send: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        scope[bounds.IN_SCOPE].watch(task)
        try:
            await asyncio.sleep(LATER)
        except asyncio.CancelledError:
            cancelled.set()

    async with serving(running) as caller:
        await caller.say(REQUEST)
        caller.writer.close()
        await asyncio.wait_for(cancelled.wait(), 5)
        assert caller.side.gone
