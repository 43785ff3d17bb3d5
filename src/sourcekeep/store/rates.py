"""How much is left of caller tokens' rates, over all processes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from sourcekeep.store.tables import rates
from sourcekeep.store.work import Work


class Rates:
    """One bucket for each token: it fills up by so much a minute, to as much as that."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def take(self, token_id: str, number: int, *, per_minute: int, now: datetime) -> float:
        """Take what was let through; what is left, below zero when it was more than there was.

        A debt is no more than one minute's, so that nobody is locked out for long.
        """
        found = await self._work.one(select(rates).where(rates.c.token_id == token_id))
        left = float(per_minute)
        if found is not None:
            since = max(0.0, (now - found["at"]).total_seconds())
            left = min(left, found["left"] + since * per_minute / 60)
        left = max(left - number, -float(per_minute))
        row = {"token_id": token_id, "left": left, "at": now}
        await self._work.put(rates, row, key=("token_id",))
        return left
