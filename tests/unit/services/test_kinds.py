"""Kinds: what the page draws its form from."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Refused
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.kinds import Kinds
from tests.unit.services.conftest import RUNNER, actor

KINDS = Kinds(auth_types())
(REST,) = KINDS.listing["items"]
SCHEMA: dict[str, Any] = REST["schema"]


def member(title: str) -> dict[str, Any]:
    (found,) = [part for part in SCHEMA["$defs"].values() if part.get("title") == title]
    return found


def walk(value: Any) -> list[dict[str, Any]]:
    found = [value] if isinstance(value, dict) else []
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return found + [inner for child in children for inner in walk(child)]


async def test_everyone_may_see_the_kinds_through_a_door_that_is_theirs() -> None:
    assert await KINDS.list(RUNNER) == KINDS.listing
    with pytest.raises(Refused):
        await KINDS.list(actor("runner", policy=Policy(doors=("gateway",)), door="api"))


def test_rest_api_stands_in_the_category_api() -> None:
    assert KINDS.listing["categories"] == [{"id": "api", "title": "API"}]
    assert (REST["kind"], REST["title"], REST["category"]) == ("restapi", "REST API", "api")


def test_the_form_has_the_order_of_the_seed_page() -> None:
    names = list(SCHEMA["properties"])
    order = ["base_url", "headers", "auth", "tls"]
    assert [name for name in names if name in order] == order
    titles = [SCHEMA["properties"][name]["title"] for name in order]
    assert titles == ["Base URL", "Headers", "Authentication", "SSL Certificate"]


def test_only_the_kind_is_required() -> None:
    assert SCHEMA["required"] == ["kind"]


def test_authentication_is_a_union_told_apart_by_its_type() -> None:
    auth = SCHEMA["properties"]["auth"]
    assert auth["discriminator"]["propertyName"] == "type"
    members = [SCHEMA["$defs"][ref["$ref"].rpartition("/")[2]] for ref in auth["oneOf"]]
    assert [m["title"] for m in members] == ["None", "Basic", "Bearer", "API key"]
    for one in members:
        assert next(iter(one["properties"])) == "type"
        assert "type" in one["required"]
        assert one["properties"]["type"]["const"]


def test_the_token_is_a_password_field_with_words() -> None:
    token = member("Bearer")["properties"]["token"]
    assert token["title"] == "Token"
    assert token["description"]
    (text,) = [part for part in walk(token) if part.get("type") == "string"]
    assert (text["format"], text["writeOnly"]) == ("password", True)


def test_every_field_of_an_authentication_type_has_a_title() -> None:
    for title in ("Basic", "Bearer", "API key"):
        for name, field in member(title)["properties"].items():
            assert field.get("title"), name


def test_the_defaults_hold_no_secret_and_are_valid_when_sent_back() -> None:
    defaults = REST["defaults"]
    assert defaults["auth"] == {"type": "none"}
    assert defaults["tls"]["mode"] == "none"
    KINDS.source_model.model_validate(defaults)
