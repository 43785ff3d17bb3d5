"""JSON numbers arrive as they were sent."""

import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sourcekeep.kit import exact_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740993", 9007199254740993),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("19.99", 19.99),
        ("-0.5e3", -500.0),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("1e999", Decimal("1e999")),
    ],
)
def test_a_number_keeps_its_value(text: str, value: object) -> None:
    read = exact_json.loads(text)
    assert read == value
    assert type(read) is type(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value="-1e30", max_value="1e30"))
def test_any_decimal_is_read_as_the_number_it_is(number: Decimal) -> None:
    read = exact_json.loads(f"{number:f}")
    assert Decimal(repr(read) if isinstance(read, float) else read) == number


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?", fullmatch=True))
def test_a_number_read_as_typed_is_written_with_the_same_digits(text: str) -> None:
    assume(text != "-0")  # an integer of Python has no negative zero
    assert exact_json.dumps(exact_json.loads_as_typed(text)).decode() == text


@pytest.mark.parametrize(
    ("text", "value"), [("1.10", Decimal("1.10")), ("1.1", 1.1), ("1e5", Decimal("1e5")), ("7", 7)]
)
def test_a_float_stands_only_for_its_own_digits(text: str, value: object) -> None:
    read = exact_json.loads_as_typed(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{'a': 1}", "", "[1,]"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exact_json.loads(text)


@given(
    st.dictionaries(
        st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists), min_size=1
    ),
    st.sampled_from([None, 2]),
)
def test_a_member_is_cut_out_byte_for_byte(document: dict[str, object], indent: int | None) -> None:
    text = json.dumps(document, indent=indent).encode()
    for name, value in document.items():
        assert json.loads(exact_json.member(text, name)) == value


def test_a_members_bytes_are_those_that_stood_there() -> None:
    assert exact_json.member(b'{"a": 1, "data" : {"n":1.50, "u":"\\u00e9"} , "z": 0}', "data") == (
        b'{"n":1.50, "u":"\\u00e9"}'
    )


def test_a_member_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        exact_json.member(b"{}", "data")
