"""A token bucket: so many a minute, with as many at once saved up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class TokenBucket:
    """Starts full. `take` answers 0 when there is one to take, else the seconds until there is."""

    __slots__ = ("_at", "_left", "_monotonic", "_most", "_per_second")

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._per_second = per_minute / 60
        self._left = self._most
        self._monotonic = monotonic
        self._at = monotonic()

    def settle(self, left: float) -> None:
        """From now on so much is left; below zero, the next must wait for longer."""
        self._left = min(self._most, left)
        self._at = self._monotonic()

    def take(self) -> int:
        now = self._monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, math.ceil((1 - self._left) / self._per_second))
