"""Keeps connections between requests: reuse newest first, a bound for each route, a queue beyond."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.deadlines import Deadlines
from sourcekeep.engine.wire.opening import Opener, Route
from sourcekeep.engine.wire.proxy import Proxy
from sourcekeep.engine.wire.values import (
    Origin,
    Timings,
    WireFailed,
    WireLimits,
    in_words,
    total_timeout,
)
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

# A server that says `Keep-Alive: timeout=5` closes at about 5 s: we let go a second earlier, so
# that a request does not meet the closing connection.
_KEEP_ALIVE_MARGIN_S = 1.0


class Lane:
    """The connections of one route, and the requests that wait for one of them."""

    def __init__(
        self,
        route: Route,
        *,
        opener: Opener,
        deadlines: Deadlines,
        max_connections: int,
        idle_timeout_s: float,
        on_empty: Callable[[Lane], None],
    ) -> None:
        self.route = route
        self._opener = opener
        self._deadlines = deadlines
        self._max_connections = max_connections
        self._idle_timeout_s = idle_timeout_s
        self._on_empty = on_empty
        self._loop = asyncio.get_running_loop()
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._opening = 0
        self._queue: deque[_Ticket] = deque()

    @property
    def open_count(self) -> int:
        return len(self._open)

    @property
    def idle_count(self) -> int:
        return len(self._idle)

    def take_idle(self) -> Connection | None:
        """The connection that was used last, if one waits for work."""
        return self._idle.pop() if self._idle else None

    async def fresh(
        self, *, limits: WireLimits, total_deadline: float, timings: Timings
    ) -> Connection:
        """A new connection, or the first to come free when the route is at its bound.

        Raises WireFailed of the stages network and tls, or total_timeout from the queue.
        """
        while len(self._open) + self._opening >= self._max_connections:
            connection = await self._wait_in_queue(limits, total_deadline, timings)
            if connection is not None and connection.is_open:
                return connection
        return await self._open_one(limits, total_deadline, timings)

    def release(self, connection: Connection) -> None:
        """Takes back a connection whose exchange is over and which may carry another."""
        seconds = self._idle_timeout_s
        allowance = connection.reader.keep_alive_s
        if allowance is not None:
            seconds = min(seconds, allowance - _KEEP_ALIVE_MARGIN_S)
        connection.vacate(monotonic() + seconds)
        if seconds <= 0:
            connection.abort()
        elif not self._queue or not self._serve_queue(connection):
            self._idle.append(connection)

    def forget_idle(self) -> None:
        """Closes what is idle: one of them was found dead, the server has gone or restarted."""
        for connection in list(self._idle):
            connection.abort()

    async def aclose(self) -> None:
        """Closes every connection, busy ones too, and waits until the sockets are gone."""
        for ticket in self._queue:
            ticket.fail(problem("connection_closed", "Sourcekeep is stopping.", retryable=False))
        connections = list(self._open)
        for connection in connections:
            connection.expel()
        if connections:
            await asyncio.wait([connection.lost for connection in connections])

    async def _wait_in_queue(
        self, limits: WireLimits, total_deadline: float, timings: Timings
    ) -> Connection | None:
        ticket = _Ticket(self._loop.create_future(), total_deadline, limits)
        started = monotonic()
        self._queue.append(ticket)
        self._deadlines.watch(ticket)
        try:
            return await ticket.future
        except asyncio.CancelledError:
            self._pass_on(ticket)
            raise
        finally:
            self._deadlines.forget(ticket)
            if ticket in self._queue:
                self._queue.remove(ticket)
            timings.queue += (monotonic() - started) * 1000

    def _pass_on(self, ticket: _Ticket) -> None:
        """A cancelled waiter gives what it was handed to the next one."""
        if not ticket.future.done() or ticket.future.cancelled() or ticket.future.exception():
            return
        connection = ticket.future.result()
        if connection is not None and connection.is_open:
            self.release(connection)
        else:
            self._serve_queue(None)

    async def _open_one(
        self, limits: WireLimits, total_deadline: float, timings: Timings
    ) -> Connection:
        left = max(total_deadline - monotonic(), 0.0)
        self._opening += 1
        try:
            connection = await self._opener.open(
                self.route,
                timings=timings,
                timeout_s=min(limits.connect_timeout_s, left),
                too_late=total_timeout(limits) if left < limits.connect_timeout_s else None,
            )
        except BaseException:
            self._opening -= 1
            self._slot_free()
            raise
        self._opening -= 1
        self._open.add(connection)
        connection.on_close = self._closed
        connection.release = self.release
        if not connection.is_open:  # it died since the handshake; the exchange will notice
            self._closed(connection)
        return connection

    def _closed(self, connection: Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._slot_free()

    def _slot_free(self) -> None:
        if not self._serve_queue(None) and not self._open and not self._opening:
            self._on_empty(self)

    def _serve_queue(self, connection: Connection | None) -> bool:
        """Hands a connection, or with None the right to open one, to the first that waits."""
        while self._queue:
            ticket = self._queue.popleft()
            if not ticket.future.done():
                ticket.future.set_result(connection)
                return True
        return False


class Pool:
    """The lanes of one event loop. A lane without connections is dropped."""

    def __init__(
        self, opener: Opener, deadlines: Deadlines, *, max_per_route: int, idle_timeout_s: float
    ) -> None:
        self.opener = opener
        self._deadlines = deadlines
        self._max_per_route = max_per_route
        self._idle_timeout_s = idle_timeout_s
        # Keyed by the parts of a route, so that finding a lane makes no route.
        self._lanes: dict[tuple[Origin, TlsProfile | None, Proxy | None], Lane] = {}

    def lane(self, origin: Origin, tls: TlsProfile | None, proxy: Proxy | None) -> Lane:
        key = (origin, tls, proxy)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(
                Route(*key),
                opener=self.opener,
                deadlines=self._deadlines,
                max_connections=self._max_per_route,
                idle_timeout_s=self._idle_timeout_s,
                on_empty=self._drop,
            )
        return lane

    def counts(self) -> dict[Route, tuple[int, int]]:
        """Open and idle connections of each route."""
        return {lane.route: (lane.open_count, lane.idle_count) for lane in self._lanes.values()}

    async def aclose(self) -> None:
        for lane in list(self._lanes.values()):
            await lane.aclose()

    def _drop(self, lane: Lane) -> None:
        key = (lane.route.origin, lane.route.tls, lane.route.proxy)
        if self._lanes.get(key) is lane:
            del self._lanes[key]


class _Ticket:
    """A place in the queue of a lane."""

    def __init__(
        self, future: asyncio.Future[Connection | None], deadline: float, limits: WireLimits
    ) -> None:
        self.future = future
        self.deadline = deadline
        self._limits = limits

    def expire(self, now: float) -> None:
        self.fail(
            problem(
                "total_timeout",
                f"All connections to the server were busy for {in_words(self._limits.total_timeout_s)}.",
            )
        )

    def fail(self, cause: Problem) -> None:
        if not self.future.done():
            self.future.set_exception(WireFailed(cause))
