"""What was composed is what is sent, byte for byte; and a server reads back what was meant.

Ten thousand requests of every shape go to a recorder over a real connection. The bytes are compared
with the plan; the values are compared with what the recorder's own decoding finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sourcekeep.engine.outgoing import dress
from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.prepared import Plan
from sourcekeep.model.entry import Pair
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec
from tests.property.loopback import Loopback, loopback
from tests.unit.engine.running import no_auth

TOKENS = st.text("ABCDEFXYZabcxyz0189!#$%&'*+-.^_`|~", min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
TYPED = st.text("abcXYZ019-._~!$&'()*+,;=:@%20 é|<>\"", max_size=8)
SCALARS = st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), SCALARS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)

TENANT = Pair(name="tenant", value="acme")
PASSED = st.fixed_dictionaries({"s": TEXTS, "h": LINES, "v": st.lists(VALUES, max_size=2)})


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["none", "json", "value", "form", "multipart", "raw", "binary"]))
    if kind == "json":
        return {
            "type": "json",
            "content": '{"v": "{{ params.v }}", "s": "x{{ params.s }}", "n": 1.10}',
        }
    if kind == "value":
        return {"type": "json", "content": {"v": "{{ params.v }}", "c": draw(SCALARS)}}
    if kind == "form":
        return {
            "type": "form",
            "fields": [{"name": draw(TEXTS) or "f", "value": "{{ params.s }}"}],
        }
    if kind == "multipart":
        return {"type": "multipart", "parts": [{"name": "p", "value": "{{ params.s }}"}]}
    if kind == "raw":
        return {"type": "raw", "content": "{{ params.s }}é"}
    if kind == "binary":
        return {"type": "binary", "data_base64": "AAECA/8="}
    return {"type": "none"}


@st.composite
def queries(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    path = "".join(
        "/" + draw(st.one_of(st.just("{{ params.s }}"), TYPED))
        for _ in range(draw(st.integers(0, 3)))
    )
    query = {
        "method": draw(
            st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X-Y"])
        ),
        "path": path,
        "params": [
            {"name": draw(st.text("abc[]$ é&=+", min_size=1, max_size=4)), "value": value}
            for value in draw(
                st.lists(st.one_of(TYPED, SCALARS, st.just("{{ params.s }}")), max_size=3)
            )
        ],
        "headers": [
            {"name": f"X-{draw(TOKENS)}", "value": value}
            for value in draw(st.lists(st.one_of(LINES, st.just("{{ params.h }}")), max_size=3))
        ],
        "cookies": [
            {"name": draw(TOKENS), "value": "{{ params.s }}"}
            for _ in range(draw(st.integers(0, 2)))
        ],
        "body": draw(bodies()),
        "parameters": [{"name": "s"}, {"name": "h"}, {"name": "v", "type": "array"}],
    }
    return query, draw(st.lists(PASSED, min_size=10, max_size=10))


@pytest.fixture(scope="module")
def net() -> Iterator[Loopback]:
    with loopback() as net:
        yield net


@settings(
    max_examples=1150,  # ten requests each, of which some are refused: over 10,000 are sent
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(made=queries())
def test_ten_thousand_requests_arrive_as_composed(
    net: Loopback, made: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    query, passed = made
    face = SourceFace("s", "s", f"{net.home.base}/v1?base=1", params=(TENANT,))
    try:
        prepared = prepare(face, RequestSpec.model_validate(query))
    except Failed as failed:
        assert failed.problem.stage == "compose"
        return
    for values in passed:
        try:
            plan = prepared.plan(values, {}, {})
        except Failed as failed:
            assert failed.problem.stage == "compose"
            continue
        arrives_as_composed(net, plan)
        reads_back(query, values, plan.target.path_query, net.home.bodies[0])


def arrives_as_composed(net: Loopback, plan: Plan) -> None:
    net.home.heads.clear()
    net.home.bodies.clear()
    net.run(net.runner.send(plan, no_auth()))
    (head,), (body,) = net.home.heads, net.home.bodies
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    outfit = dress(plan, plan.target, (), {})
    assert first == f"{plan.method} {outfit.target.path_query} HTTP/1.1".encode()
    expected = [b"Host: " + plan.target.origin.host_header()]
    expected += [f"{entry.name}: {entry.value}".encode() for entry in outfit.headers]
    assert [line for line in lines if not line.startswith(b"Content-Length: ")] == expected
    assert body == (plan.body.content or b"")


def reads_back(query: dict[str, Any], values: dict[str, Any], target: str, body: bytes) -> None:
    """An independent reader finds the values that were meant."""
    path, _, search = target.partition("?")
    segments = path.split("/")[2:]
    typed = query["path"].split("/")[1:]
    if not any("." in part or "?" in part for part in typed):
        for part, segment in zip(typed, segments, strict=True):
            if part == "{{ params.s }}":
                assert unquote(segment) == values["s"]
    if "?" not in query["path"]:
        found = parse_qsl(search, keep_blank_values=True)[2:]  # after base and tenant
        meant = [row["value"] for row in query["params"]]
        for (_, value), row in zip(found, meant, strict=True):
            if row == "{{ params.s }}":
                assert value == values["s"]
    if query["body"]["type"] == "json":
        assert json.loads(body)["v"] == values["v"]
        if "s" in json.loads(body):
            assert json.loads(body)["s"] == f"x{values['s']}"
    if query["body"]["type"] == "form":
        assert parse_qsl(body.decode(), keep_blank_values=True) == [
            (query["body"]["fields"][0]["name"], values["s"])
        ]
