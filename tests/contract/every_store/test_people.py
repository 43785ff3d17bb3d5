"""People, sessions, links, caller tokens and constants."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sourcekeep.store import ConstantRow, Gone, LinkRow, NameTaken, SecretRow, Store
from tests.contract.every_store import rows

Open = Callable[[], Awaitable[Store]]

HOUR = timedelta(hours=1)


async def test_a_person_is_found_by_address_whatever_its_case(store: Store) -> None:
    ada = rows.user("Ada@Example.com")
    async with store.transaction() as unit:
        await unit.users.add(ada)
    with pytest.raises(NameTaken):
        async with store.transaction() as unit:
            await unit.users.add(rows.user("ada@example.COM"))
    async with store.reading() as unit:
        assert await unit.users.find("ADA@example.com") == ada
        assert await unit.users.get(ada.id) == ada
        assert await unit.users.count() == 1


async def test_a_person_changes_and_goes_with_their_sessions(store: Store) -> None:
    ada = rows.user("ada@example.com")
    signed_in = rows.session(ada)
    async with store.transaction() as unit:
        await unit.users.add(ada)
        await unit.sessions.add(signed_in)
        changed = await unit.users.change(replace(ada, role="runner", disabled=True))
        assert (changed.role, changed.disabled) == ("runner", True)
        assert await unit.users.remove(ada.id)
        assert await unit.sessions.get(signed_in.hash) is None
    with pytest.raises(Gone):
        async with store.transaction() as unit:
            await unit.users.change(ada)
    with pytest.raises(Gone):
        async with store.transaction() as unit:
            await unit.sessions.add(signed_in)


async def test_people_are_listed_in_pages(store: Store) -> None:
    async with store.transaction() as unit:
        for n in (2, 0, 1):
            await unit.users.add(rows.user(f"P{n}@example.com"))
        first, cursor = await unit.users.list(limit=2)
        rest, end = await unit.users.list(limit=2, cursor=cursor)
    assert [row.email[:2] for row in (*first, *rest)] == ["P0", "P1", "P2"]
    assert end is None


async def test_sessions_end_one_by_one_by_person_and_by_time(store: Store) -> None:
    ada = rows.user("ada@example.com")
    one, two, three = (rows.session(ada) for _ in range(3))
    async with store.transaction() as unit:
        await unit.users.add(ada)
        for each in (one, two, three):
            await unit.sessions.add(each)
        await unit.sessions.touch(one.hash, rows.NOON + HOUR, rows.NOON + 9 * HOUR)
        seen = await unit.sessions.get(one.hash)
        assert seen is not None
        assert (seen.last_seen_at, seen.expires_at) == (rows.NOON + HOUR, rows.NOON + 9 * HOUR)
        assert await unit.sessions.remove(three.hash) is True
        assert await unit.sessions.remove(three.hash) is False
        assert await unit.sessions.remove_of_user(ada.id, keep=one.hash) == 1
        assert await unit.sessions.remove_expired(rows.NOON) == 0
        assert await unit.sessions.remove_expired(rows.NOON + 9 * HOUR) == 1
        assert await unit.sessions.remove_of_user(ada.id) == 0


async def test_a_link_works_once_for_one_of_many_who_try(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    link = LinkRow("h1", "first_sign_in", rows.NOON, rows.NOON + HOUR)
    async with stores[0].transaction() as unit:
        await unit.links.add(link)
        await unit.links.add(replace(link, hash="h2"))

    async def use(store: Store) -> bool:
        async with store.transaction() as unit:
            return await unit.links.use("h1", rows.NOON)

    assert sum(await asyncio.gather(*(use(stores[n % 2]) for n in range(6)))) == 1
    async with stores[0].transaction() as unit:
        used = await unit.links.get("h1")
        assert used is not None and used.used_at == rows.NOON
        assert await unit.links.use("h2", rows.NOON + HOUR) is False
        assert await unit.links.remove_kind("first_sign_in") == 2


async def test_a_token_is_found_by_id_name_and_hash_until_it_is_revoked(store: Store) -> None:
    old = rows.token("ci", created_at=rows.NOON - HOUR)
    new = rows.token("ci", expires_at=rows.NOON + HOUR)
    async with store.transaction() as unit:
        await unit.tokens.add(old)
        await unit.tokens.add(new)
        assert await unit.tokens.find("ci") == new
        assert await unit.tokens.find(old.id) == old
        assert await unit.tokens.by_hash(old.hash) == old
        assert await unit.tokens.revoke(new.id, rows.NOON) is True
        assert await unit.tokens.revoke(new.id, rows.NOON) is False
        assert await unit.tokens.find("ci") == old
        assert list(await unit.tokens.live()) == [old]
        await unit.tokens.touch({old.id: rows.NOON + HOUR, "tok_none": rows.NOON})
        await unit.tokens.touch({})
        used = await unit.tokens.get(old.id)
        assert used is not None and used.last_used_at == rows.NOON + HOUR


async def test_tokens_are_listed_newest_first(store: Store) -> None:
    tokens = [rows.token(f"t{n}", created_at=rows.NOON + n // 2 * HOUR) for n in range(6)]
    async with store.transaction() as unit:
        for one in tokens:
            await unit.tokens.add(one)
        seen, cursor = [], None
        for _ in range(3):
            page, cursor = await unit.tokens.list(limit=2, cursor=cursor)
            seen += page
    assert cursor is None
    assert seen == sorted(tokens, key=lambda one: (one.created_at, one.id), reverse=True)


async def test_constants_and_secrets_have_names_of_their_own(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.constants.put(ConstantRow("host", "a", False, rows.NOON))
        await unit.constants.put(ConstantRow("host", "b", False, rows.NOON))
        await unit.constants.put(ConstantRow("host", None, True, rows.NOON))
        await unit.secrets.put(SecretRow("constant", "host", "value", "k", b"w", b"c", rows.NOON))
        assert len(await unit.secrets.of_kind("constant")) == 1
        constant = await unit.constants.get("host")
        secret = await unit.constants.get("host", secret=True)
        assert constant is not None and constant.value == "b"
        assert secret is not None and secret.value is None
        assert list(await unit.constants.all(secret=True)) == [secret]
        assert await unit.constants.remove("host", secret=True) is True
        assert await unit.secrets.of_kind("constant") == []
        assert (await unit.constants.list(limit=1)) == ([constant], None)
        assert await unit.constants.remove("none") is False
