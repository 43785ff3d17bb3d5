"""Each authentication type: what it adds to a request, and what its values refuse."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from sourcekeep.model.auth import Outgoing
from sourcekeep.model.problem import Failed
from sourcekeep.plugins.registry import auth_types

REQUEST = Outgoing("GET", "https://api.example.com/")


def added(kind: str, **values: Any) -> tuple[tuple[str, str, str], ...]:
    auth = auth_types()[kind]
    flow = auth.flow(auth.values.model_validate(values), REQUEST)
    with pytest.raises(StopIteration) as end:
        next(flow)
    outgoing: Outgoing = end.value.value
    return outgoing.added


def refused(kind: str, **values: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as raised:
        auth_types()[kind].values.model_validate(values)
    (error,) = raised.value.errors()
    return ".".join(map(str, error["loc"])), error["msg"]


def test_the_types_are_in_the_order_in_which_people_look_for_them() -> None:
    titles = [auth.title for auth in auth_types().values()]
    assert titles[:4] == ["None", "Basic", "Bearer", "API key"]


def test_none_adds_nothing() -> None:
    assert added("none") == ()


def test_bearer_adds_the_token_behind_its_prefix() -> None:
    assert added("bearer", token="abc") == (("header", "Authorization", "Bearer abc"),)
    assert added("bearer", token=" abc\n") == (("header", "Authorization", "Bearer abc"),)
    assert added("bearer", token="abc", header="X-Auth", prefix="Token") == (
        ("header", "X-Auth", "Token abc"),
    )
    assert added("bearer", token="abc", prefix="") == (("header", "Authorization", "abc"),)


@pytest.mark.parametrize(
    ("values", "place", "words"),
    [
        ({"token": "Bearer abc"}, "token", "paste only what comes after it"),
        ({"token": "bearer abc"}, "token", "paste only what comes after it"),
        ({"token": "a\nb"}, "token", "line break"),
        ({"token": "a\x00b"}, "token", "control character"),
        ({"header": "X Y"}, "header", "letters, digits and hyphens"),
        ({"prefix": "a\r\nX: 1"}, "prefix", "line break"),
    ],
)
def test_bearer_refuses_what_cannot_be_sent(values: dict[str, Any], place: str, words: str) -> None:
    where, message = refused("bearer", **values)
    assert where == place and words in message
    assert "abc" not in message


def test_basic_is_base64_of_utf8() -> None:
    ((place, name, value),) = added("basic", username="zoë", password="pä:ß ")
    assert (place, name) == ("header", "Authorization")
    assert base64.b64decode(value.removeprefix("Basic ")).decode() == "zoë:pä:ß "
    assert added("basic", username="key")[0][2] == "Basic a2V5Og=="


@pytest.mark.parametrize(
    ("values", "place", "words"),
    [
        ({"username": "a:b"}, "username", "colon"),
        ({"username": "a\n"}, "username", "line break"),
        ({"password": "a\x7f"}, "password", "control character"),
    ],
)
def test_basic_refuses_what_rfc_7617_refuses(
    values: dict[str, Any], place: str, words: str
) -> None:
    where, message = refused("basic", **values)
    assert where == place and words in message


@pytest.mark.parametrize(
    ("where", "place"), [("header", "header"), ("query", "query"), ("cookie", "cookie")]
)
def test_an_api_key_goes_where_it_is_told(where: str, place: str) -> None:
    assert added("api_key", name="key", value="v", **{"in": where}) == ((place, "key", "v"),)
    auth = auth_types()["api_key"]
    values = auth.values.model_validate({"name": "key", "in": where})
    assert auth.places(values) == ((place, "key"),)


def test_an_api_key_goes_into_a_header_by_default() -> None:
    assert added("api_key", value=" v ") == (("header", "X-API-Key", "v"),)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "a b"}, "letters, digits and hyphens"),
        ({"name": "a b", "in": "cookie"}, "letters, digits and hyphens"),
        ({"value": "a\nb"}, "line break"),
        ({"value": "a;b", "in": "cookie"}, "semicolon"),
        ({"in": "body"}, "header"),
        ({"name": ""}, "at least 1"),
    ],
)
def test_an_api_key_refuses_what_its_place_cannot_hold(values: dict[str, Any], words: str) -> None:
    _, message = refused("api_key", **values)
    assert words in message


@pytest.mark.parametrize(
    ("kind", "field"), [("bearer", "Token"), ("basic", "Password"), ("api_key", "Value")]
)
def test_a_missing_credential_names_its_field(kind: str, field: str) -> None:
    auth = auth_types()[kind]
    with pytest.raises(Failed) as raised:
        next(auth.flow(auth.values(), REQUEST))
    wrong = raised.value.problem
    assert wrong.code == "credential_missing"
    assert field in wrong.detail and "Open the data source" in wrong.hint
