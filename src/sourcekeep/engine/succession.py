"""How the next credential of a source fares, while the current one still stands in for it.

A 401 says that the request was not carried out (RFC 9110 15.5.2), so it may be sent again with the
current credential, whatever its method. A next credential that was refused is left alone for a
while: else every run would cost two requests until somebody corrects it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sourcekeep.model.result import Notice

AGAIN_AFTER_S = 30.0

WORKED = Notice(
    "credential_next_worked",
    "The next credential was accepted: retire the old one when nothing else needs it.",
)
REFUSED = Notice(
    "credential_next_refused",
    "The next credential was refused and the current one was used: check the next one.",
)


class Succession:
    """What is known of one source's next credential. Lives and dies with the opened source."""

    __slots__ = ("_clock", "_refused_until")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused_until: float | None = None

    def is_due(self) -> bool:
        """Whether to try the next credential; of runs at once, one does that for all."""
        if self._refused_until is None:
            return True
        now = self._clock()
        if now < self._refused_until:
            return False
        self._refused_until = now + AGAIN_AFTER_S
        return True

    def refused(self) -> None:
        """It was refused; not again before some time."""
        self._refused_until = self._clock() + AGAIN_AFTER_S

    def accepted(self) -> None:
        """It works: every run may use it."""
        self._refused_until = None
