"""The next credential's shape comes from the type's own secrets, and is checked as the current one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from sourcekeep.model.auth import AuthValues
from sourcekeep.model.rotation import next_values, promoted, secret_fields, with_next
from sourcekeep.plugins.registry import auth_types

TYPES = auth_types()


def member(kind: str) -> type[AuthValues]:
    values = TYPES[kind].values
    return with_next(values, values)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_with_a_secret_has_a_place_for_its_next_one(kind: str) -> None:
    names = secret_fields(TYPES[kind].values)
    fields = member(kind).model_fields
    assert ("next" in fields) == bool(names)
    if names:
        shape: Any = next(part for part in fields["next"].annotation.__args__ if part)  # type: ignore[union-attr]
        assert issubclass(shape, BaseModel) and tuple(shape.model_fields) == names


def test_the_next_one_is_made_like_the_current_one() -> None:
    values: Any = member("bearer").model_validate({"token": "a", "next": {"token": "  b "}})
    coming: Any = next_values(values)
    assert (coming.token.get_secret_value(), coming.prefix, coming.next) == ("b", "Bearer", None)
    assert values.token == SecretStr("a")


@pytest.mark.parametrize("given", [None, {}, {"token": None}, {"token": ""}])
def test_an_empty_next_one_is_none(given: Any) -> None:
    values: Any = member("bearer").model_validate({"token": "a", "next": given})
    assert values.next is None and next_values(values) is None


def test_what_the_type_refuses_is_refused_at_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        member("bearer").model_validate({"token": "a", "next": {"token": "Bearer canary-9"}})
    (error,) = caught.value.errors()
    assert error["loc"] == ("next", "token")
    assert "canary-9" not in str(caught.value)


def test_a_rule_over_several_fields_holds_too() -> None:
    with pytest.raises(ValidationError, match="semicolon"):
        member("api_key").model_validate({"in": "cookie", "value": "a", "next": {"value": "b;c"}})


def test_promotion_keeps_what_has_no_next_one() -> None:
    mark, other = {"set": True, "updated_at": "1"}, {"set": True, "updated_at": "2"}
    auth = {"type": "basic", "username": "u", "password": mark, "next": {"password": other}}
    assert promoted(auth) == {
        "type": "basic",
        "username": "u",
        "password": other,
        "next": None,
    }
    assert promoted({**auth, "next": {"password": None}}) is None
    assert promoted({"type": "none"}) is None
