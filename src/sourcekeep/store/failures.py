"""Failed sign-ins in the store, so that all processes count together. No key is kept as it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from sourcekeep.store.rows import FailureRow
from sourcekeep.store.tables import failures
from sourcekeep.store.work import Work, row_of, values_of


class Failures:
    """Failures by key, a hash."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, keys: Iterable[str]) -> Sequence[FailureRow]:
        """What is noted under these keys. In a transaction it stays until the end."""
        statement = (
            select(failures).where(failures.c.key.in_(sorted(keys))).order_by(failures.c.key)
        )
        if self._work.writing:
            statement = statement.with_for_update()
        return [row_of(FailureRow, found) for found in await self._work.many(statement)]

    async def put(self, row: FailureRow) -> None:
        """Note failures in place of what was noted under the key."""
        await self._work.put(failures, values_of(row), key=("key",))

    async def remove(self, keys: Iterable[str]) -> int:
        """Forget the failures under these keys; how many were noted."""
        return await self._work.execute(delete(failures).where(failures.c.key.in_(sorted(keys))))

    async def forget(self, before: datetime) -> int:
        """Forget those whose last failure is older; how many."""
        return await self._work.execute(delete(failures).where(failures.c.last_at < before))
