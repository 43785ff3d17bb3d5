"""What pydantic found wrong -> faults in words, each with its JSON Pointer into the caller's body.

Knows how to find a field's label and place; knows no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.problem import Fault, Invalid

Model = TypeVar("Model", bound=BaseModel)

_TYPE_WORDS = {
    "string_type": "text",
    "string_sub_type": "text",
    "string_unicode": "text without half characters (lone surrogates)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "mapping_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
    "datetime_type": "a time as RFC 3339, such as 2030-01-31T12:00:00Z",
    "datetime_parsing": "a time as RFC 3339, such as 2030-01-31T12:00:00Z",
    "datetime_from_date_parsing": "a time as RFC 3339, such as 2030-01-31T12:00:00Z",
    "timezone_aware": "a time with its zone, such as 2030-01-31T12:00:00Z",
}

_OWN_WORDS = frozenset(
    {"name_characters", "name_like_id", "not_there_yet", "path_pattern", "email"}
)


def validate(model: type[Model], value: Any) -> Model:
    """The value as this model, or Invalid with everything that is wrong with it."""
    if not isinstance(value, Mapping):
        raise Invalid([Fault("", "type", "The body must be a JSON object.")])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(faults_of(error, model, value)) from None


def faults_of(error: ValidationError, model: type[BaseModel], value: Any) -> list[Fault]:
    """One fault a place, in the order of the model's fields."""
    by_place: dict[str, list[tuple[ErrorDetails, list[str | int]]]] = {}
    for details in error.errors(include_url=False, include_input=False):
        steps = _steps(details, value)
        by_place.setdefault(pointer(steps), []).append((details, steps))
    return [_fault(place, found, model) for place, found in by_place.items()]


def _steps(details: ErrorDetails, value: Any) -> list[str | int]:
    """The error's place in the input: pydantic's own without the tags of its unions."""
    steps: list[str | int] = []
    loc = details["loc"]
    here = value
    for index, step in enumerate(loc):
        if _has(here, step):
            here = here[step]
            steps.append(step)
        elif details["type"] == "missing" and index == len(loc) - 1:
            steps.append(step)
    return steps


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(value, list | tuple) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _fault(
    place: str, found: list[tuple[ErrorDetails, list[str | int]]], model: type[BaseModel]
) -> Fault:
    # Of several kinds of value, the one that was meant says what is wrong with it.
    meant = [one for one in found if one[0]["type"] in _WORDS]
    details, steps = meant[0] if meant else found[0]
    label = _label(model, steps)
    kind = details["type"]
    if len(found) > 1 and not meant:
        kinds = dict.fromkeys(
            _TYPE_WORDS.get(one["type"], "another kind of value") for one, _ in found
        )
        return Fault(place, "type", f"{label} must be {_either(kinds)}.")
    if kind == "extra_forbidden":
        return Fault(place, "unknown_field", _unknown(model, steps))
    return Fault(place, *in_words(label, details))


def in_words(label: str, details: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the words of one of pydantic's errors."""
    kind: str = details["type"]
    context: Mapping[str, Any] = details.get("ctx") or {}
    if kind in _TYPE_WORDS:
        return "type", f"{label} must be {_TYPE_WORDS[kind]}."
    if kind == "value_error":  # a validator of an authentication type, already in words
        return "invalid", str(context["error"])
    words = _WORDS.get(kind)
    if words is not None:
        return words(label, context)
    if kind in _OWN_WORDS:
        return kind, str(details["msg"])
    return kind, f"{label}: {str(details['msg']).rstrip('.')}."


def _either(words: Iterable[str]) -> str:
    *head, tail = words
    return f"{', '.join(head)} or {tail}" if head else tail


def _unknown_type(label: str, context: Mapping[str, Any]) -> tuple[str, str]:
    allowed = str(context["expected_tags"]).replace("'", "")
    return (
        "unknown_type",
        f"{label} has no type '{str(context['tag'])[:40]}'; use one of {allowed}.",
    )


_WORDS: dict[str, Callable[[str, Mapping[str, Any]], tuple[str, str]]] = {
    "missing": lambda label, _: ("required", f"{label} is required."),
    "union_tag_not_found": lambda label, _: ("required", f"{label} needs its type."),
    "union_tag_invalid": _unknown_type,
    "literal_error": lambda label, c: ("not_allowed", f"{label} must be {c['expected']}."),
    "string_too_short": lambda label, c: _short(label, c["min_length"]),
    "string_too_long": lambda label, c: (
        "too_long",
        f"{label} must have at most {c['max_length']} characters.",
    ),
    # Of a list, or of a secret, which pydantic counts like one.
    "too_short": lambda label, c: _short(label, c["min_length"]),
    "too_long": lambda label, c: (
        "too_long",
        f"{label} must have at most {c['max_length']} "
        f"{'items' if c['field_type'] == 'Tuple' else 'characters'}.",
    ),
    "string_pattern_mismatch": lambda label, c: (
        "pattern",
        f"{label} must match {c['pattern']}.",
    ),
    "greater_than": lambda label, c: ("too_small", f"{label} must be more than {c['gt']:g}."),
    "greater_than_equal": lambda label, c: ("too_small", f"{label} must be at least {c['ge']:g}."),
    "less_than": lambda label, c: ("too_large", f"{label} must be less than {c['lt']:g}."),
    "less_than_equal": lambda label, c: ("too_large", f"{label} must be at most {c['le']}."),
}


def _short(label: str, least: int) -> tuple[str, str]:
    if least == 1:
        return "required", f"{label} must not be empty."
    return "too_short", f"{label} must have at least {least} characters."


def _unknown(model: type[BaseModel], steps: list[str | int]) -> str:
    name = str(steps[-1]) if steps else ""
    known = [field for part in _models_at(model, steps[:-1]) for field in part.model_fields]
    near = get_close_matches(name, known, n=1)
    return f"'{name}' is not known here" + (f"; did you mean '{near[0]}'?" if near else ".")


def _label(model: type[BaseModel], steps: list[str | int]) -> str:
    """The field's title as the page shows it, or its name where it has none."""
    names = [step for step in steps if isinstance(step, str)]
    if not names:
        return "The body"
    for part in _models_at(model, steps[: _last_name(steps)]):
        field = part.model_fields.get(names[-1])
        if field is not None and field.title:
            return f"'{field.title}'"
    return f"'{names[-1]}'"


def _last_name(steps: list[str | int]) -> int:
    return max(index for index, step in enumerate(steps) if isinstance(step, str))


def _models_at(model: type[BaseModel], steps: list[str | int]) -> list[type[BaseModel]]:
    """The models that may stand at this place: several where it is a union."""
    here = [model]
    for step in steps:
        if isinstance(step, int):
            continue
        fields = [part.model_fields[step] for part in here if step in part.model_fields]
        here = [found for field in fields for found in _models_in(field.annotation)]
    return here


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
