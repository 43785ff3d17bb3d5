"""uvicorn as we run it: our connection class, our signals, our words, its HTTP/1 and its event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Generator
from typing import Any

import uvicorn

from sourcekeep.doors.http.connection import KEEP_ALIVE_S, Sweeper
from sourcekeep.doors.http.run_connection import RunConnection

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Told to stop: the first signal stops in good order, the second at once."""

    def __init__(self) -> None:
        self.asked = False
        self._listeners: list[Callable[[], None]] = []

    def install(self, lifeline: int | None) -> None:
        """Hear the signals, and the end of the process at the other end of `lifeline`."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self.ask)
        if lifeline is not None:
            loop.add_reader(lifeline, self._cut, lifeline)

    def _cut(self, lifeline: int) -> None:
        asyncio.get_running_loop().remove_reader(lifeline)
        if not self.asked:
            self.ask()

    def ask(self) -> None:
        if self.asked:
            os._exit(1)  # what is durable is durable; what is not was not answered
        self.asked = True
        for listener in self._listeners:
            listener()

    def when_asked(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)


class Server(uvicorn.Server):
    """Serves one ASGI application on sockets that are bound already."""

    def __init__(
        self,
        application: Any,
        *,
        trusted_proxies: tuple[str, ...],
        stop_seconds: float,
        when_ready: Callable[[], None],
    ) -> None:
        config = uvicorn.Config(
            application,
            http=RunConnection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=list(trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        config.timeout_graceful_shutdown = stop_seconds  # type: ignore[assignment]  # fractions do
        super().__init__(config)
        self._when_ready = when_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are `Stop`'s: uvicorn would raise them again at the end, and the exit code with
        them would not be 0."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_ready()

    async def run_until(self, stop: Stop, sockets: list[socket.socket]) -> None:
        """Serve until asked to stop; then runs may finish, and those that do not are cancelled."""
        sweeper = Sweeper(self.server_state)
        sweeper.start()
        stop.when_asked(self._stop)
        if stop.asked:
            return
        try:
            await self.serve(sockets)
            await self._end_tasks()
        finally:
            await sweeper.stop()

    def _stop(self) -> None:
        self.should_exit = True

    async def _end_tasks(self) -> None:
        """uvicorn cancels what is left and does not wait; each still writes its line."""
        tasks = list(self.server_state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=2)
