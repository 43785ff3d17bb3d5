"""Slows down guessing: after some failures for an account or an address, each more costs a wait.

Failures are counted in the store, so that all processes count together; only failures are written.
Tries that are under way in this process count too, or guesses sent all at once would all be heard.
Keys are kept as hashes: what was typed as an address may have been a password.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sourcekeep.kit.clock import Clock
from sourcekeep.model.problem import Refused
from sourcekeep.services.database import Database
from sourcekeep.store.columns import name_key
from sourcekeep.store.rows import FailureRow
from sourcekeep.store.unit import Unit

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Key:
    """What failures are counted for, as a hash; how many are free; whether a success forgets them."""

    hash: str
    free: int
    forgiving: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One try under some keys; whoever made it says how it ended."""

    keys: tuple[Key, ...]
    noted: frozenset[str]  # the keys with failures in the store

    async def succeeded(self, unit: Unit) -> None:
        """Forget the failures of the account. Those of the address stay: or who has one account
        could go on guessing others for ever."""
        forgiven = [key.hash for key in self.keys if key.forgiving and key.hash in self.noted]
        if forgiven:
            await unit.failures.remove(forgiven)


class Throttle:
    """Counts failures by key, over all processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._under_way: Counter[str] = Counter()

    @asynccontextmanager
    async def heard(self, *keys: Key) -> AsyncIterator[Try]:
        """A try that may be made now. Raises Refused("throttled") with the time to wait."""
        hashes = [key.hash for key in keys]
        ahead = {hash: self._under_way[hash] for hash in hashes}
        self._under_way.update(hashes)
        try:
            async with self._database.reading() as unit:
                rows = {row.key: row for row in await unit.failures.of(hashes)}
            wait_s = self._wait_s(keys, rows, ahead)
            if wait_s > 0:
                words = f"Too many failed attempts; try again in {wait_s} s."
                raise Refused("throttled", "too_many_attempts", words, retry_after_s=wait_s)
            yield Try(keys, frozenset(rows))
        finally:
            self._under_way.subtract(hashes)
            for hash in hashes:
                if self._under_way[hash] <= 0:
                    del self._under_way[hash]

    def _wait_s(
        self, keys: Sequence[Key], rows: Mapping[str, FailureRow], ahead: Mapping[str, int]
    ) -> int:
        now = self._clock()
        wait_s = max((_seconds(row.until - now) for row in rows.values()), default=0)
        for key in keys:
            row = rows.get(key.hash)
            count = 0 if row is None or _is_old(row, now) else row.count
            if ahead[key.hash] and count + ahead[key.hash] >= key.free:
                wait_s = max(wait_s, math.ceil(FIRST_WAIT_S))
        return wait_s

    async def failed(self, unit: Unit, tried: Try) -> None:
        """Note a failure under each key."""
        now = self._clock()
        before = {row.key: row for row in await unit.failures.of(key.hash for key in tried.keys)}
        for key in sorted(tried.keys, key=lambda key: key.hash):
            await unit.failures.put(_one_more(before.get(key.hash), key, now))

    async def forget(self) -> None:
        """Remove what counts no more."""
        async with self._database.transaction() as unit:
            await unit.failures.forget(self._clock() - FORGOTTEN_AFTER)


def account(email: str) -> Key:
    """The key of an account, there or not: whether it is may not be told by what is throttled. One
    key for all that finds the same person, or each way of writing it would have tries of its own."""
    return Key(_hash(f"account:{name_key(email)}"), free=5, forgiving=True)


def network(address: str) -> Key:
    """The key of an address, which many people may share. Who has one IPv6 address has 2^64 of them
    (RFC 6177 2): the network counts."""
    return Key(_hash(f"address:{_network(address)}"), free=20, forgiving=False)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def _one_more(row: FailureRow | None, key: Key, now: datetime) -> FailureRow:
    count = 1 if row is None or _is_old(row, now) else row.count + 1
    over = count - key.free
    wait_s = min(FIRST_WAIT_S * 2 ** min(over, 20), LONGEST_WAIT_S) if over >= 0 else 0
    return FailureRow(key.hash, count, now, now + timedelta(seconds=wait_s))


def _is_old(row: FailureRow, now: datetime) -> bool:
    return now - row.last_at > FORGOTTEN_AFTER


def _seconds(time: timedelta) -> int:
    return max(0, math.ceil(time.total_seconds()))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
