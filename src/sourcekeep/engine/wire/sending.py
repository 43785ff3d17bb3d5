"""The sending half of an exchange: head, then body, with back-pressure and Expect: 100-continue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.values import WireFailed, WireRequest
from sourcekeep.engine.wire.writing import expects_continue, trailer_lines
from sourcekeep.model.catalogue import problem

# A body up to this size goes out in one write with the head; a larger one in pieces of this size.
_PIECE = 131072
# RFC 9110 10.1.1: a client should not wait without end for a 100 that an old server never sends.
_CONTINUE_PATIENCE_S = 1.0


def is_whole(request: WireRequest) -> bool:
    """Whether the request goes out in one write, with nothing for a sender to do."""
    body = request.body
    if body is None:
        return True
    return isinstance(body, bytes) and len(body) <= _PIECE and not expects_continue(request.headers)


class Sending(Protocol):
    """What a sender needs of its exchange."""

    connection: Connection

    def sent(self) -> None: ...
    def server_turn(self) -> None: ...
    def our_turn(self) -> None: ...
    def fail_with(self, failure: BaseException) -> None: ...


class Sender:
    """Sends what is too long for one write, or may not go at once. `done` is True once the whole request was handed to the socket."""

    __slots__ = ("_exchange", "_go", "_pump", "_room", "done", "request")

    def __init__(self, exchange: Sending, request: WireRequest) -> None:
        self._exchange = exchange
        self._go: asyncio.Future[bool] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self.done = False
        self.request = request

    def start(self, head: bytes) -> None:
        """Writes the head, and leaves the body to a task."""
        body = self.request.body
        assert body is not None
        self._exchange.connection.write(head)
        if expects_continue(self.request.headers):
            self._go = asyncio.get_running_loop().create_future()
        self._pump = asyncio.create_task(self._send_body(body))

    def interim(self, status: int) -> None:
        """The server sent a 1xx answer."""
        if status == 100 and self._go is not None and not self._go.done():
            self._go.set_result(True)

    def answered(self) -> None:
        """The final head is in; a body that still waits for a 100 is not wanted."""
        if self._go is not None and not self._go.done():
            self._go.set_result(False)
        self._exchange.sent()

    def may_write(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    def stop(self) -> None:
        """Sends no more."""
        if self._pump is not None and not self._pump.done():
            self._pump.cancel()

    async def _send_body(self, body: bytes | AsyncIterator[bytes]) -> None:
        try:
            if not await self._wanted():
                return
            if isinstance(body, bytes):
                await self._send_bytes(body)
            elif self.request.content_length is not None:
                await self._send_counted(body, self.request.content_length)
            else:
                await self._send_chunked(body)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._exchange.fail_with(error)
            return
        self.done = True
        self._exchange.sent()
        self._exchange.server_turn()

    async def _wanted(self) -> bool:
        if self._go is None:
            return True
        try:
            return await asyncio.wait_for(self._go, _CONTINUE_PATIENCE_S)
        except TimeoutError:
            return True

    async def _send_bytes(self, body: bytes) -> None:
        view = memoryview(body)
        for at in range(0, len(body), _PIECE):
            await self._write(bytes(view[at : at + _PIECE]))

    async def _send_counted(self, body: AsyncIterator[bytes], length: int) -> None:
        left = length
        self._exchange.our_turn()
        async for piece in body:
            left -= len(piece)
            if left < 0:
                break
            await self._write(piece)
            self._exchange.our_turn()
        if left:
            raise WireFailed(
                problem(
                    "invalid_body", f"The body is not the {length:,} bytes that were announced."
                )
            )

    async def _send_chunked(self, body: AsyncIterator[bytes]) -> None:
        self._exchange.our_turn()
        async for piece in body:
            if piece:  # an empty chunk would end the body (RFC 9112 7.1)
                await self._write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self._exchange.our_turn()
        trailers = self.request.trailers() if self.request.trailers is not None else ()
        await self._write(b"0\r\n" + trailer_lines(trailers) + b"\r\n")

    async def _write(self, data: bytes) -> None:
        connection = self._exchange.connection
        connection.write(data)
        if not connection.writable:
            self._exchange.server_turn()
            self._room = asyncio.get_running_loop().create_future()
            await self._room
