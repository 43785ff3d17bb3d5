"""The next free name of a series."""

from __future__ import annotations

import pytest

from sourcekeep.store.naming import next_free


@pytest.mark.parametrize("there", [0, 1, 2, 3, 7, 8, 9, 1000])
async def test_a_series_without_gaps_gets_the_next_number_in_few_questions(there: int) -> None:
    asked = 0

    async def taken(name: str) -> bool:
        nonlocal asked
        asked += 1
        return int(name) <= there

    assert await next_free(str, taken) == str(there + 1)
    assert asked <= 22


@pytest.mark.parametrize("gap", range(1, 20))
async def test_a_series_with_a_gap_gets_a_name_that_is_free(gap: int) -> None:
    there = {str(n) for n in range(1, 20)} - {str(gap)}

    async def taken(name: str) -> bool:
        return name in there

    assert await next_free(str, taken) not in there
