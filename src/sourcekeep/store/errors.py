"""What the store says no with. Each is a sentence a person can act on; none carries a secret."""

from __future__ import annotations


class Unavailable(Exception):
    """The database cannot be reached, is locked, full, read-only or gone. Try again later."""


class Unusable(Exception):
    """The database cannot be used by this program: it is newer, or its migration failed.

    Nothing in it has been changed.
    """


class NameTaken(Exception):
    """The name belongs to another row (compared without regard to case)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The name {name!r} is already taken.")
        self.name = name


class Stale(Exception):
    """The row is not at the expected version. `current` is its version now, None when removed."""

    def __init__(self, expected: int, current: int | None) -> None:
        now = "it has been removed" if current is None else f"it is at version {current}"
        super().__init__(f"Expected version {expected}, but {now}.")
        self.expected = expected
        self.current = current


class InUse(Exception):
    """The row cannot be removed because others refer to it."""


class Gone(Exception):
    """A row refers to another that does not exist (any more)."""


class BadCursor(ValueError):
    """The cursor is not one that a list has given."""
