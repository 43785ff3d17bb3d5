"""The journal's own statements, for the drivers themselves: SQLAlchemy would cost ten times more."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def raw_insert(
    table: str,
    columns: Sequence[str],
    *,
    replacing: str | None = None,
    mark: Callable[[int], str] = lambda _: "?",
    rows: int = 1,
) -> str:
    """An insert with one mark (`?`, `$1`) a value; a row with the same `replacing` is replaced.

    Names come from our own tables, never from input.
    """
    marks = ", ".join(mark(number) for number in range(1, len(columns) + 1))
    values = ", ".join([f"({marks})"] * rows)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}"  # noqa: S608
    if replacing is None:
        return statement
    rest = ", ".join(f"{one} = excluded.{one}" for one in columns if one != replacing)
    return f"{statement} ON CONFLICT ({replacing}) DO UPDATE SET {rest}"
