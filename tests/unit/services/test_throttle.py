"""The wait after failed tries, counted by all processes together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sourcekeep.model.problem import Refused
from sourcekeep.services.database import Database
from sourcekeep.services.throttle import LONGEST_WAIT_S, Key, Throttle, account, network
from sourcekeep.store import Store
from sourcekeep.store.tables import failures
from tests.unit.services.hand import Hand


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def database(database_url: str, hand: Hand) -> AsyncIterator[Database]:
    store = await Store.open(database_url, clock=hand)
    yield Database(store)
    await store.close()


FREE_FAILURES = 5
A, B = Key("a", FREE_FAILURES, forgiving=True), Key("b", FREE_FAILURES, forgiving=False)


async def fail(throttle: Throttle, database: Database, *keys: Key) -> None:
    async with throttle.heard(*keys) as tried, database.transaction() as unit:
        await throttle.failed(unit, tried)


async def succeed(throttle: Throttle, database: Database, *keys: Key) -> None:
    async with throttle.heard(*keys) as tried, database.transaction() as unit:
        await tried.succeeded(unit)


async def wait_of(throttle: Throttle, *keys: Key) -> int:
    try:
        async with throttle.heard(*keys):
            return 0
    except Refused as refused:
        assert (refused.kind, refused.code) == ("throttled", "too_many_attempts")
        assert refused.retry_after_s is not None
        return refused.retry_after_s


async def noted(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as unit:
        return [dict(row) for row in await unit.failures._work.many(select(failures))]


async def test_a_few_failures_are_free_and_then_each_doubles_the_wait(
    database: Database, hand: Hand
) -> None:
    throttle = Throttle(database, hand)
    waits = []
    for _ in range(FREE_FAILURES + 2):
        await fail(throttle, database, A)
        wait = await wait_of(throttle, A)
        waits.append(wait)
        hand.now += timedelta(seconds=wait)
    assert waits == [0, 0, 0, 0, 5, 10, 20]


async def test_the_wait_has_an_end_and_a_success_forgets_what_is_the_accounts(
    database: Database, hand: Hand
) -> None:
    throttle = Throttle(database, hand)
    for _ in range(FREE_FAILURES + 12):
        hand.now += timedelta(seconds=await wait_of(throttle, A, B))
        await fail(throttle, database, A, B)
    assert await wait_of(throttle, A) == LONGEST_WAIT_S
    hand.now += timedelta(seconds=LONGEST_WAIT_S)
    await succeed(throttle, database, A, B)
    await fail(throttle, database, A, B)
    assert await wait_of(throttle, A) == 0
    assert await wait_of(throttle, A, B) == LONGEST_WAIT_S


async def test_failures_are_forgotten_after_an_hour(database: Database, hand: Hand) -> None:
    throttle = Throttle(database, hand)
    for _ in range(FREE_FAILURES - 1):
        await fail(throttle, database, A)
    hand.now += timedelta(seconds=3601)
    await fail(throttle, database, A)
    assert await wait_of(throttle, A) == 0
    hand.now += timedelta(seconds=3601)
    await throttle.forget()
    assert await noted(database) == []


async def test_all_processes_count_together(database: Database, hand: Hand) -> None:
    throttles = [Throttle(database, hand) for _ in range(3)]
    for number in range(FREE_FAILURES):
        await fail(throttles[number % 3], database, A)
    assert [await wait_of(each, A) for each in throttles] == [5, 5, 5]


async def test_tries_at_once_are_counted_one_by_one(database: Database, hand: Hand) -> None:
    throttle = Throttle(database, hand)
    heard = 0

    async def slow() -> None:
        nonlocal heard
        async with throttle.heard(A):
            heard += 1
            await asyncio.sleep(0.2)

    ends = await asyncio.gather(*(slow() for _ in range(20)), return_exceptions=True)
    assert heard == FREE_FAILURES
    assert sum(isinstance(end, Refused) for end in ends) == 20 - FREE_FAILURES
    assert await wait_of(throttle, A) == 0  # none of them failed


async def test_only_failures_are_written_and_no_key_as_it_was_typed(
    database: Database, hand: Hand
) -> None:
    throttle = Throttle(database, hand)
    await succeed(throttle, database, account("ada@example.test"))
    await fail(throttle, database, account("my password@oops"))
    found = await noted(database)
    assert [row["count"] for row in found] == [1]
    assert "oops" not in str(found)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "unix", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_an_address_may_be_shared_by_many_and_forgives_nothing() -> None:
    ada, here = account("Ada@example.test"), network("192.0.2.1")
    assert ada == account("ada@EXAMPLE.test")
    assert (ada.free, ada.forgiving) == (5, True)
    assert (here.free, here.forgiving) == (20, False)
