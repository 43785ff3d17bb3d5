"""Whatever a person may write has a bound, and what is beyond it is refused at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sourcekeep.doors.http.components import WRITTEN
from sourcekeep.model import bounds
from sourcekeep.model.problem import Invalid
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.answers import MOST_LEVELS
from sourcekeep.services.kinds import source_model
from sourcekeep.services.passwords import MOST
from sourcekeep.services.validation import validate

SOURCE = source_model(auth_types().values())
# What a request's body is made of: the size of a call bounds it.
CONTENT = {"content", "data_base64"}


def unbounded(schema: Any, place: str = "") -> Iterator[str]:
    """The places of texts and lists without a bound."""
    if not isinstance(schema, dict):
        return
    told = {"const", "enum", "format"} & schema.keys() - (
        {"format"} if is_secret(schema) else set()
    )
    if schema.get("type") == "string" and not told and "maxLength" not in schema:
        yield place
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield place
    for name, inner in schema.get("properties", {}).items():
        if name not in CONTENT:
            yield from unbounded(inner, f"{place}/{name}")
    for name, inner in schema.get("$defs", {}).items():
        yield from unbounded(inner, f"{place}/{name}")
    yield from unbounded(schema.get("items"), f"{place}/-")
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from unbounded(inner, place)


def is_secret(schema: dict[str, Any]) -> bool:
    return schema.get("format") == "password"


@pytest.mark.parametrize("model", [SOURCE, *WRITTEN.values()], ids=lambda model: model.__name__)
def test_every_text_and_every_list_has_a_bound(model: type[BaseModel]) -> None:
    assert list(unbounded(model.model_json_schema())) == []


def test_the_bounds_are_documented() -> None:
    told = (Path(__file__).parents[4] / "docs/bounds.md").read_text()
    own = [value for name, value in vars(bounds).items() if name.isupper()]
    assert [value for value in (*own, MOST, MOST_LEVELS) if f"{value:,}" not in told] == []


def fault(model: type[BaseModel], value: dict[str, Any]) -> tuple[str, str, str]:
    with pytest.raises(Invalid) as caught:
        validate(model, value)
    (found,) = caught.value.faults
    return found.pointer, found.code, found.detail


@pytest.mark.parametrize(
    ("given", "pointer", "words"),
    [
        (
            {"headers": [{"name": f"X-{n}"} for n in range(1001)]},
            "/headers",
            "'Headers' must have at most 1000 items.",
        ),
        (
            {"tls": {"server_name": "a" * 254}},
            "/tls/server_name",
            "'Server name' must have at most 253 characters.",
        ),
        (
            {"tls": {"client_key": "k" * 30_001}},
            "/tls/client_key",
            "'Client Key' must have at most 30000 characters.",
        ),
        (
            {"params": [{"name": "a", "value": "b" * 100_001}]},
            "/params/0/value",
            "'Value' must have at most 100000 characters.",
        ),
        (
            {"auth": {"type": "bearer", "token": "t" * 100_001}},
            "/auth/token",
            "'Token' must have at most 100000 characters.",
        ),
        (
            {"headers": [{"name": "X", "value": "b" * 100_001, "secret": True}]},
            "/headers/0/value",
            "'Value' must have at most 100000 characters.",
        ),
    ],
)
def test_what_is_beyond_it_is_refused_in_words(
    given: dict[str, Any], pointer: str, words: str
) -> None:
    assert fault(SOURCE, {"name": "s", **given}) == (pointer, "too_long", words)
