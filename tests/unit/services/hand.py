"""A clock moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime


class Hand:
    """Stands still until a test sets `now`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now
