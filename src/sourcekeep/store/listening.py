"""Hears from PostgreSQL when any process has changed the configuration, and shows that we live.

One connection of its own: it listens for the revision and holds an advisory lock under this
process's name, which PostgreSQL lets go of when the connection ends. While that connection is down
nobody knows what others change, so every question for the revision then gets a new number: whoever
keeps things by it reads them anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from sourcekeep.kit.ids import new_id

CHANNEL = "sourcekeep_revision"
HEARTBEAT_S = 2.0

Connect = Callable[[], Awaitable["asyncpg.Connection"]]


class Listener:
    """The listening connection, made again whenever it is lost."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._name = new_id("process")
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._revision = 0
        self._unknown = itertools.count(-1, -1)

    async def start(self) -> None:
        """Connect, and stay connected until `close`."""
        await self._listen()
        self._task = asyncio.get_running_loop().create_task(self._stay())

    def revision(self) -> int:
        """The last that was heard; a new negative number at each call while nothing is heard."""
        if self._connection is None or self._connection.is_closed():
            return next(self._unknown)
        return self._revision

    def heard(self, revision: int) -> None:
        """A revision that has been committed. Numbers only grow, whatever order they come in."""
        self._revision = max(self._revision, revision)

    async def name(self) -> str:
        """This process's name; its lock is held since `start`."""
        return self._name

    async def is_alive(self, name: str) -> bool:
        """Whether some connection holds the lock of that name."""
        if name == self._name:
            return True
        connection = await self._connect()
        try:
            return not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _key(name))
        finally:
            await connection.close(timeout=5)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._let_go()

    async def _listen(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute("SELECT pg_try_advisory_lock($1)", _key(self._name))
            await connection.add_listener(CHANNEL, self._on_notice)
            self._revision = await _read(connection)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def _stay(self) -> None:
        """Ask for the revision now and then: it proves that the connection still carries."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                if self._connection is None or self._connection.is_closed():
                    await self._listen()
                else:
                    async with asyncio.timeout(HEARTBEAT_S * 2):
                        self.heard(await _read(self._connection))
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._let_go()

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    def _on_notice(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        self.heard(int(payload))


async def _read(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("SELECT value FROM revision"))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
