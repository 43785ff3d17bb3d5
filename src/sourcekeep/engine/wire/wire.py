"""The only sender: every request that leaves Sourcekeep goes through `Wire.send`."""

from __future__ import annotations

import asyncio
from threading import get_ident
from time import monotonic

from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire.address import AddressPolicy
from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.deadlines import Deadlines
from sourcekeep.engine.wire.exchange import Exchange
from sourcekeep.engine.wire.opening import OnVerified, Opener, Route
from sourcekeep.engine.wire.pool import Lane, Pool
from sourcekeep.engine.wire.proxy import Proxy
from sourcekeep.engine.wire.response import WireResponse
from sourcekeep.engine.wire.values import (
    Knock,
    Origin,
    Timings,
    WireFailed,
    WireLimits,
    WireRequest,
)
from sourcekeep.engine.wire.writing import request_head

# RFC 9110 9.2.2: doing these twice does what doing them once does.
_IDEMPOTENT = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE", b"PUT", b"DELETE"})


class Wire:
    """Sends requests over pooled HTTP/1.1 connections, under one address policy.

    Belongs to the event loop in which it first sends. `aclose` closes every socket.
    """

    def __init__(
        self,
        *,
        policy: AddressPolicy,
        max_connections_per_origin: int = 64,
        idle_timeout_s: float = 60.0,
        on_verified: OnVerified | None = None,
    ) -> None:
        self._policy = policy
        self._on_verified = on_verified
        self._max_per_route = max_connections_per_origin
        self._idle_timeout_s = idle_timeout_s
        self._pool: Pool | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    async def send(
        self,
        request: WireRequest,
        *,
        limits: WireLimits,
        tls: TlsProfile | None,
        proxy: Proxy | None = None,
        ends_at: float | None = None,
    ) -> WireResponse:
        """Returns when the head of the final (non-1xx) answer is in.

        `ends_at` (`time.monotonic`) is when the total time of `limits` is over; without it, that
        time begins now.

        Raises WireFailed, stages network, tls and exchange; invalid_header or invalid_url when
        the request can't be put on the wire as it is. Cancelling closes the socket at once.

        A connection that had died idle is replaced once, when the method is idempotent and the
        body, if any, is bytes (RFC 9112 9.3.1). Other requests take no connection that the server
        is known to have closed; what is left is the race in which it closes just then.
        """
        pool = self._here()
        loop = self._loop
        assert loop is not None
        deadline = monotonic() + limits.total_timeout_s if ends_at is None else ends_at
        origin = request.origin
        lane = pool.lane(origin, tls if origin.scheme == "https" else None, proxy)
        head = request_head(request) if proxy is None else _proxied_head(request, lane.route)
        timings = Timings()
        body = request.body
        may_repeat = request.method in _IDEMPOTENT and (body is None or isinstance(body, bytes))
        connection = lane.take_idle()
        while connection is not None and not may_repeat and connection.is_fin_here():
            connection.abort()
            connection = lane.take_idle()
        if connection is None:
            connection = await _fresh(lane, limits, deadline, timings)
        exchange = Exchange(connection, request, limits, timings, deadline, loop)
        try:
            return await exchange.start(head)
        except asyncio.CancelledError:
            exchange.abort()
            raise
        except WireFailed:
            if not exchange.stale or not may_repeat:
                raise
        lane.forget_idle()
        lane = pool.lane(lane.route.origin, lane.route.tls, proxy)
        connection = await _fresh(lane, limits, deadline, timings)
        exchange = Exchange(connection, request, limits, timings, deadline, loop)
        try:
            return await exchange.start(head)
        except asyncio.CancelledError:
            exchange.abort()
            raise

    async def knock(
        self,
        origin: Origin,
        *,
        limits: WireLimits,
        tls: TlsProfile | None,
        proxy: Proxy | None = None,
    ) -> Knock:
        """Opens a connection of its own, TLS included, and closes it; nothing is sent over it.

        Raises WireFailed, stages network and tls.
        """
        pool = self._here()
        timings = Timings()
        route = Route(origin, tls if origin.scheme == "https" else None, proxy)
        seconds = min(limits.connect_timeout_s, limits.total_timeout_s)
        connection = await pool.opener.open(route, timings=timings, timeout_s=seconds)
        connection.abort()
        return Knock(timings, connection.address, connection.peer_chain())

    def connections(self) -> dict[Route, tuple[int, int]]:
        """Open and idle connections of each route: for diagnosis."""
        return self._pool.counts() if self._pool is not None else {}

    async def aclose(self) -> None:
        """Closes every connection. Running exchanges fail with connection_closed."""
        if self._pool is not None:
            await self._pool.aclose()

    def _here(self) -> Pool:
        # A thread runs one loop at a time: when ours runs, in this thread, it is the running one.
        # Asking asyncio for it would ask the kernel for our process id each time (before 3.12).
        pool, loop = self._pool, self._loop
        if pool and loop and loop.is_running() and self._thread == get_ident():
            return pool
        loop = asyncio.get_running_loop()
        if self._pool is None or self._loop is not loop:
            if self._loop is not None and not self._loop.is_closed():
                raise RuntimeError("a Wire belongs to the event loop in which it first sent")
            deadlines = Deadlines(loop)
            self._loop = loop
            self._thread = get_ident()
            self._pool = Pool(
                Opener(loop, deadlines, self._policy, self._on_verified),
                deadlines,
                max_per_route=self._max_per_route,
                idle_timeout_s=self._idle_timeout_s,
            )
        return self._pool


def _proxied_head(request: WireRequest, route: Route) -> bytes:
    if route.proxy is None or not route.absolute_form:
        return request_head(request)
    return request_head(
        request,
        target_prefix=b"http://" + request.origin.host_header(),
        more_headers=route.proxy.credentials_header(),
    )


async def _fresh(lane: Lane, limits: WireLimits, deadline: float, timings: Timings) -> Connection:
    try:
        return await lane.fresh(limits=limits, total_deadline=deadline, timings=timings)
    except WireFailed as failed:
        failed.timings = timings
        raise
