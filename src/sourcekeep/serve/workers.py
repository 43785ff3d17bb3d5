"""Several serving processes on one port, and the small supervisor above them.

Each worker binds the port for itself (SO_REUSEPORT), so the kernel spreads the connections. The
supervisor serves nothing: it starts workers, starts one again that died, and passes signals on. The
first worker starts alone, as it lays the tables and makes the key file.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from sourcekeep.serve.listening import bind_to_share, join, port_of
from sourcekeep.serve.words import base_url, ready_line, start_log, tell
from sourcekeep.settings import Settings

log = logging.getLogger("sourcekeep.workers")

_WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
_RESTART_AFTER_S = 1.0
_MARGIN_S = 5.0  # beyond the time that runs are given, before a worker that hangs is killed


@dataclass(slots=True)
class _Worker:
    number: int
    started_at: float


def supervise(settings: Settings) -> int:
    """Run `settings.workers` processes until a signal. The exit code."""
    start_log(settings.log_level)
    holding = bind_to_share(settings.host, settings.port)  # so that nobody takes a free port
    url = base_url(settings, port_of(holding))
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    import sourcekeep.serve.process  # noqa: F401  workers share its memory, and start at once

    supervisor = _Supervisor(settings, port_of(holding))
    code = supervisor.start_all(lambda lines: tell([*lines, ready_line(url)]))
    return supervisor.watch() if code == 0 else code


class _Supervisor:
    def __init__(self, settings: Settings, port: int) -> None:
        self._settings = settings
        self._port = port
        self._workers: dict[int, _Worker] = {}
        # Its other end is open as long as this process lives; workers stop when it closes.
        self._lifeline, self._held = os.pipe()

    def start_all(self, when_ready: Callable[[list[str]], None]) -> int:
        """The exit code of a worker that did not come up, 0 when all did."""
        lines: list[str] = []
        for number in range(self._settings.workers):
            pid, told = self._start(number, first=number == 0)
            said = _read_all(told)
            if not said.endswith(b"\n"):  # it ended before it was ready, and has said why
                _, status = os.waitpid(pid, 0)
                self._workers.pop(pid, None)
                self._stop_all()
                return os.waitstatus_to_exitcode(status) or 1
            lines += said.decode().splitlines()[:-1]
        when_ready(lines)
        return 0

    def watch(self) -> int:
        """Until a signal to stop: start again what dies."""
        while True:
            got = signal.sigtimedwait(_WATCHED, _RESTART_AFTER_S)
            if got is not None and got.si_signo != signal.SIGCHLD:
                return self._stop_all()
            for worker in self._reap():
                log.error("worker %d ended unasked; it is started again", worker.number)
                wait = worker.started_at + _RESTART_AFTER_S - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                _, told = self._start(worker.number, first=False)
                os.close(told)

    def _start(self, number: int, *, first: bool) -> tuple[int, int]:
        """The worker's process id, and where it tells that it is ready. One that is not the first
        makes no new first link, or the one on the console would end."""
        told, telling = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            os.close(self._held)
            os._exit(self._be_worker(number, telling, first=first))
        os.close(telling)
        self._workers[pid] = _Worker(number, time.monotonic())
        return pid, told

    def _be_worker(self, number: int, telling: int, *, first: bool) -> int:
        # A Ctrl+C reaches every process of the terminal; the supervisor passes it on in its way.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        from sourcekeep.serve.process import Part, run

        part = Part(
            join(self._settings.host, self._port),
            first_link=first,
            demo=number == 0,
            lifeline=self._lifeline,
        )

        def ready(lines: list[str]) -> None:
            _tell(telling, "".join(f"{line}\n" for line in [*lines, "ready"]))

        try:
            return run(self._settings, part, ready)
        except BaseException:
            log.exception("worker %d failed", number)
            return 1

    def _reap(self) -> list[_Worker]:
        ended: list[_Worker] = []
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if pid == 0:
                return ended
            worker = self._workers.pop(pid, None)
            if worker is not None:
                ended.append(worker)

    def _stop_all(self) -> int:
        """Stop in good order; a second signal, or too long a time, ends it at once."""
        self._signal_all(signal.SIGTERM)
        until = time.monotonic() + self._settings.stop_seconds + _MARGIN_S
        while self._workers:
            left = until - time.monotonic()
            got = signal.sigtimedwait(_WATCHED, max(0.05, left)) if left > 0 else None
            self._reap()
            if left <= 0 or (got is not None and got.si_signo != signal.SIGCHLD):
                self._signal_all(signal.SIGKILL)
                return 1
        return 0

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._workers:
            os.kill(pid, number)


def _read_all(pipe: int) -> bytes:
    """Everything until the other side closes it."""
    parts = []
    with os.fdopen(pipe, "rb", buffering=0) as file:
        while part := file.read(65536):
            parts.append(part)
    return b"".join(parts)


def _tell(pipe: int, text: str) -> None:
    with contextlib.suppress(OSError):  # of a worker started again: nobody listens any more
        os.write(pipe, text.encode())
    os.close(pipe)
