"""JSON (RFC 8259) read without changing a number.

Integers of any size stay integers. A decimal becomes a float when that float says the same number,
and a `Decimal` otherwise, so that nothing is lost and everyday values stay everyday floats. Where
the digits themselves count, because they are sent on as text, `loads_as_typed` keeps `1.10` too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import orjson

# As many as Python itself makes an integer of, or writes of one. What computes with `1e999999999` (an
# integer check does) is busy with its billion digits until somebody kills it.
_MOST_DIGITS = 4300
_DIGITS_A_FLOAT_ALWAYS_KEEPS = 15  # sys.float_info.dig: so many significant digits survive


def _exact_decimal(text: str) -> float | Decimal:
    number = float(text)
    if len(text) <= _DIGITS_A_FLOAT_ALWAYS_KEEPS and "e" not in text and "E" not in text:
        return number
    exact = Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number has more than {_MOST_DIGITS:,} digits")
    return int(text)


def _typed_decimal(text: str) -> float | Decimal:
    number = float(text)
    if repr(number) == text:
        return number
    exact = Decimal(text)
    if abs(exact.adjusted()) > _MOST_DIGITS:
        raise _too_long()
    return exact


def _typed_integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _too_long()
    return int(text)


def _too_long() -> ValueError:
    return ValueError(f"a number has more than {_MOST_DIGITS} digits; send it as text")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259, section 6)")


_DECODER = json.JSONDecoder(
    parse_float=_exact_decimal, parse_int=_integer, parse_constant=_refuse_constant
)
_AS_TYPED = json.JSONDecoder(
    parse_float=_typed_decimal, parse_int=_typed_integer, parse_constant=_refuse_constant
)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; `ValueError` (a `json.JSONDecodeError` mostly) when it is none."""
    return _DECODER.decode(text.decode("utf-8") if isinstance(text, bytes) else text)


def loads_as_typed(text: str | bytes) -> Any:
    """The same for what somebody wrote and we compute with: a decimal is a float only when that float
    is written with the same digits, and a number of very many digits is a `ValueError`."""
    return _AS_TYPED.decode(text.decode("utf-8") if isinstance(text, bytes) else text)


def member(text: bytes, name: str) -> bytes:
    """The bytes of one member of a JSON object's text, untouched; `KeyError` when it has none."""
    document = text.decode("utf-8")
    place = _skip(document, document.index("{") + 1)
    while document[place] != "}":
        key, place = _DECODER.raw_decode(document, place)
        start = _skip(document, _skip(document, place) + 1)
        _, end = _DECODER.raw_decode(document, start)
        if key == name:
            return document[start:end].encode("utf-8")
        place = _skip(document, end)
        if document[place] == ",":
            place = _skip(document, place + 1)
    raise KeyError(name)


def _skip(text: str, place: int) -> int:
    """Past white space (RFC 8259, section 2)."""
    while text[place] in " \t\n\r":
        place += 1
    return place


def dumps(value: Any) -> bytes:
    """Compact JSON. Integers of any size and `Decimal` are written as the numbers they are."""
    try:
        return orjson.dumps(value, default=_number)
    except TypeError:  # an integer beyond 64 bits, a lone surrogate, a key that is no text
        return _slow_dumps(value).encode("utf-8")


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(_decimal_text(value))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} has no JSON form")
    return str(value)


def _slow_dumps(value: Any) -> str:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a JSON object's keys are text")
        members = (f"{json.dumps(key)}:{_slow_dumps(member)}" for key, member in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_slow_dumps(member) for member in value) + "]"
    if isinstance(value, Decimal):
        return _decimal_text(value)
    return json.dumps(value, allow_nan=False)
