"""JSON Pointer (RFC 6901): the name of a place inside a JSON value."""

from __future__ import annotations

from collections.abc import Iterable


def pointer(steps: Iterable[str | int]) -> str:
    """`("headers", 0, "a/b")` -> `/headers/0/a~1b`; no steps is the whole value, `""`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
