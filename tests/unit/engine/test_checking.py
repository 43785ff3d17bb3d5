"""What Save is told about a query and about a source's own rows: everything, each at its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sourcekeep.engine.outgoing import with_param
from sourcekeep.engine.plan import HeaderDefault, SourceFace, check, check_source, prepare
from sourcekeep.engine.retrying import retry_after
from sourcekeep.model.entry import Pair
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec

FACE = SourceFace("s", "s", "https://api.example.com/v1")


def test_everything_wrong_is_told_at_once_with_its_pointer() -> None:
    query = RequestSpec.model_validate(
        {
            "method": "G T",
            "path": "/../{{ params.id }}",
            "params": [{"name": "ok", "value": 1}, {"name": "q", "value": "{{ params.nope }}"}],
            "headers": [{"name": "Host", "value": "x"}, {"name": "X-A", "value": "a\nb"}],
            "cookies": [{"name": "a b", "value": "1"}],
            "body": {"type": "json", "content": "{"},
            "parameters": [
                {"name": "id", "type": "integer", "default": "x"},
                {"name": "id"},
                {"name": "p", "pattern": "("},
            ],
        }
    )
    faults = check(FACE, query)
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/method", "invalid_header"),
        ("/parameters/0", "parameter_invalid"),
        ("/parameters/1", "parameter_invalid"),
        ("/parameters/2", "parameter_invalid"),
        ("/path", "origin_not_allowed"),
        ("/headers/0/name", "invalid_header"),
        ("/headers/1/value", "invalid_header"),
        ("/params/1/value", "unknown_variable"),
        ("/cookies/0/name", "invalid_header"),
        ("/body/content", "invalid_body"),
    ]
    assert all(fault.detail.endswith(".") for fault in faults)
    with pytest.raises(Failed) as raised:
        prepare(FACE, query)
    assert raised.value.problem.pointer == "/method"


def test_a_good_query_has_no_faults() -> None:
    assert check(FACE, RequestSpec()) == []


def test_a_sources_own_fault_has_no_place_in_the_query() -> None:
    face = SourceFace("s", "s", "https://api.example.com", headers=(HeaderDefault("X Y", "1"),))
    (fault,) = check(face, RequestSpec())
    assert (fault.pointer, fault.code) == ("", "invalid_header")


def test_a_sources_rows_are_checked_by_themselves() -> None:
    face = SourceFace(
        "s",
        "s",
        "",
        headers=(
            HeaderDefault("Accept", "{{ params.any }} {{ constants.c }}"),
            HeaderDefault("Content-Length", "1"),
            HeaderDefault("X-A", "a\x00b"),
            HeaderDefault("X-Sealed", None, secret_key="headers/x-sealed"),
        ),
        params=(Pair(name="p", value="{{ params.x"),),
        cookies=(Pair(name="c", value="a;b"),),
    )
    assert [(fault.pointer, fault.code) for fault in check_source(face)] == [
        ("/headers/1/name", "invalid_header"),
        ("/headers/2/value", "invalid_header"),
        ("/params/0/value", "template_error"),
        ("/cookies/0/value", "invalid_header"),
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Tue, 24 Nov 2026 13:42:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 0.0),
        ("Tuesday, 24-Nov-26 13:42:00 GMT", 60.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        (f"Tue, 24 Nov {'9' * 30} 13:42:00 GMT", None),
        (f"Tue, 24 Nov 2026 13:42:00 +{'9' * 30}", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 24, 13, 41, tzinfo=UTC)
    assert retry_after([("retry-after", text)], now) == seconds


@pytest.mark.parametrize(
    ("target", "result"),
    [
        ("/a", "/a?key=v"),
        ("/a?", "/a?key=v"),
        ("/a?x=1&&y", "/a?x=1&y&key=v"),
        ("/a?key=1&x=2&key", "/a?x=2&key=v"),
        ("/a?k%65y=1&KEY=2", "/a?KEY=2&key=v"),
        ("/a?b=key=1", "/a?b=key=1&key=v"),
    ],
)
def test_a_key_in_the_query_string_is_the_only_one_of_its_name(target: str, result: str) -> None:
    assert with_param(target, "key", "key=v") == result


def test_plans_of_a_query_share_the_headers_that_no_value_changes_and_nothing_else() -> None:
    query = RequestSpec.model_validate(
        {
            "method": "POST",
            "path": "/{{ params.id }}",
            "headers": [{"name": "X-A", "value": "a"}],
            "body": {"type": "json", "content": {"id": "{{ params.id }}"}},
            "parameters": [{"name": "id", "type": "integer"}],
        }
    )
    prepared = prepare(FACE, query)
    first, second = prepared.plan({"id": 1}, {}, {}), prepared.plan({"id": 2}, {}, {})
    assert first.headers is second.headers
    assert ("Content-Type", "application/json") in [(e.name, e.value) for e in first.headers]
    assert (first.body.content, second.body.content) == (b'{"id":1}', b'{"id":2}')
    assert (first.target.path, second.target.path) == ("/v1/1", "/v1/2")


def test_a_header_with_a_value_and_a_multipart_boundary_are_made_for_each_plan() -> None:
    parts = {"type": "multipart", "parts": [{"name": "a", "value": "1"}]}
    named = [{"name": "X-Id", "value": "{{ params.id }}"}]
    for words in ({"body": parts}, {"headers": named, "parameters": [{"name": "id"}]}):
        prepared = prepare(FACE, RequestSpec.model_validate({"method": "POST", **words}))
        values = {"id": "1"} if "parameters" in words else {}
        assert not prepared.plan(values, {}, {}).static_headers
