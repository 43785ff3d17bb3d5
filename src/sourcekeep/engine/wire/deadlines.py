"""One coarse timer for everything on the wire that waits.

A timer object for each request costs more than the rest of a short exchange's bookkeeping. So each
waiting thing carries the moment at which it is late, moving it is an assignment, and one timer
looks at all of them: at the earliest moment it saw last time, at most every `_TICK_S`, at least
every `_LOOK_S`.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Protocol

_TICK_S = 0.02
_LOOK_S = 5.0
NEVER = float("inf")


class Waiting(Protocol):
    """Something with a moment (`time.monotonic`) at which it is late, and what it does then."""

    deadline: float

    def expire(self, now: float) -> None:
        """Called once `deadline` has passed; moves or clears the deadline, or leaves the list."""


class Deadlines:
    """The waiting things of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: set[Waiting] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._next_look = NEVER

    def watch(self, waiting: Waiting) -> None:
        """Looks at it from now on, until `forget`."""
        self._waiting.add(waiting)
        self.moved(waiting.deadline)

    def forget(self, waiting: Waiting) -> None:
        self._waiting.discard(waiting)
        if not self._waiting:
            self._stop()

    def moved(self, deadline: float) -> None:
        """Must be told of a deadline that came nearer; one that moved away needs no telling."""
        if deadline < self._next_look:
            self._look_at(deadline)

    def _look_at(self, moment: float) -> None:
        now = monotonic()
        moment = min(max(moment, now + _TICK_S), now + _LOOK_S)
        if moment >= self._next_look:
            return
        self._stop()
        self._next_look = moment
        self._timer = self._loop.call_later(moment - now, self._look)

    def _look(self) -> None:
        self._timer = None
        self._next_look = NEVER
        now = monotonic()
        try:
            for waiting in [one for one in self._waiting if one.deadline <= now]:
                waiting.expire(now)
        finally:
            if self._waiting:
                self._look_at(min(one.deadline for one in self._waiting))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._next_look = NEVER
