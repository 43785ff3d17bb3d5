"""PostgreSQL through asyncpg: a pool for units, one connection for the journal, one that listens."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sourcekeep.store import chain, runs
from sourcekeep.store.database import Entry
from sourcekeep.store.errors import Unusable
from sourcekeep.store.explain import in_words
from sourcekeep.store.listening import CHANNEL, Listener
from sourcekeep.store.migrating import is_present, migrate
from sourcekeep.store.raw import raw_insert

CONNECT_S = 10.0
_MIGRATION_LOCK = int.from_bytes(hashlib.sha256(b"sourcekeep migration").digest()[:8], signed=True)
_SESSION = {
    "application_name": "sourcekeep",
    "lock_timeout": "10s",
    # A machine that vanished must not keep its locks for hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


def _mark(number: int) -> str:
    return f"${number}"


_INSERT_RUN = raw_insert("runs", runs.COLUMNS, replacing="id", mark=_mark)
_INSERT_LINE = raw_insert("audit", chain.COLUMNS, mark=_mark)


class PostgresDatabase:
    """A PostgreSQL database. See `database.Database`. The address is read as libpq reads it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=5,
            max_overflow=10,
            pool_timeout=30,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._listener = Listener(self._connect)
        self._journal: asyncpg.Connection | None = None
        self._journal_lock = asyncio.Lock()

    async def _connect(self, *_: Any, **__: Any) -> asyncpg.Connection:
        try:
            return await asyncpg.connect(self._url, timeout=CONNECT_S, server_settings=_SESSION)
        except asyncpg.exceptions.ClientConfigurationError:
            # Its message may hold the password of the address.
            raise Unusable(
                "The database address cannot be read. It is of the form "
                "postgresql://user:password@host:5432/database?sslmode=require"
            ) from None

    async def migrate(self) -> None:
        async with self.reading() as connection:
            if await connection.run_sync(is_present):
                return
        async with self.writing() as connection:
            with in_words():
                await connection.execute(text("SET LOCAL lock_timeout = '60s'"))
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                await connection.execute(lock, {"key": _MIGRATION_LOCK})
                if not await connection.run_sync(is_present):
                    await connection.run_sync(migrate)

    async def start(self) -> None:
        with in_words():
            await self._listener.start()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._transaction(self._engine) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._transaction(self._snapshots) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, engine: Any) -> AsyncIterator[AsyncConnection]:
        with in_words():
            connection = await engine.connect()
        try:
            with in_words():
                await connection.begin()
            yield connection
            with in_words():
                await connection.commit()
        finally:
            await asyncio.shield(connection.close())  # rolls back what was not committed

    async def announce(self, connection: AsyncConnection, revision: int) -> None:
        with in_words():
            notify = text("SELECT pg_notify(:channel, :revision)")
            await connection.execute(notify, {"channel": CHANNEL, "revision": str(revision)})

    def moved(self, revision: int) -> None:
        self._listener.heard(revision)

    def revision(self) -> int:
        return self._listener.revision()

    async def write(self, entries: Sequence[Entry]) -> None:
        run_rows = [values for entry in entries if (values := entry.run_values()) is not None]
        lines = [line for entry in entries if (line := entry.line()) is not None]
        with in_words():
            async with self._journal_lock:
                if self._journal is None or self._journal.is_closed():
                    self._journal = await self._connect()
                async with self._journal.transaction():
                    if run_rows:
                        await self._journal.executemany(_INSERT_RUN, run_rows)
                    if lines:
                        await self._append(self._journal, lines)

    async def _append(self, journal: asyncpg.Connection, lines: Sequence[Any]) -> None:
        head = await journal.fetchrow("SELECT seq, hash FROM audit_head FOR UPDATE")
        links, end = chain.append(chain.Head(head["seq"], head["hash"]), lines)
        await journal.executemany(_INSERT_LINE, links)
        await journal.execute("UPDATE audit_head SET seq = $1, hash = $2", end.seq, end.hash)

    async def owner(self) -> str:
        with in_words():
            return await self._listener.name()

    async def is_alive(self, owner: str) -> bool:
        with in_words():
            return await self._listener.is_alive(owner)

    async def close(self) -> None:
        await self._listener.close()
        if self._journal is not None:
            with suppress(Exception):
                await self._journal.close(timeout=5)
        await self._engine.dispose()
