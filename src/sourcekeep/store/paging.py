"""Keyset pages: a cursor holds the order's values of the last row that was given."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from sourcekeep.store.columns import micros_of
from sourcekeep.store.errors import BadCursor

MOST = 1000
_MOST = micros_of(datetime.max.replace(tzinfo=UTC))  # a moment of a row, or a number below any


def page_size(limit: int) -> int:
    """The limit within 1 … 1000."""
    return min(max(limit, 1), MOST)


def encode(values: Sequence[str | int]) -> str:
    """The values as opaque text for a URL."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values of a cursor that must be of these kinds. Raises BadCursor."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except ValueError as error:
        raise BadCursor("The cursor is not one that this list has given.") from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise BadCursor("The cursor is not one that this list has given.")
    if any(type(value) is int and not 0 <= value <= _MOST for value in values):
        raise BadCursor("The cursor is not one that this list has given.")
    return values


def after(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool = False
) -> ColumnElement[bool]:
    """The rows that come after `values` in the order of `columns`.

    Written out, not as a row comparison, and with the first column bounded by itself: both
    databases then walk the index from there.
    """
    first, *rest = columns
    beyond: ColumnElement[bool] = first < values[0] if descending else first > values[0]
    if not rest:
        return beyond
    bound: ColumnElement[bool] = first <= values[0] if descending else first >= values[0]
    return and_(bound, or_(beyond, after(rest, values[1:], descending=descending)))
