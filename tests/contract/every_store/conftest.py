"""One suite, run over every database: the store of each test, and ways to open it once more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sourcekeep.store import Store

Open = Callable[[], Awaitable[Store]]


@pytest.fixture
async def open_store(database_url: str) -> AsyncIterator[Open]:
    """Opens the test's database; what was opened is closed at the end."""
    opened: list[Store] = []

    async def open_one() -> Store:
        store = await Store.open(database_url)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Open) -> Store:
    return await open_store()
