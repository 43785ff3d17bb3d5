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
async def serving(app: App) -> AsyncIterator[Serving]:
    config = uvicorn.Config(
        app, http=Connection, ws="none", lifespan="off", log_config=None, access_log=False
    )
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}, loop), "127.0.0.1", 0)
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


async def whole(scope: Any, receive: Any, send: Any) -> None:
    """Takes the body and answers with it at once, where the connection can."""
    side = scope[bounds.IN_SCOPE]
    body = side.take_body(scope)
    at_once = body is not None
    more = not at_once
    while more:
        message = await receive()
        body, more = (body or b"") + message["body"], message["more_body"]
    lines = b"content-length: %d\r\nat-once: %d\r\n" % (len(body), at_once)
    if not side.answer(scope, 200, lines, body):
        fields = [(b"content-length", b"%d" % len(body)), (b"at-once", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": body})


def post(body: bytes, *fields: bytes, method: bytes = b"POST") -> bytes:
    head = [method + b" / HTTP/1.1", b"Host: x", b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


async def heard(caller: Serving) -> bytes:
    await asyncio.sleep(0.05)
    return await caller.reader.read(1_000_000)


async def test_a_whole_body_is_answered_in_one_piece():
    async with serving(whole) as caller:
        for text in (b"first", b"second"):
            await caller.say(post(text))
            head, _, body = (await heard(caller)).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n") and b"at-once: 1" in head
            assert body == text


async def test_requests_sent_without_waiting_are_answered_in_their_order():
    async with serving(whole) as caller:
        await caller.say(post(b"one") + post(b"two") + post(b"three"))
        said = await heard(caller)
        assert said.count(b"HTTP/1.1 200 OK") == 3
        assert said.index(b"one") < said.index(b"two") < said.index(b"three")


async def test_a_body_in_pieces_is_waited_for():
    async with serving(whole) as caller:
        request = post(b"pieces")
        await caller.say(request[:-6])
        await caller.say(request[-6:])
        said = await heard(caller)
        assert b"at-once: 0" in said and said.endswith(b"\r\n\r\npieces")


async def test_a_large_body_is_whole_too():
    large = b"x" * 300_000
    async with serving(whole) as caller:
        caller.writer.write(post(large))
        await caller.reader.readuntil(b"\r\n\r\n")
        assert await caller.reader.readexactly(len(large)) == large
        await caller.say(post(b"next"))
        assert (await heard(caller)).endswith(b"\r\n\r\nnext")


async def test_a_caller_that_wants_its_connection_closed_is_answered_through_send():
    async with serving(whole) as caller:
        await caller.say(post(b"last", b"Connection: close"))
        said = await caller.reader.read()
        assert b"connection: close" in said and b"at-once: no" in said
        assert said.endswith(b"\r\n\r\nlast")


async def test_head_gets_no_content():
    async with serving(whole) as caller:
        await caller.say(post(b"text", method=b"HEAD"))
        assert (await heard(caller)).endswith(b"\r\n\r\n")


async def test_a_caller_that_asks_whether_to_go_on_is_told_before_its_body():
    async with serving(whole) as caller:
        request = post(b"asked", b"Expect: 100-continue")
        await caller.say(request[:-5])
        assert await heard(caller) == b"HTTP/1.1 100 Continue\r\n\r\n"
        await caller.say(request[-5:])
        assert (await heard(caller)).endswith(b"\r\n\r\nasked")
