"""Slows down guessing: after some failures for an account or an address, each more costs a wait.

Failures are counted in the store, so that all processes count together; only failures are written.
Tries that are under way in this process count too, or guesses sent all at once would all be heard.
Keys are kept as hashes: what was typed as an address may have been a password.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sourcekeep.kit.clock import Clock
from sourcekeep.model.problem import Refused
from sourcekeep.services.database import Database
from sourcekeep.store.rows import FailureRow
from sourcekeep.store.unit import Unit

FREE_FAILURES = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class Try:
    """One try under some keys; whoever made it says how it ended."""

    keys: tuple[str, ...]
    noted: bool  # whether failures are in the store

    async def succeeded(self, unit: Unit) -> None:
        """Forget the keys' failures."""
        if self.noted:
            await unit.failures.remove(self.keys)


class Throttle:
    """Counts failures by key, over all processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._under_way: Counter[str] = Counter()

    @asynccontextmanager
    async def heard(self, *keys: str) -> AsyncIterator[Try]:
        """A try that may be made now. Raises Refused("throttled") with the time to wait."""
        hashed = tuple(_hash(key) for key in keys)
        ahead = {key: self._under_way[key] for key in hashed}
        self._under_way.update(hashed)
        try:
            async with self._database.reading() as unit:
                rows = await unit.failures.of(hashed)
            now = self._clock()
            counts = {row.key: row.count for row in rows if not _is_old(row, now)}
            wait_s = max((_seconds(row.until - now) for row in rows), default=0)
            if any(n and counts.get(key, 0) + n >= FREE_FAILURES for key, n in ahead.items()):
                wait_s = max(wait_s, math.ceil(FIRST_WAIT_S))
            if wait_s > 0:
                words = f"Too many failed attempts; try again in {wait_s} s."
                raise Refused("throttled", "too_many_attempts", words, retry_after_s=wait_s)
            yield Try(hashed, noted=bool(rows))
        finally:
            self._under_way.subtract(hashed)
            for key in hashed:
                if self._under_way[key] <= 0:
                    del self._under_way[key]

    async def failed(self, unit: Unit, tried: Try) -> None:
        """Note a failure under each key."""
        now = self._clock()
        before = {row.key: row for row in await unit.failures.of(tried.keys)}
        for key in sorted(tried.keys):
            await unit.failures.put(_one_more(before.get(key), key, now))

    async def forget(self) -> None:
        """Remove what counts no more."""
        async with self._database.transaction() as unit:
            await unit.failures.forget(self._clock() - FORGOTTEN_AFTER)


def account(email: str) -> str:
    """The key of an account, there or not: whether it is may not be told by what is throttled."""
    return f"account:{email.casefold()}"


def network(address: str) -> str:
    """The key of an address. Who has one IPv6 address has 2^64 (RFC 6177 2): the network counts."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:{address}"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{ip_network((parsed, 64), strict=False)}"
    return f"address:{parsed}"


def _one_more(row: FailureRow | None, key: str, now: datetime) -> FailureRow:
    count = 1 if row is None or _is_old(row, now) else row.count + 1
    over = count - FREE_FAILURES
    wait_s = min(FIRST_WAIT_S * 2 ** min(over, 20), LONGEST_WAIT_S) if over >= 0 else 0
    return FailureRow(key, count, now, now + timedelta(seconds=wait_s))


def _is_old(row: FailureRow, now: datetime) -> bool:
    return now - row.last_at > FORGOTTEN_AFTER


def _seconds(time: timedelta) -> int:
    return max(0, math.ceil(time.total_seconds()))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
