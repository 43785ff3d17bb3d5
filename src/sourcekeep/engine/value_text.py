"""A value as it stands in text: numbers exact, `true` and `false`, nothing for null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sourcekeep.kit import exact_json


def text_of(value: Any) -> str:
    """The text; arrays and objects are JSON."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return exact_json.dumps(value).decode()
