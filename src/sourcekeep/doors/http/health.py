"""`/healthz` (it serves) and `/readyz` (its store answers). Open to all, they tell nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sourcekeep.doors.http.answers import Answer, json_answer
from sourcekeep.model.problem import Refused

PATHS = frozenset({"/healthz", "/readyz"})


async def health(path: str, ping: Callable[[], Awaitable[None]]) -> Answer:
    """The answer to one of PATHS. `ping` raises what the store says when it does not answer."""
    if path == "/readyz":
        try:
            await ping()
        except Exception as error:
            words = "The database does not answer."
            raise Refused("unavailable", "not_ready", words, retry_after_s=5) from error
    return json_answer({"status": "ok"})
