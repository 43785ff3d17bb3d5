"""Cancelling a run that goes on in another process, by a mark in the store.

The process that has the run looks for marks twice a second while it has runs that last (running.py),
so that a run costs nothing for it and ends within a second of being asked to.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sourcekeep.kit.clock import Clock
from sourcekeep.services.database import Database
from sourcekeep.store.rows import AuditLine

_FORGOTTEN_AFTER = timedelta(hours=2)  # longer than a run may take


class Cancellations:
    """Marks runs, and finds the marks of one's own runs."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, run_id: str, told: AuditLine) -> None:
        """Mark the run, with the line that tells of it."""
        async with self._database.transaction() as unit:
            await unit.cancellations.ask(run_id, self._clock())
            unit.audit.add(told)

    async def take(self, run_ids: Collection[str]) -> set[str]:
        """Which of these runs are marked; the marks are taken away."""
        async with self._database.reading() as unit:
            marked = await unit.cancellations.among(run_ids)
        if marked:
            async with self._database.transaction() as unit:
                await unit.cancellations.remove(marked)
        return marked

    async def forget(self) -> None:
        """Remove marks of runs that had ended."""
        async with self._database.transaction() as unit:
            await unit.cancellations.forget(self._clock() - _FORGOTTEN_AFTER)
