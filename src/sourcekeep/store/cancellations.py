"""Runs that somebody asked to cancel through another process than the one that runs them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from sourcekeep.store.tables import cancellations
from sourcekeep.store.work import Work


class Cancellations:
    """Marks by run. The process that has the run looks for them while it goes on."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def ask(self, run_id: str, at: datetime) -> None:
        """Mark the run; once more is no error."""
        await self._work.put(cancellations, {"run_id": run_id, "asked_at": at}, key=("run_id",))

    async def among(self, run_ids: Collection[str]) -> set[str]:
        """Which of these runs are marked."""
        statement = select(cancellations.c.run_id).where(cancellations.c.run_id.in_(run_ids))
        return {row["run_id"] for row in await self._work.many(statement)}

    async def remove(self, run_ids: Collection[str]) -> int:
        """Take the marks of these runs away; how many there were."""
        marked = cancellations.c.run_id.in_(run_ids)
        return await self._work.execute(delete(cancellations).where(marked))

    async def forget(self, before: datetime) -> int:
        """Take marks away that are older: their runs are over; how many."""
        return await self._work.execute(
            delete(cancellations).where(cancellations.c.asked_at < before)
        )
