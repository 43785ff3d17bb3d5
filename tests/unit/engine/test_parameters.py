"""Typed parameters: exact types and limits, and errors that say what came and what is allowed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sourcekeep.engine.parameters import bind, check_declaration
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import Parameter


def declared(**limits: Any) -> Parameter:
    return Parameter.model_validate({"name": "p", **limits})


def refusal(limits: dict[str, Any], value: Any) -> str:
    with pytest.raises(Failed) as raised:
        bind([declared(**limits)], {"p": value})
    wrong = raised.value.problem
    assert (wrong.code, wrong.pointer) == ("parameter_invalid", "/parameters/p")
    assert wrong.detail.startswith("The parameter 'p' is ")
    return wrong.detail


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ({"type": "string"}, ""),
        ({"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^a"}, "abc"),
        ({"type": "integer"}, 2**200),
        ({"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 3}, 9),
        ({"type": "number"}, 5),
        ({"type": "number"}, 0.1),
        ({"type": "number", "multipleOf": 0.1}, 0.3),
        ({"type": "number", "maximum": 0.3}, Decimal("0.3")),
        ({"type": "number", "exclusiveMinimum": 0}, 0.001),
        ({"type": "boolean"}, False),
        ({"type": "date"}, "2024-02-29"),
        ({"type": "datetime"}, "2026-11-24T13:41:00Z"),
        ({"type": "datetime"}, "2026-11-24t13:41:00.123456789+05:30"),
        ({"type": "datetime"}, "2016-12-31T23:59:60Z"),
        ({"type": "enum", "enum": ["a", 1, True]}, 1),
        ({"type": "string", "enum": ["a", "b"]}, "b"),
        ({"type": "array"}, []),
        ({"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 2}, [1, 2]),
        ({"type": "array", "uniqueItems": True}, [1, "1", True]),
        ({"type": "object"}, {"a": {"b": None}}),
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, {"n": 1, "m": "x"}),
    ],
)
def test_a_value_within_its_limits_passes_unchanged(limits: dict[str, Any], value: Any) -> None:
    bound = bind([declared(**limits)], {"p": value})
    assert bound == {"p": value}
    assert bound["p"] is value


@pytest.mark.parametrize(
    ("limits", "value", "words"),
    [
        ({"type": "string"}, 7, "is 7; allowed is a text"),
        ({"type": "string", "minLength": 2}, "a", "at least 2 characters"),
        ({"type": "string", "maxLength": 2}, "abc", "at most 2 characters"),
        ({"type": "string", "pattern": "^[a-z]+$"}, "A", "match ^[a-z]+$"),
        ({"type": "string"}, "\ud800", "half a character"),
        ({"type": "integer"}, "7", 'is "7"; allowed is a whole number'),
        ({"type": "integer"}, 7.0, "allowed is a whole number"),
        ({"type": "integer"}, True, "is true; allowed is a whole number"),
        ({"type": "integer", "minimum": 1}, 0, "at least 1"),
        ({"type": "integer", "maximum": 2**60}, 2**60 + 1, f"at most {2**60}"),
        ({"type": "number"}, "1.5", "allowed is a number"),
        ({"type": "number"}, float("nan"), "finite"),
        ({"type": "number", "exclusiveMaximum": 1}, 1.0, "less than 1"),
        ({"type": "number", "multipleOf": 0.1}, 0.25, "multiples of 0.1"),
        ({"type": "boolean"}, 1, "true and false"),
        ({"type": "boolean"}, "true", "true and false"),
        ({"type": "date"}, "2023-02-29", "such as 2026-11-24"),
        ({"type": "date"}, "2026-1-2", "such as 2026-11-24"),
        ({"type": "date"}, "20260102", "such as 2026-11-24"),
        ({"type": "datetime"}, "2026-11-24T13:41:00", "with its zone"),
        ({"type": "datetime"}, "2026-11-24T25:41:00Z", "with its zone"),
        ({"type": "enum", "enum": ["a", 1]}, True, 'allowed are "a", 1'),
        ({"type": "array"}, "a", "allowed is an array"),
        ({"type": "array", "minItems": 1}, [], "at least 1 item"),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], 'item 1 is "x"'),
        ({"type": "array", "uniqueItems": True}, [1, 1], "differ"),
        ({"type": "object"}, [], "allowed is an object"),
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, {"n": "x"}, "member n"),
    ],
)
def test_a_refusal_names_what_came_and_what_is_allowed(
    limits: dict[str, Any], value: Any, words: str
) -> None:
    assert words in refusal(limits, value)


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_an_integer_that_cannot_become_text_is_refused(kind: str) -> None:
    assert "more digits than can be sent" in refusal({"type": kind}, 10**5000)


def test_a_long_value_is_not_quoted_whole() -> None:
    assert len(refusal({"type": "integer"}, "x" * 10_000)) < 300


def test_default_required_and_null() -> None:
    parameters = [
        declared(name="a", type="integer", default=1),
        declared(name="b", required=True),
        declared(name="c"),
    ]
    assert bind(parameters, {"b": "x"}) == {"a": 1, "b": "x", "c": None}
    assert bind(parameters, {"a": None, "b": "x"}) == {"a": 1, "b": "x", "c": None}
    for given in ({}, {"b": None}):
        with pytest.raises(Failed) as raised:
            bind(parameters, given)
        assert raised.value.problem.code == "parameter_missing"
        assert "'b' (string)" in raised.value.problem.detail


def test_an_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Failed) as raised:
        bind([declared(name="id")], {"id": "1", "Id": "2"})
    assert raised.value.problem.code == "parameter_unknown"
    assert "It declares id." in raised.value.problem.detail
    with pytest.raises(Failed) as raised:
        bind([], {"a/b~" + "c" * 500: 1})
    assert raised.value.problem.pointer == "/parameters/a~1b~0" + "c" * 500
    assert len(raised.value.problem.detail) < 200


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"type": "string", "pattern": "("}, "not a regular expression"),
        ({"type": "enum"}, "list of allowed values"),
        ({"type": "integer", "default": "x"}, 'the default "x" is not allowed'),
        ({"type": "integer", "minimum": 5, "default": 1}, "at least 5"),
        ({"type": "array", "items": {"type": "nosuch"}}, "'items'"),
        ({"type": "object", "properties": {"a": {"minimum": "x"}}}, "'properties'"),
    ],
)
def test_a_declaration_that_can_never_work_is_refused(limits: dict[str, Any], words: str) -> None:
    found = check_declaration(declared(**limits))
    assert found is not None and words in found


def test_a_pattern_cannot_hold_up_the_server() -> None:
    assert "match" in refusal({"type": "string", "pattern": "^(a+)+$"}, "a" * 5000 + "!")
