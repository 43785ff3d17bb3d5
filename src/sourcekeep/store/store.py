"""The store: opens the database, hands out units of work, keeps the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sourcekeep.kit.clock import Clock, system_clock
from sourcekeep.store import migrating
from sourcekeep.store.database import Database
from sourcekeep.store.errors import Unusable
from sourcekeep.store.journal import Journal
from sourcekeep.store.migrations import HEAD
from sourcekeep.store.rows import AuditLine
from sourcekeep.store.tables import secrets
from sourcekeep.store.unit import Unit
from sourcekeep.store.work import Work


class Store:
    """All that is kept. Several processes may have the same database open."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.journal = Journal(database.write, database.owner)

    @classmethod
    def at(cls, url: str, *, clock: Clock = system_clock) -> Store:
        """The store at `sqlite:///path` or `postgresql://…`, in which nothing is changed before
        `begin`. Raises Unusable."""
        return cls(_database(url), clock=clock)

    @classmethod
    async def open(cls, url: str, *, clock: Clock = system_clock) -> Store:
        """A store that has begun. Raises Unusable or Unavailable."""
        store = cls.at(url, clock=clock)
        try:
            await store.begin()
        except BaseException:
            await store.close()
            raise
        return store

    async def begin(self) -> None:
        """Bring the schema up, settle what a dead process left behind. Raises Unusable or
        Unavailable in words; the data is then as it was."""
        await self._database.migrate()
        await self._database.start()
        await self.interrupt_abandoned()

    async def key_ids(self) -> frozenset[str]:
        """Ids of the master keys that some secret is wrapped with, whatever the schema's version."""
        async with self._database.reading() as connection:
            return await connection.run_sync(_key_ids)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        """A unit that may write: all of it at the end, or none on an error. Keep it short: on SQLite
        the other writers wait."""
        async with self._database.writing() as connection:
            work = Work(connection, writing=True, clock=self._clock)
            yield Unit(work)
            revision = await work.settle()
            if revision is not None:
                await self._database.announce(connection, revision)
        if revision is not None:
            self._database.moved(revision)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """A unit that sees one moment: a source and its secrets fit together."""
        async with self._database.reading() as connection:
            yield Unit(Work(connection, writing=False, clock=self._clock))

    def revision(self) -> int:
        """A number that differs once any process has committed a change of the configuration.

        Cheap and without waiting: ask it for every request and keep by it what was read before.
        """
        return self._database.revision()

    async def prune_runs(self, before: datetime) -> int:
        """Remove the runs that started before, in short transactions; how many."""
        total = 0
        while True:
            async with self.transaction() as unit:
                removed = await unit.runs.prune(before)
            total += removed
            if removed == 0:
                return total

    async def cut_audit(self, before: datetime, line: AuditLine) -> bool:
        """Cut audit lines that are older off the beginning of the chain, and remove their rows in
        short transactions. `line` tells of it. False when there was nothing to cut."""
        async with self.transaction() as unit:
            cut = await unit.audit.cut(before, line)
        swept = True
        while swept:
            async with self.transaction() as unit:
                swept = await unit.audit.sweep() > 0
        return cut

    async def interrupt_abandoned(self) -> int:
        """Runs without an end whose process is no more become failed, `interrupted`; how many.

        `open` does it; call it now and then for a process that dies beside this one.
        """
        async with self.reading() as unit:
            owners = await unit.runs.owners_of_running()
        dead = [one for one in owners if one is None or not await self._database.is_alive(one)]
        if not dead:
            return 0
        async with self.transaction() as unit:
            return sum([await unit.runs.interrupt(owner, self._clock()) for owner in dead])

    async def ping(self) -> None:
        """Ask the database for a sign of life. Raises Unavailable."""
        async with self.reading() as unit:
            await unit.sources.get("")

    async def schema(self) -> tuple[str | None, str]:
        """The schema that the database is at, and the present one: they differ when another
        program, newer or older, has it open too."""
        async with self._database.reading() as connection:
            return await connection.run_sync(migrating.version_of), HEAD

    async def close(self) -> None:
        """Write what the journal still has and let go of the database."""
        await self.journal.close()
        await self._database.close()


def _key_ids(connection: Connection) -> frozenset[str]:
    if not inspect(connection).has_table(secrets.name):
        return frozenset()
    return frozenset(connection.execute(select(secrets.c.key_id).distinct()).scalars())


def _database(url: str) -> Database:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Unusable("The database address is not a URL such as sqlite:///path.") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        from sourcekeep.store.sqlite import SqliteDatabase

        return SqliteDatabase(Path(parsed.database))
    if kind in ("postgresql", "postgres"):
        from sourcekeep.store.postgres import PostgresDatabase

        return PostgresDatabase(url)
    raise Unusable("The database address must begin with sqlite:///path or postgresql://.")
