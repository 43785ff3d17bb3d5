"""JSON numbers arrive as they were sent."""

from decimal import Decimal

import pytest
from hypothesis import given
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


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{'a': 1}", "", "[1,]"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exact_json.loads(text)
