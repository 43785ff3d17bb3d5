"""The store as services use it: the same units, with its refusals in the words of doors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.store.errors import BadCursor, Unavailable
from sourcekeep.store.rows import AuditLine, RunRow
from sourcekeep.store.store import Store
from sourcekeep.store.unit import Unit


class Database:
    """Hands out units of work. A store that does not answer becomes Refused("unavailable")."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop: asyncio.AbstractEventLoop | None = None
        self._revision: int | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        try:
            async with self._store.transaction() as unit:
                yield unit
        except (Unavailable, BadCursor) as error:
            raise _in_words(error) from error
        finally:
            self._revision = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        try:
            async with self._store.reading() as unit:
                yield unit
        except (Unavailable, BadCursor) as error:
            raise _in_words(error) from error

    async def cut_audit(self, before: datetime, line: AuditLine) -> None:
        """See `Store.cut_audit`."""
        try:
            await self._store.cut_audit(before, line)
        except Unavailable as error:
            raise _in_words(error) from error

    async def ping(self) -> None:
        """Return when the store answers."""
        try:
            await self._store.ping()
        except Unavailable as error:
            raise _in_words(error) from error

    async def schema(self) -> tuple[str | None, str]:
        """The schema that the database is at, and the one that this program wants."""
        try:
            return await self._store.schema()
        except Unavailable as error:
            raise _in_words(error) from error

    async def record(self, run: RunRow | None, line: AuditLine | None) -> None:
        """Return once the run and the line are durable (group commit)."""
        try:
            await self._store.journal.begin(run, line)
        except Unavailable as error:
            raise _in_words(error) from error

    def revision(self) -> int:
        """The store's revision, asked for once in a turn of the event loop: what comes in one turn
        came at one moment, and a run asks several times."""
        if self._revision is None:
            try:
                self._revision = self._store.revision()
            except Unavailable as error:
                raise _in_words(error) from error
            (self._loop or self._here()).call_soon(self._forget)
        return self._revision

    def _here(self) -> asyncio.AbstractEventLoop:
        """The loop of this store; kept, because asking for it is a system call on Python 3.11."""
        self._loop = asyncio.get_running_loop()
        return self._loop

    def _forget(self) -> None:
        self._revision = None


def _in_words(error: Unavailable | BadCursor) -> Refused | Invalid:
    if isinstance(error, BadCursor):
        return Invalid([Fault("/cursor", "cursor", str(error))])
    return Refused("unavailable", "store_unavailable", str(error), retry_after_s=5)
