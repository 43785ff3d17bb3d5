"""When a failed attempt is made again, and after how long.

Only where the plan says the request may be repeated, only while attempts and time are left.
Exponential back-off with full jitter, unless the server names a time (RFC 9110 10.2.3), which is
kept when it fits into the run's total time and ends the run when it does not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sourcekeep.engine.prepared import Plan
from sourcekeep.model.problem import Problem

_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 8.0

Jitter = Callable[[float, float], float]
HeaderPairs = Sequence[tuple[str, str]]


def wait_before_next(
    plan: Plan,
    *,
    made: int,
    status: int | None,
    problem: Problem,
    headers: HeaderPairs,
    remaining_s: float,
    jitter: Jitter = random.uniform,
) -> float | None:
    """Seconds to wait before another attempt; None when there is to be none."""
    if not plan.repeatable or made >= plan.retry.max_attempts:
        return None
    if status is None:
        if not problem.retryable or problem.code == "total_timeout":
            return None
    elif status not in plan.retry.statuses:
        return None
    wait = jitter(0.0, min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (made - 1)))
    if plan.retry.respect_retry_after:
        named = retry_after(headers)
        wait = wait if named is None else max(named, 0.0)
    return wait if wait < remaining_s else None


def retry_after(headers: HeaderPairs, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for: a number, or a date (RFC 9110 10.2.3)."""
    text = next((value.strip() for name, value in headers if name.lower() == "retry-after"), None)
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year of thirty digits is a date to the parser
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
