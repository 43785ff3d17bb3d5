"""uvicorn's HTTP/1 connection with the bounds it lacks: header size, slow senders, slow readers.

No timer per request: each connection notes when its present phase began, and one sweep a second
(`Sweeper`) looks over all of them. Refusals of the parser are answered as problem+json too.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
)
from uvicorn.server import ServerState

from sourcekeep.doors.http.answers import Answer, Receive, Scope, Send, lines_of
from sourcekeep.doors.http.problems import HttpProblem, problem_of
from sourcekeep.doors.http.run_routes import IN_SCOPE

MAX_HEADER_BYTES = 64 * 1024
MAX_HEADERS = 128
HEADERS_WITHIN_S = 15.0
BODY_WITHIN_S = 30.0
SLOWEST_BODY_BYTES_PER_S = 16 * 1024
READING_WITHIN_S = 60.0
KEEP_ALIVE_S = 75
LINGER_S = 1.0
# Up to here, copying a body behind its head costs less than a second write.
_ONE_WRITE_BYTES = 64 * 1024

_CLOSE = ((b"connection", b"close"),)
_HEADERS_TOO_LARGE = problem_of(
    HttpProblem(
        431,
        "headers_too_large",
        f"The request may have {MAX_HEADERS} header fields and {MAX_HEADER_BYTES} bytes of them.",
        headers=_CLOSE,
    )
)
_MALFORMED = problem_of(
    HttpProblem(400, "malformed_request", "This is not valid HTTP/1.1.", headers=_CLOSE)
)


async def _refuse_headers(scope: Scope, receive: Receive, send: Send) -> None:
    await _HEADERS_TOO_LARGE.send(send)


class Connection(HttpToolsProtocol):
    """One caller's connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.gone = False
        self._refused = False
        self._running: set[asyncio.Task[Any]] = set()
        self._phase: str = "headers"  # headers, body, or answer (also while idle between requests)
        self._since = self.loop.time()
        self._seen = 0
        self._blocked_since: float | None = None
        self._idle_since: float | None = None

    # What a run needs

    def watch(self, task: asyncio.Task[Any]) -> None:
        """Cancel this task when the caller goes away before `unwatch`."""
        self._running.add(task)

    def unwatch(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._leave()

    def _leave(self) -> None:
        """Nobody hears an answer any more: what was begun for the caller ends."""
        self.gone = True
        if self.cycle is not None:
            self.cycle.disconnected = True
        for task in self._running:
            task.cancel()
        self._running.clear()

    def on_response_complete(self) -> None:
        """As uvicorn's, but that the sweep ends idle connections: no timer per answer."""
        self.server_state.total_requests += 1
        if self.gone or self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()

    def write_answer(self, status: int, lines: bytes, content: bytes, *, keep_alive: bool) -> None:
        """Write a whole answer, in one piece when it is short; `lines` need no check and have their
        line ends. While the caller reads slowly (`flow`), its writer waits first."""
        if self.gone or self.transport.is_closing():
            return
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        head = STATUS_LINE[status] + _lines_of(self.server_state.default_headers) + lines + end
        if len(content) <= _ONE_WRITE_BYTES:
            self.transport.write(head + content)
        else:
            self.transport.write(head)
            self.transport.write(content)
        if not keep_alive:
            self.transport.close()

    # What the sweep needs

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._idle_since = None
        if self._phase == "answer":
            self._begin("headers")
        self._seen += len(data)
        super().data_received(data)
        if self._phase == "headers" and self._seen > MAX_HEADER_BYTES:
            self._write_and_close(_HEADERS_TOO_LARGE)

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        if self._phase == "answer":  # it came together with the end of the one before
            self._begin("headers")

    def _open_scope(self) -> None:
        """What uvicorn does at the beginning of a message, once it is known to go its way."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)  # this list is the scope's
        cast(dict[str, Any], self.scope)[IN_SCOPE] = self

    def on_headers_complete(self) -> None:
        self._phase = "body"
        self._since = self.loop.time()
        if len(self.headers) <= MAX_HEADERS and (
            self._seen <= MAX_HEADER_BYTES or self._header_bytes() <= MAX_HEADER_BYTES
        ):
            self.serve_request()
            return
        self._open_scope()
        served, self.app = self.app, _refuse_headers
        try:
            super().on_headers_complete()
        finally:
            self.app = served

    def serve_request(self) -> None:
        """The head is in and within its bounds: hand the request to the application."""
        self._open_scope()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.end_of_request()

    def end_of_request(self) -> None:
        """The request is here; from now on the caller waits for us."""
        self._begin("answer")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._blocked_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._blocked_since = None

    def _begin(self, phase: str) -> None:
        self._phase = phase
        self._since = self.loop.time()
        self._seen = 0

    def _header_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def sweep(self, now: float) -> None:
        """Cut the connection when the caller has been too slow at what it is doing."""
        if self.transport is None or self.transport.is_closing():
            return
        if (self._phase == "headers" and now - self._since > HEADERS_WITHIN_S) or (
            self._idle_since is not None and now - self._idle_since > KEEP_ALIVE_S
        ):
            self.transport.close()
        elif (self._phase == "body" and now - self._since > self._body_within_s()) or (
            self._blocked_since is not None and now - self._blocked_since > READING_WITHIN_S
        ):
            self.transport.abort()

    def _body_within_s(self) -> float:
        return BODY_WITHIN_S + self._seen / SLOWEST_BODY_BYTES_PER_S

    # What the parser refuses

    def send_400_response(self, msg: str) -> None:
        self._write_and_close(_MALFORMED)

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade that is not wanted is ignored (RFC 9110 7.8); there is nothing to tell."""

    def _write_and_close(self, answer: Answer) -> None:
        if self._refused or self.transport.is_closing():
            return
        lines = lines_of(answer.head())
        self.transport.write(STATUS_LINE[answer.status] + lines + b"\r\n" + answer.body)
        self._refused = True
        self._leave()
        # Closed at once, with more still coming in, the answer would be lost (RFC 9112 9.6).
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)


class _DefaultLines:
    """The header lines of uvicorn's default headers (Date), made anew when the list is: once a
    second."""

    def __init__(self) -> None:
        self._fields: list[tuple[bytes, bytes]] | None = None
        self._lines = b""

    def __call__(self, fields: list[tuple[bytes, bytes]]) -> bytes:
        if fields is not self._fields:
            self._lines = lines_of(fields)
            self._fields = fields
        return self._lines


_lines_of = _DefaultLines()


class Sweeper:
    """Looks over all connections of a server once a second."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            now = loop.time()
            for connection in list(self._state.connections):
                if isinstance(connection, Connection):
                    connection.sweep(now)
