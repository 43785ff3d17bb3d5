"""Cursors come back as they were given, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.store import BadCursor
from sourcekeep.store.paging import decode, encode, page_size


@given(st.integers(0, 253_402_300_799_999_999), st.text())
def test_a_cursor_comes_back(number: int, text: str) -> None:
    cursor = encode([number, text])
    assert decode(cursor, [int, str]) == [number, text]
    assert cursor.isascii() and not set(cursor) & set("+/=&?# ")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "ä", "W10", encode(["a"]), encode([1]), encode([1, 2]), encode([2**63, "a"])]
    + [encode([2**63 - 1, "a"]), encode([-1, "a"])]  # no moment that there is
    + [base64.urlsafe_b64encode(raw).decode() for raw in (b"\xff", b"{}", b'[true,"a"]', b"1")],
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode(cursor, [int, str])


@given(st.text())
def test_no_text_does_anything_but_refuse(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode(cursor, [int, int, int])


def test_a_page_has_between_one_and_a_thousand_rows() -> None:
    assert [page_size(limit) for limit in (-1, 0, 1, 50, 1000, 10**9)] == [1, 1, 1, 50, 1000, 1000]
