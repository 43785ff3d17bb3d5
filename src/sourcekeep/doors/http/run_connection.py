"""A caller's connection that knows the short way of a run (`run_lane.py`)."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from sourcekeep.doors.http.connection import Connection
from sourcekeep.doors.http.run_lane import Call, RunLane, whole
from sourcekeep.doors.http.run_routes import STOPPED


class RunConnection(Connection):
    """A request that fits the application's `lane` is answered by it, any other as ever."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._lane: RunLane | None = getattr(self.app, "lane", None)
        self._call: Call | None = None

    def serve_request(self) -> None:
        """The short way where it fits, and nothing before it is still being answered."""
        call = None
        if (
            self._lane is not None
            and self.parser.get_method() == b"POST"
            and self.parser.get_http_version() == "1.1"
            and (self.cycle is None or self.cycle.response_complete)
            and not self.pipeline
        ):
            call = self._lane.fits(self.url, self.headers)
        if call is None:
            super().serve_request()
            return
        self._call = call
        self.cycle = cast(RequestResponseCycle, call)  # so that what comes after it waits

    def on_body(self, body: bytes) -> None:
        if self._call is not None:
            self._call.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        call, self._call = self._call, None
        if call is None or self._lane is None:
            super().on_message_complete()
            return
        self.end_of_request()
        task = self.loop.create_task(self._answer(self._lane, call))
        self.tasks.add(task)  # whom the end of the server waits for
        self.watch(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.unwatch(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:  # not even a refusal could be made: nobody must wait for one
            words = "a call was left without an answer"
            self.loop.call_exception_handler({"message": words, "exception": fault})
            self.transport.close()

    async def _answer(self, lane: RunLane, call: Call) -> None:
        try:
            status, lines, content = await lane.answer(call, self.scheme or "http")
        except asyncio.CancelledError:
            if self.gone:  # and the run is cancelled with it
                return
            status, lines, content = whole(STOPPED)  # the time given to runs is over
        if self.flow.write_paused:
            await self.flow.drain()
        self.write_answer(status, lines, content, keep_alive=call.keep_alive)
        call.response_complete = True
        self.on_response_complete()
