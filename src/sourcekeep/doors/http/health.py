"""`/healthz` (it serves) and `/readyz` (its store answers). Open to all, they tell nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sourcekeep.doors.http.answers import Answer, json_answer

PATHS = frozenset({"/healthz", "/readyz"})


async def health(path: str, ping: Callable[[], Awaitable[None]]) -> Answer:
    """The answer to one of PATHS. `ping` raises what the store says when it does not answer."""
    if path == "/readyz":
        await ping()
    return json_answer({"status": "ok"})
