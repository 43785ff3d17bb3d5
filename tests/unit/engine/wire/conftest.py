"""A wire of each event loop, and short ways to send with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import uvloop

from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import (
    AddressPolicy,
    Origin,
    Wire,
    WireLimits,
    WireRequest,
    WireResponse,
)
from tests.upstream.raw import Upstream

LIMITS = WireLimits(connect_timeout_s=5, read_timeout_s=5, total_timeout_s=10)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The wire runs on both loops: uvloop where there is one, asyncio's own elsewhere."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class Client:
    """A wire with short names for tests."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def send(
        self,
        upstream: Upstream | int,
        method: bytes = b"GET",
        target: bytes = b"/",
        *,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        body: Any = None,
        limits: WireLimits = LIMITS,
        tls: TlsProfile | None = None,
        host: str = "127.0.0.1",
        **more: Any,
    ) -> WireResponse:
        port = upstream if isinstance(upstream, int) else upstream.port
        is_tls = tls is not None or (isinstance(upstream, Upstream) and upstream.tls)
        origin = Origin("https" if is_tls else "http", host, port)
        content_length, trailers = more.pop("content_length", None), more.pop("trailers", None)
        request = WireRequest(
            method,
            origin,
            target,
            ((b"Host", origin.host_header()), *headers),
            body,
            content_length=content_length,
            trailers=trailers,
        )
        return await self.wire.send(request, limits=limits, tls=tls, **more)

    async def fetch(self, upstream: Upstream | int, *args: Any, **kwargs: Any) -> bytes:
        limit = kwargs.pop("limit", 2**24)
        response = await self.send(upstream, *args, **kwargs)
        return (await response.read(limit))[0]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    wire = Wire(policy=AddressPolicy(allow_private=True))
    yield Client(wire)
    await wire.aclose()


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port on which nothing listens."""
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
