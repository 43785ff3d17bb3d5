"""Bodies: limits, JSON with line and column, numbers as they were sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.doors.http.bodies import CallerGone, parse, read_body, read_object
from sourcekeep.doors.http.problems import HttpProblem
from sourcekeep.model.problem import Invalid


def scope(**headers: str) -> dict[str, Any]:
    fields = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": "http", "headers": fields}


def sent(*parts: bytes, gone: bool = False):
    messages = [
        {"type": "http.request", "body": part, "more_body": gone or place < len(parts) - 1}
        for place, part in enumerate(parts)
    ]
    messages.append({"type": "http.disconnect"})
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return receive


async def test_a_body_in_parts_is_one():
    assert await read_body(scope(), sent(b"ab", b"", b"cd"), limit=4) == b"abcd"


async def test_a_body_over_the_limit_is_refused():
    with pytest.raises(HttpProblem) as refused:
        await read_body(scope(), sent(b"ab", b"cde"), limit=4)
    assert refused.value.status == 413


async def test_a_body_announced_over_the_limit_is_refused_unread():
    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing of it is read")

    with pytest.raises(HttpProblem) as refused:
        await read_body(scope(content_length="5"), receive, limit=4)
    assert refused.value.status == 413


async def test_nobody_is_answered_when_the_caller_has_gone():
    with pytest.raises(CallerGone):
        await read_body(scope(), sent(b"half", gone=True), limit=10)


async def test_no_body_is_no_object_unless_it_may_be_left_out():
    assert await read_object(scope(), sent(b""), limit=9, optional=True) == {}
    with pytest.raises(HttpProblem) as refused:
        await read_object(scope(), sent(b""), limit=9)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("media_type", "taken"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("", False),
    ],
)
async def test_json_must_be_named_as_json(media_type: str, taken: bool):
    reading = read_object(scope(content_type=media_type), sent(b"{}"), limit=9)
    if taken:
        assert await reading == {}
        return
    with pytest.raises(HttpProblem) as refused:
        await reading
    assert refused.value.status == 415


@pytest.mark.parametrize("text", [b"[]", b'"x"', b"1", b"null"])
async def test_a_body_that_is_no_object_is_refused(text: bytes):
    with pytest.raises(Invalid) as refused:
        await read_object(scope(), sent(text), limit=9)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("", "type")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{\n  "a": 1,\n  "b" 2\n}', "line 3, column 7"),
        (b'{"a": 12345678901234567890,\n}', "line 2, column 1"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": NaN, "b": 12345678901234567890}', "NaN"),
        (b"[" * 100_000, "depth"),
        (b'{"a": 12345678901234567890, "b": ' + b"[" * 100_000, "nest"),
        (b"  ", "empty"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": "\\ud800", "b": 1.10}', "surrogate"),
        (b'{"a": 1e999999999}', "more than 4300 digits"),
        (b'{"a": 1e-999999999}', "more than 4300 digits"),
        (b'{"a": ' + b"9" * 5000 + b"}", "more than 4300 digits"),
    ],
)
def test_a_body_that_is_not_json_is_refused_with_the_place(text: bytes, said: str):
    with pytest.raises(HttpProblem) as refused:
        parse(text)
    assert refused.value.status == 400
    assert refused.value.code == "invalid_json"
    assert said in refused.value.detail


@pytest.mark.parametrize("number", [b"1", b"1.10"])
async def test_a_body_that_nobody_could_walk_is_refused(number: bytes):
    deep = b'{"n":' + number + b',"a":' + b"[" * 200 + b"]" * 200 + b"}"
    with pytest.raises(Invalid) as refused:
        await read_object(scope(), sent(deep), limit=10_000)
    assert [fault.code for fault in refused.value.faults] == ["too_deep"]
    wide = b'{"a":[' + b"[]," * 500 + b"[]]}"
    assert len((await read_object(scope(), sent(wide), limit=10_000))["a"]) == 501


@given(st.integers())
def test_integers_of_any_size_arrive_as_sent(number: int):
    assert parse(b'{"n":%d}' % number) == {"n": number}


def test_a_character_written_as_a_pair_is_whole():
    assert parse(b'{"a": "\\ud83d\\ude00", "b": 1.10}')["a"] == "\U0001f600"


def test_decimals_with_more_digits_than_a_float_keeps_arrive_as_sent():
    assert parse(b'{"n":0.12345678901234567890}')["n"] == Decimal("0.12345678901234567890")
    assert parse(b'{"n":1e400}')["n"] == Decimal("1e400")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_is_json_is_read_as_it_is(value: Any):
    assert parse(orjson.dumps(value)) == value
