"""Ids sort by age and tell it."""

from __future__ import annotations

import time

import pytest

from sourcekeep.kit.ids import made_at_ms, new_id


def test_an_id_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = made_at_ms(new_id("run"))
    assert before <= made <= time.time_ns() // 1_000_000


@pytest.mark.parametrize("text", ["", "run_", "run_xyz", "run_0123", "run_zzzzzzzzzzzz0000", "é"])
def test_any_other_text_is_from_long_ago(text: str) -> None:
    assert made_at_ms(text) == 0
