"""Typed parameters: what a caller sent, checked against what the query declares.

Nothing is bent into shape: neither `"7"` nor `7.0` is an integer. Limits are JSON Schema's. An
error names the parameter, what came, and what is allowed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import SchemaError, SchemaValidator, core_schema

from sourcekeep.engine.value_text import text_of
from sourcekeep.kit import exact_json
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.query import Parameter

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_SHOWN = 80
_MOST_BITS = 14_000  # Python turns no integer of more than 4,300 digits into text
_Rule = Callable[[Any], str | None]


def bind(declared: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every declared parameter with its value: given, else the default, else null.

    `Failed(parameter_unknown | parameter_missing | parameter_invalid)`, at `/parameters/NAME`.
    """
    names = {parameter.name for parameter in declared}
    for name in given:
        if name not in names:
            raise Failed(_unknown(name, sorted(names)).at(pointer(("parameters", name))))
    bound: dict[str, Any] = {}
    for parameter in declared:
        if parameter.name in given and given[parameter.name] is not None:
            wrong = check_value(parameter, given[parameter.name])
            if wrong is not None:
                raise Failed(
                    _invalid(parameter.name, given[parameter.name], wrong).at(
                        f"/parameters/{parameter.name}"
                    )
                )
            bound[parameter.name] = given[parameter.name]
        elif parameter.default is not None:
            bound[parameter.name] = parameter.default
        elif parameter.required:
            raise Failed(_missing(parameter).at(f"/parameters/{parameter.name}"))
        else:
            bound[parameter.name] = None
    return bound


def check_declaration(parameter: Parameter) -> str | None:
    """What is wrong with a declared parameter itself: a pattern, an enum, a default."""
    if parameter.pattern is not None:
        try:
            _pattern(parameter.pattern)
        except SchemaError as error:
            why = str(error).strip().splitlines()[-1].strip()
            return f"its pattern is not a regular expression that can be used: {why}"
    for name, schema in _inner_schemas(parameter):
        try:
            wrong = check_declaration(_inner(schema))
        except ValidationError as error:
            wrong = error.errors()[0]["msg"]
        if wrong is not None:
            return f"{name!r} can't be used: {wrong}"
    if parameter.type == "enum" and not parameter.enum:
        return "an enum needs its list of allowed values in 'enum'"
    if parameter.default is not None:
        wrong = check_value(parameter, parameter.default)
        if wrong is not None:
            return f"the default {_shown(parameter.default)} is not allowed: {wrong}"
    return None


def check_value(parameter: Parameter, value: Any) -> str | None:
    """Why this value is not allowed, or None when it is."""
    wrong = _TYPE_RULES[parameter.type](value)
    if wrong is not None:
        return wrong
    if parameter.enum is not None and not any(_same(value, allowed) for allowed in parameter.enum):
        return "allowed are " + ", ".join(_shown(allowed) for allowed in parameter.enum)
    return _limits(parameter, value)


def _limits(parameter: Parameter, value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, Decimal)):
        return _number_limits(parameter, value)
    if isinstance(value, str):
        return _text_limits(parameter, value)
    if isinstance(value, list):
        return _array_limits(parameter, value)
    if isinstance(value, dict):
        return _object_limits(parameter, value)
    return None


def _number_limits(parameter: Parameter, value: int | float | Decimal) -> str | None:
    number = _exact(value)
    if parameter.minimum is not None and number < _exact(parameter.minimum):
        return f"allowed are values of at least {text_of(parameter.minimum)}"
    if parameter.maximum is not None and number > _exact(parameter.maximum):
        return f"allowed are values of at most {text_of(parameter.maximum)}"
    if parameter.exclusiveMinimum is not None and number <= _exact(parameter.exclusiveMinimum):
        return f"allowed are values greater than {text_of(parameter.exclusiveMinimum)}"
    if parameter.exclusiveMaximum is not None and number >= _exact(parameter.exclusiveMaximum):
        return f"allowed are values less than {text_of(parameter.exclusiveMaximum)}"
    if parameter.multipleOf is not None and _rest(number, _exact(parameter.multipleOf)):
        return f"allowed are multiples of {text_of(parameter.multipleOf)}"
    return None


def _exact(value: int | float | Decimal) -> int | Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _rest(number: int | Decimal, step: int | Decimal) -> bool:
    if step <= 0:
        return False
    if isinstance(number, int) and isinstance(step, int):
        return number % step != 0
    quotient = Decimal(number) / Decimal(step)
    return quotient != quotient.to_integral_value()


def _text_limits(parameter: Parameter, value: str) -> str | None:
    if parameter.minLength is not None and len(value) < parameter.minLength:
        return f"allowed are texts of at least {parameter.minLength} characters"
    if parameter.maxLength is not None and len(value) > parameter.maxLength:
        return f"allowed are texts of at most {parameter.maxLength} characters"
    if parameter.pattern is not None:
        try:
            _pattern(parameter.pattern).validate_python(value)
        except ValidationError:
            return f"allowed are texts that match {parameter.pattern}"
    return None


@lru_cache(maxsize=64)  # a short one with large counts takes some MB
def _pattern(pattern: str) -> SchemaValidator:
    """Matched by pydantic's Rust engine, whose time is linear in the text: a caller can't hold up
    the server with a text for which a careless pattern would take for ever."""
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def _array_limits(parameter: Parameter, value: list[Any]) -> str | None:
    if parameter.minItems is not None and len(value) < parameter.minItems:
        return f"allowed are arrays of at least {parameter.minItems} items"
    if parameter.maxItems is not None and len(value) > parameter.maxItems:
        return f"allowed are arrays of at most {parameter.maxItems} items"
    if parameter.uniqueItems and len({_by_value(item) for item in value}) < len(value):
        return "its items must differ from one another"
    if parameter.items:
        for index, item in enumerate(value):
            wrong = _check_schema(parameter.items, item)
            if wrong is not None:
                return f"item {index} is {_shown(item)}: {wrong}"
    return None


def _object_limits(parameter: Parameter, value: dict[str, Any]) -> str | None:
    for name, schema in (parameter.properties or {}).items():
        if name in value and isinstance(schema, Mapping):
            wrong = _check_schema(schema, value[name])
            if wrong is not None:
                return f"its member {name} is {_shown(value[name])}: {wrong}"
        elif name not in value and isinstance(schema, Mapping) and schema.get("required") is True:
            return f"its member {name} is missing"
    return None


def _check_schema(schema: Mapping[str, Any], value: Any) -> str | None:
    return check_value(_inner(schema), value)


def _inner(schema: Mapping[str, Any]) -> Parameter:
    """The same limits one level down; members that are not limits of ours are not looked at."""
    known = {key: schema[key] for key in schema if key in Parameter.model_fields}
    known.update({"name": "item", "required": False})
    return Parameter.model_validate({"type": "string", **known})


def _inner_schemas(parameter: Parameter) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if parameter.items:
        yield "items", parameter.items
    for schema in (parameter.properties or {}).values():
        if isinstance(schema, Mapping):
            yield "properties", schema


# -- types -----------------------------------------------------------------------------------------


def _string(value: Any) -> str | None:
    if not isinstance(value, str):
        return "allowed is a text"
    if not value.isascii() and _SURROGATE.search(value):
        return "it holds half a character (a lone surrogate), which no text that is sent may hold"
    return None


def _integer(value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "allowed is a whole number"
    return None if value.bit_length() <= _MOST_BITS else "it has more digits than can be sent"


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return "allowed is a number"
    if isinstance(value, int):
        return _integer(value)
    finite = math.isfinite(value) if isinstance(value, float) else True
    return None if finite else "allowed is a finite number"


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else "allowed are true and false"


def _date(value: Any) -> str | None:
    wanted = "allowed is a date such as 2026-11-24 (RFC 3339)"
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return wanted
    try:
        date.fromisoformat(value)
    except ValueError as error:
        return f"{wanted}; {error}"
    return None


def _datetime(value: Any) -> str | None:
    wanted = "allowed is a time with its zone such as 2026-11-24T13:41:00Z (RFC 3339)"
    if not isinstance(value, str) or _DATETIME.fullmatch(value) is None:
        return wanted
    # Python has no leap second; RFC 3339 5.6 does. Fractions of any length are only digits.
    text = re.sub(r"\.\d+", "", value.upper()).replace(" ", "T").replace(":60", ":59")
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        return f"{wanted}; {error}"
    return None


def _array(value: Any) -> str | None:
    return None if isinstance(value, list) else "allowed is an array"


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else "allowed is an object"


def _anything(_value: Any) -> str | None:
    return None


_TYPE_RULES: dict[str, _Rule] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "enum": _anything,
    "array": _array,
    "object": _object,
}


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: `true` is not `1`, and `1.10` is `1.1`."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (float, Decimal)) and isinstance(right, (int, float, Decimal)):
        return _exact(left) == _exact(right)
    if isinstance(right, (float, Decimal)) and isinstance(left, int):
        return left == _exact(right)
    return bool(left == right)


def _by_value(value: Any) -> bytes:
    """Alike for values that are equal as JSON: numbers lose the digits that say nothing."""
    return exact_json.dumps(exact_json.loads(exact_json.dumps(value)))


# -- words -----------------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an integer of {value.bit_length()} bits"
    text = exact_json.dumps(value).decode()
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _unknown(name: str, names: Sequence[str]) -> Problem:
    name = name if len(name) <= _MOST_SHOWN else f"{name[:_MOST_SHOWN]}…"
    known = "It declares " + ", ".join(names) + "." if names else "It declares none."
    return problem("parameter_unknown", f"The query has no parameter {name!r}. {known}")


def _missing(parameter: Parameter) -> Problem:
    return problem(
        "parameter_missing",
        f"The parameter {parameter.name!r} ({parameter.type}) is required and was not given.",
    )


def _invalid(name: str, value: Any, wrong: str) -> Problem:
    return problem("parameter_invalid", f"The parameter {name!r} is {_shown(value)}; {wrong}.")
