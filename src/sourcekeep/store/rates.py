"""How much caller tokens have taken of their rates, summed up over all processes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite

from sourcekeep.store.tables import rates
from sourcekeep.store.work import Work


class Rates:
    """Ever-growing sums by token. Each process adds what it let through and reads what all did."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, taken: Mapping[str, int]) -> dict[str, int]:
        """Add to the sums of these tokens (by id); the new sums."""
        insert = postgresql.insert if self._work.on_postgresql else sqlite.insert
        sums: dict[str, int] = {}
        for id, number in sorted(
            taken.items()
        ):  # in one order, or two units could wait in a circle
            statement = insert(rates).values(token_id=id, taken=number)
            summed = {"taken": rates.c.taken + statement.excluded.taken}
            upsert = statement.on_conflict_do_update(index_elements=["token_id"], set_=summed)
            sums[id] = await self._work.returned(upsert.returning(rates.c.taken))
        return sums
