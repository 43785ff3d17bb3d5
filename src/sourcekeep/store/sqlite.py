"""SQLite: one file in WAL mode, `synchronous=FULL`.

FULL, so that a save that was acknowledged survives a power cut and not only a killed process (for
history see `sqlite_journal.py`). Writers of this process queue at a lock of ours (fair and
quick), writers of other processes at SQLite's own (it polls, for up to ten seconds).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sourcekeep.store.database import Entry
from sourcekeep.store.errors import Unavailable, Unusable
from sourcekeep.store.explain import in_words
from sourcekeep.store.file_lock import Presence, locked
from sourcekeep.store.migrating import is_present, migrate
from sourcekeep.store.sqlite_journal import SqliteJournal

BUSY_S = 10.0
_BEGIN = "sourcekeep_begin"
_SETTINGS = (
    f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
)


class SqliteDatabase:
    """A database file. See `database.Database`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with in_words():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Made by us, so that nobody else may read it; WAL files take the mode of the database.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._inode = _inode(path)
        self._engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", pool_timeout=30, hide_parameters=True
        )
        event.listen(self._engine.sync_engine, "connect", _set_up)
        event.listen(self._engine.sync_engine, "begin", _begin)
        self._write_lock = asyncio.Lock()
        self._presence = Presence(path)
        self._journal: SqliteJournal | None = None
        self._watch: sqlite3.Connection | None = None
        self._seen = (-1, -1)  # data version of the file, revision

    async def migrate(self) -> None:
        async with self.reading() as connection:
            if await connection.run_sync(is_present) and await _is_wal(connection):
                return
        async with locked(Path(f"{self.path}.migrate.lock")):
            await asyncio.to_thread(_use_wal, self.path)
            # Foreign keys are checked at the end: a step that makes a table anew would otherwise
            # take the rows that refer to it along.
            unchecked = self._transaction("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
            async with self._write_lock, unchecked as connection:
                if not await connection.run_sync(is_present):
                    await connection.run_sync(_migrate_and_check)
            await self._engine.dispose()  # that connection must not serve anyone else

    async def start(self) -> None:
        with in_words():
            self._presence.sweep()
            self._watch = connect(self.path)
            self._watch.execute("PRAGMA busy_timeout = 1000")  # asked from the event loop
            self._journal = SqliteJournal(connect(self.path), busy_s=BUSY_S)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._write_lock, self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._transaction("BEGIN") as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, *begin: str) -> AsyncIterator[AsyncConnection]:
        with in_words():
            self._still_there()
            connection = await self._engine.connect()
        try:
            with in_words():
                await connection.execution_options(**{_BEGIN: begin})
                await connection.begin()
            yield connection
            with in_words():
                await connection.commit()
        finally:
            await asyncio.shield(connection.close())  # rolls back what was not committed

    async def announce(self, connection: AsyncConnection, revision: int) -> None:
        """Nothing to do: the file itself tells."""

    def moved(self, revision: int) -> None:
        """Nothing to do: the file itself tells."""

    def revision(self) -> int:
        """`PRAGMA data_version` moves with any commit (3 µs); only then is the row read (12 µs)."""
        if self._watch is None:
            raise Unavailable("The database is closed.")
        with in_words():
            version = self._watch.execute("PRAGMA data_version").fetchall()[0][0]
            if version != self._seen[0]:
                found = self._watch.execute("SELECT value FROM revision").fetchall()
                self._seen = (version, found[0][0])
        return self._seen[1]

    async def write(self, entries: Sequence[Entry]) -> None:
        async with self._write_lock:
            with in_words():
                self._still_there()
                if self._journal is None:
                    raise Unavailable("The database is closed.")
                await self._journal.write(entries)

    def _still_there(self) -> None:
        """A write to a file that was deleted or replaced would be acknowledged and lost."""
        if _inode(self.path) != self._inode:
            raise Unavailable(
                f"The database file {self.path} was removed or replaced while in use. "
                "Put it back or restart Sourcekeep."
            )

    async def owner(self) -> str:
        return self._presence.hold()

    async def is_alive(self, owner: str) -> bool:
        return self._presence.is_alive(owner)

    async def close(self) -> None:
        await self._engine.dispose()
        if self._journal is not None:
            await self._journal.close()
        if self._watch is not None:
            self._watch.close()
        self._journal = self._watch = None
        self._presence.release()


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get(_BEGIN, ("BEGIN",)):
        connection.exec_driver_sql(statement)


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def _use_wal(path: Path) -> None:
    with in_words():
        connection = connect(path)
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        finally:
            connection.close()
    if mode != "wal":
        raise Unusable(f"The disk of {path} does not allow SQLite's WAL mode (a network share?).")


async def _is_wal(connection: AsyncConnection) -> bool:
    return (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"


def _migrate_and_check(connection: Connection) -> None:
    migrate(connection)
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise Unusable(
            f"The migration would leave {len(broken)} rows without the row they refer to. "
            "Nothing was changed."
        )


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
