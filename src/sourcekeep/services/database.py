"""The store as services use it: the same units, with its refusals in the words of doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.store.errors import BadCursor, Unavailable
from sourcekeep.store.rows import AuditLine, RunRow
from sourcekeep.store.store import Store
from sourcekeep.store.unit import Unit


class Database:
    """Hands out units of work. A store that does not answer becomes Refused("unavailable")."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        with _in_words():
            async with self._store.transaction() as unit:
                yield unit

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        with _in_words():
            async with self._store.reading() as unit:
                yield unit

    async def record(self, run: RunRow | None, line: AuditLine | None) -> None:
        """Return once the run and the line are durable (group commit)."""
        with _in_words():
            await self._store.journal.record(run, line)

    def revision(self) -> int:
        with _in_words():
            return self._store.revision()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise Refused("unavailable", "store_unavailable", str(error), retry_after_s=5) from error
    except BadCursor as error:
        raise Invalid([Fault("/cursor", "cursor", str(error))]) from error
