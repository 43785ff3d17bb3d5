"""One at a time for each key: whoever comes second waits for the first, then looks again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class SingleFlight:
    """Locks by key that leave nothing behind when nobody waits."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def alone(self, key: Hashable) -> AsyncIterator[None]:
        """Hold the key's turn; cancelling a waiter leaves the others in line."""
        lock, users = self._locks.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            held, count = self._locks[key]
            if count == 1:
                del self._locks[key]
            else:
                self._locks[key] = (held, count - 1)
