"""A caller token's rate: exact in one process, shared between several."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sourcekeep.services.database import Database
from sourcekeep.services.rates import Rates
from sourcekeep.store import Store
from tests.unit.services.hand import Hand


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def pair(database_url: str, hand: Hand) -> AsyncIterator[tuple[Rates, Rates]]:
    """Two processes of one store."""
    stores = [await Store.open(database_url, clock=hand) for _ in range(2)]
    one, other = (Rates(Database(store), hand) for store in stores)
    yield one, other
    await one.close()
    await other.close()
    for store in stores:
        await store.close()


def taken(rates: Rates, tries: int, per_minute: int = 10) -> int:
    return sum(rates.take("tok_1", per_minute) == 0 for _ in range(tries))


async def test_one_process_lets_through_exactly_the_rate(
    pair: tuple[Rates, Rates], hand: Hand
) -> None:
    one, _ = pair
    assert taken(one, 15) == 10
    await one.share()
    assert taken(one, 5) == 0
    hand.now += timedelta(seconds=6)
    assert taken(one, 5) == 1
    await one.share()
    hand.now += timedelta(seconds=600)
    assert taken(one, 15) == 10


async def test_what_one_took_the_other_has_no_more(pair: tuple[Rates, Rates], hand: Hand) -> None:
    one, other = pair
    assert taken(one, 8) == 8
    await one.share()
    assert taken(other, 1) == 1
    await other.share()
    assert taken(other, 5) == 1


async def test_what_was_too_much_is_missing_afterwards_but_no_more_than_a_minute(
    pair: tuple[Rates, Rates], hand: Hand
) -> None:
    one, other = pair
    assert taken(one, 10) + taken(other, 10) == 20
    await one.share()
    await other.share()
    assert other.take("tok_1", 10) == 66  # ten too many, and one more to come
    hand.now += timedelta(seconds=66)
    assert taken(other, 5) == 1


async def test_another_rate_begins_anew(pair: tuple[Rates, Rates]) -> None:
    one, _ = pair
    assert taken(one, 15) == 10
    assert taken(one, 5, per_minute=3) == 3
