"""Services on a real store, in both databases, and a small real API on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sourcekeep.kit.clock import Clock, system_clock
from sourcekeep.model.policy import NO_LIMITS, Actor, Door, Policy, Role
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build

TOKEN = "canary-token-5f1d0c7a"


def actor(role: Role = "admin", *, policy: Policy = NO_LIMITS, door: Door = "web") -> Actor:
    """A person of this role, or a caller token with this policy."""
    kind: Any = "user" if policy is NO_LIMITS else "token"
    return Actor(kind, f"id-{role}", f"{role}@example.test", role, door, policy)


ADMIN, EDITOR, RUNNER = actor("admin"), actor("editor"), actor("runner")


@dataclass
class Upstream:
    """A bearer-guarded API: `/slow` waits for the test, `/to/x` redirects to `/api/x`, anything else
    answers at once."""

    url: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().split("\r\n")[:-2]
                pairs = (line.split(": ", 1) for line in lines)
                headers = {name.lower(): value for name, value in pairs}
                self.requests.append((first, headers))
                self.arrived.set()
                if "/slow" in first:
                    await self._wait_or_closed(reader)
                status, body = self._answer(headers)
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                if "/to/" in first:
                    place = first.split(" ")[1].partition("/to/")[2]
                    head = f"HTTP/1.1 307 Elsewhere\r\nLocation: /api/{place}\r\n"
                writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed.set()
        finally:
            writer.close()

    def _answer(self, headers: dict[str, str]) -> tuple[str, str]:
        if headers.get("authorization") == f"Bearer {TOKEN}":
            return "200 OK", json.dumps({"success": True})
        return "401 Unauthorized", json.dumps({"success": False})

    async def _wait_or_closed(self, reader: asyncio.StreamReader) -> None:
        gone = asyncio.ensure_future(reader.read(1))
        free = asyncio.ensure_future(self.let_go.wait())
        await asyncio.wait({gone, free}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.closed.set()
            raise ConnectionError
        gone.cancel()
        free.cancel()


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    api = Upstream()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api"
    yield api
    server.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
def clock() -> Clock:
    """The machine's own; a module whose tests move time has another."""
    return system_clock


@pytest.fixture
async def app(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """All services, on SQLite and on PostgreSQL."""
    built = await build(settings, clock=clock)
    yield built
    await built.close()


@pytest.fixture
async def source(app: App, upstream: Upstream) -> dict[str, Any]:
    """A saved bearer source on the loopback API."""
    payload = {
        "kind": "restapi",
        "base_url": upstream.url,
        "auth": {"type": "bearer", "token": TOKEN},
    }
    return (await app.sources.create(ADMIN, payload)).doc
