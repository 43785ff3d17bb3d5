"""What templates put into one request has a bound, however often a long value is named."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.prepared import Plan
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec

FACE = SourceFace("src_1", "api", "https://api.example.com/v1")
SLOT = "{{ params.x }}"
PLACES: dict[str, dict[str, Any]] = {
    "raw body": {"method": "POST", "body": {"type": "raw", "content": SLOT * 200}},
    "json body": {"method": "POST", "body": {"type": "json", "content": [SLOT] * 200}},
    "json text": {"method": "POST", "body": {"type": "json", "content": f'["{SLOT * 200}"]'}},
    "params": {"params": [{"name": "a", "value": SLOT}] * 200},
    "path": {"path": f"{SLOT}/" * 200},
}


def planned(query: dict[str, Any], kind: str, value: Any) -> Plan:
    spec = RequestSpec.model_validate({**query, "parameters": [{"name": "x", "type": kind}]})
    return prepare(FACE, spec).plan({"x": value}, {}, {})


@pytest.mark.parametrize("place", PLACES)
def test_a_long_value_named_many_times_is_refused_before_it_is_put_together(place: str) -> None:
    with pytest.raises(Failed) as caught:
        planned(PLACES[place], "string", "a" * 1_000_000)
    assert caught.value.problem.code == "template_error"
    assert "64 MiB" in caught.value.problem.detail


@pytest.mark.parametrize(
    ("kind", "value"), [("array", ["a" * 1_000_000]), ("integer", 10**4000), ("number", 10**4000)]
)
def test_other_types_count_as_long_as_they_are_written(kind: str, value: Any) -> None:
    times = 200 if kind == "array" else 20_000
    query = {"method": "POST", "body": {"type": "raw", "content": SLOT * times}}
    with pytest.raises(Failed) as caught:
        planned(query, kind, value)
    assert caught.value.problem.code == "template_error"


def test_one_value_as_long_as_a_call_may_be_is_put_in() -> None:
    query = {"method": "POST", "body": {"type": "raw", "content": SLOT}}
    assert planned(query, "string", "a" * 16_000_000).body.content == b"a" * 16_000_000
