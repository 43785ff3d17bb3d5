"""JSON (RFC 8259) read without changing a number.

Integers of any size stay integers. A decimal becomes a float when that float says the same number,
and a `Decimal` otherwise, so that nothing is lost and everyday values stay everyday floats.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

_DIGITS_A_FLOAT_ALWAYS_KEEPS = 15  # sys.float_info.dig: so many significant digits survive


def _exact_decimal(text: str) -> float | Decimal:
    number = float(text)
    if len(text) <= _DIGITS_A_FLOAT_ALWAYS_KEEPS and "e" not in text and "E" not in text:
        return number
    exact = Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259, section 6)")


_DECODER = json.JSONDecoder(parse_float=_exact_decimal, parse_constant=_refuse_constant)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; `ValueError` (a `json.JSONDecodeError` mostly) when it is none."""
    return _DECODER.decode(text.decode("utf-8") if isinstance(text, bytes) else text)
