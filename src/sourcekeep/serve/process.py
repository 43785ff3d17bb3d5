"""One serving process: build, say that it is ready, serve, close in order."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop

from sourcekeep.doors.http.app import http_door
from sourcekeep.doors.web.pages import Pages
from sourcekeep.serve.demonstration import CannotDemonstrate, demonstration
from sourcekeep.serve.listening import bind, port_of
from sourcekeep.serve.server import Server, Stop
from sourcekeep.serve.words import (
    base_url,
    first_link_line,
    ready_line,
    say_why_not,
    start_log,
    tell,
)
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, CannotStart, build

_COLLECT_AFTER = 20_000  # objects


@dataclass(frozen=True, slots=True)
class Part:
    """What a process does beside serving. Of several, one runs the demo and one made the link."""

    sockets: list[socket.socket]
    first_link: bool = True
    demo: bool = True
    lifeline: int | None = None  # a pipe that closes when the supervisor is gone
    stop: Stop = field(default_factory=Stop)


def run_alone(settings: Settings) -> int:
    """The only process: serve until a signal, and tell the console when ready."""
    sockets = bind(settings.host, settings.port)
    url = base_url(settings, port_of(sockets))
    return run(settings, Part(sockets), lambda lines: tell([*lines, ready_line(url)]))


def run(settings: Settings, part: Part, when_ready: Callable[[list[str]], None]) -> int:
    """Serve on these sockets; `when_ready` is given the lines to tell. The exit code."""
    start_log(settings.log_level)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, part, when_ready))
    except (CannotStart, CannotDemonstrate) as error:
        return say_why_not(error)
    except OSError as error:
        return say_why_not(f"{error.strerror or error}: {error.filename or settings.data_dir}")
    return 0


async def _serve(settings: Settings, part: Part, when_ready: Callable[[list[str]], None]) -> None:
    part.stop.install(part.lifeline)
    app = await build(settings)
    try:
        async with demonstration(settings, app, wanted=part.demo) as lines:
            lines += await _first_link(settings, part, app)
            server = _server(settings, app, lambda: _settled(when_ready, lines))
            await server.run_until(part.stop, part.sockets)
    finally:
        await app.close()


def _server(settings: Settings, app: App, when_ready: Callable[[], None]) -> Server:
    door = http_door(
        app,
        pages=Pages(),
        told_hosts=settings.allowed_hosts,
        public_url=settings.public_url,
        loopback_only=settings.loopback_only,
        max_request_bytes=settings.max_request_bytes,
        session_hours=settings.session_hours,
    )
    return Server(
        door,
        trusted_proxies=settings.trusted_proxies,
        stop_seconds=settings.stop_seconds,
        when_ready=when_ready,
    )


async def _first_link(settings: Settings, part: Part, app: App) -> list[str]:
    """The line with the one-time sign-in link, while nobody exists."""
    token = await app.links.first_link() if part.first_link else None
    if token is None:
        return []
    return [first_link_line(base_url(settings, port_of(part.sockets)), token)]


def _settled(when_ready: Callable[[list[str]], None], lines: list[str]) -> None:
    """All that was built stays: the collector need not look at it again. Runs leave no cycles, and
    looking for some after every 700 objects is 4 % of a run's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    when_ready(lines)
