"""What is wrong with an input, in words and with its place."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.model.problem import Invalid
from sourcekeep.model.query import QuerySpec
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.kinds import source_model
from sourcekeep.services.validation import validate

SOURCE = source_model(auth_types().values())


def faults(model: Any, value: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as caught:
        validate(model, value)
    return [(fault.pointer, fault.code, fault.detail) for fault in caught.value.faults]


def query(**values: Any) -> dict[str, Any]:
    return {"name": "q", "data_source": "s", **values}


def test_a_union_without_its_type_says_which_types_there_are() -> None:
    assert faults(SOURCE, {"name": "s", "auth": {"type": "foo"}}) == [
        (
            "/auth",
            "unknown_type",
            "'Authentication' has no type 'foo'; use one of none, basic, bearer, api_key.",
        )
    ]


def test_the_place_is_one_in_the_callers_body_without_the_tags_of_unions() -> None:
    found = faults(
        SOURCE,
        {
            "name": "s",
            "auth": {"type": "bearer", "tokn": "x"},
            "headers": [{"name": "", "value": 1}],
        },
    )
    assert found == [
        ("/headers/0/name", "required", "'Name' must not be empty."),
        ("/auth/tokn", "unknown_field", "'tokn' is not known here; did you mean 'token'?"),
    ]


def test_a_missing_member_is_named_where_it_should_stand() -> None:
    assert faults(QuerySpec, query(body={"type": "json"})) == [
        ("/body/content", "required", "'content' is required.")
    ]


def test_a_value_of_several_kinds_is_one_fault() -> None:
    assert faults(QuerySpec, query(params=[{"name": "a", "value": []}])) == [
        (
            "/params/0/value",
            "type",
            "'Value' must be text, a whole number, a number or true or false.",
        )
    ]


def test_a_limit_is_named() -> None:
    found = faults(SOURCE, {"name": "s", "limits": {"connect_timeout_s": 0, "max_redirects": 99}})
    assert found == [
        ("/limits/connect_timeout_s", "too_small", "'Connect timeout (s)' must be more than 0."),
        ("/limits/max_redirects", "too_large", "'Most redirects' must be at most 50."),
    ]


def test_a_transformation_is_refused_while_none_is_applied() -> None:
    assert faults(QuerySpec, query(transform={"type": "jsonpath"})) == [
        ("/transform", "not_there_yet", "Transformations are not there yet; leave it null.")
    ]


def test_a_limit_of_a_parameter_that_limits_nothing_is_refused() -> None:
    limits = {"multipleOf": 0, "minLength": -1, "maxItems": -1}
    found = faults(QuerySpec, query(parameters=[{"name": "a", **limits}]))
    assert [(place, code) for place, code, _ in found] == [
        (f"/parameters/0/{name}", "too_small") for name in limits
    ]


def test_all_faults_come_at_once() -> None:
    assert len(faults(QuerySpec, {"method": 1, "pth": "x"})) == 4


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_a_body_that_is_no_object_is_said_so(value: Any) -> None:
    assert faults(QuerySpec, value) == [("", "type", "The body must be a JSON object.")]


def test_a_name_is_trimmed_and_holds_no_control_characters() -> None:
    assert validate(SOURCE, {"name": "  my api  "}).name == "my api"
    assert faults(SOURCE, {"name": "a\nb"}) == [
        ("/name", "name_characters", "A name holds no control characters.")
    ]
    assert faults(SOURCE, {"name": "   "})[0][:2] == ("/name", "required")
    assert faults(SOURCE, {"name": "x" * 201})[0][:2] == ("/name", "too_long")


def test_what_was_typed_into_a_secret_field_is_never_quoted() -> None:
    values = {
        "name": "s",
        "auth": {"type": "bearer", "token": ["canary"]},
        "tls": {"client_key": 7},
    }
    assert "canary" not in str(faults(SOURCE, values))


def test_a_rule_of_an_authentication_type_speaks_for_itself() -> None:
    found = faults(SOURCE, {"name": "s", "auth": {"type": "basic", "username": "a:b"}})
    assert [pointer for pointer, _, _ in found] == ["/auth/username"]
    assert "colon" in found[0][2]
