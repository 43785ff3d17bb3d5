"""Slows down guessing: after some failures for an account or an address, each more costs a wait."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
_FORGOTTEN_AFTER_S = 3600.0
_MOST_KEYS = 20_000


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    until: float


class Throttle:
    """Counts failures by key, in this process. A success forgets the key's failures."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._failures: dict[str, _Failures] = {}

    def wait_s(self, *keys: str) -> int:
        """Whole seconds until the next try is heard; 0 is now."""
        now = self._monotonic()
        until = max((self._failures[key].until for key in keys if key in self._failures), default=0)
        return max(0, math.ceil(until - now))

    def failed(self, *keys: str) -> None:
        now = self._monotonic()
        for key in keys:
            failures = self._failures.get(key)
            if failures is None or now - failures.last > _FORGOTTEN_AFTER_S:
                self._make_room(now)
                failures = self._failures[key] = _Failures(0, now, 0)
            failures.count += 1
            failures.last = now
            over = failures.count - FREE_FAILURES
            if over >= 0:
                failures.until = now + min(FIRST_WAIT_S * 2 ** min(over, 20), LONGEST_WAIT_S)

    def succeeded(self, *keys: str) -> None:
        for key in keys:
            self._failures.pop(key, None)

    def _make_room(self, now: float) -> None:
        """Forget what is old; when all is new, the oldest tenth, so that memory stays bounded."""
        if len(self._failures) < _MOST_KEYS:
            return
        ages = sorted((one.last, key) for key, one in self._failures.items())
        old = [key for last, key in ages if now - last > _FORGOTTEN_AFTER_S]
        for key in old or [key for _, key in ages[: _MOST_KEYS // 10]]:
            del self._failures[key]
