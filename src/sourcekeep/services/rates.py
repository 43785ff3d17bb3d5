"""How often a caller token may call, over all processes together.

Each process lets calls through by a bucket in memory, so a call costs no database. Once a second, and
only while a token with a rate is in use, it tells the store what it let through and takes over the
level that is left after all processes. So one process alone is exact; several may together let
through more within that second, and what was too much is missing afterwards.
"""

from __future__ import annotations

import asyncio

from sourcekeep.kit.clock import Clock
from sourcekeep.kit.token_bucket import TokenBucket
from sourcekeep.model.problem import Refused
from sourcekeep.services.database import Database

SHARED_EVERY_S = 1.0


class Rates:
    """The buckets of caller tokens, by id. They outlive changes of the configuration."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._buckets: dict[str, tuple[int, TokenBucket]] = {}
        self._taken: dict[str, int] = {}
        self._sharing: asyncio.Task[None] | None = None

    def take(self, id: str, per_minute: int) -> int:
        """0 when the call may go on, else the seconds to wait."""
        wait = self._bucket(id, per_minute).take()
        if not wait:
            self._taken[id] = self._taken.get(id, 0) + 1
            if self._sharing is None:
                self._sharing = asyncio.get_running_loop().create_task(self._share_on())
        return wait

    async def share(self) -> None:
        """Tell what was let through here, and take over what is left after all."""
        taken, self._taken = self._taken, {}
        if not taken:
            return
        left: dict[str, float] = {}
        now = self._clock()
        try:
            async with self._database.transaction() as unit:
                for id, number in sorted(taken.items()):
                    rate = self._buckets[id][0]
                    left[id] = await unit.rates.take(id, number, per_minute=rate, now=now)
        except Refused:
            for id, number in taken.items():  # next time
                self._taken[id] = self._taken.get(id, 0) + number
            raise
        for id, level in left.items():
            self._buckets[id][1].settle(level - self._taken.get(id, 0))

    async def close(self) -> None:
        """Stop sharing; what was let through in the last second is told first."""
        if self._sharing is not None:
            self._sharing.cancel()
            await asyncio.wait({self._sharing})
        await self.share()

    async def _share_on(self) -> None:
        """Goes on while there is something to tell."""
        try:
            while self._taken:
                await asyncio.sleep(SHARED_EVERY_S)
                try:
                    await self.share()
                except Refused:  # the store does not answer: each process by itself, until it does
                    continue
        finally:
            self._sharing = None

    def _bucket(self, id: str, per_minute: int) -> TokenBucket:
        known = self._buckets.get(id)
        if known is None or known[0] != per_minute:
            bucket = TokenBucket(per_minute, lambda: self._clock().timestamp())
            known = self._buckets[id] = (per_minute, bucket)
        return known[1]
