"""Sources, queries and secrets are kept whole, under unique names, in versions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from sourcekeep.store import BadCursor, Gone, InUse, NameTaken, Stale, Store
from tests.contract.every_store import rows

Open = Callable[[], Awaitable[Store]]


async def test_a_source_comes_back_as_it_was_added(store: Store) -> None:
    doc = {"base_url": "https://é.example/", "big": 2**70, "text": "a\x00b\ud800", "none": None}
    kept = rows.source("Büro ☕", doc=doc)
    async with store.transaction() as unit:
        await unit.sources.add(kept)
    async with store.reading() as unit:
        assert await unit.sources.get(kept.id) == kept
        assert await unit.sources.find(kept.id) == kept
        assert await unit.sources.find("Büro ☕") == kept
        assert await unit.sources.find("BÜRO ☕") == kept
        assert await unit.sources.find("Büro") is None
        assert await unit.sources.find("a\x00b") is None


async def test_an_id_wins_over_another_sources_name(store: Store) -> None:
    first = rows.source("first")
    async with store.transaction() as unit:
        await unit.sources.add(first)
        await unit.sources.add(rows.source(first.id))
    async with store.reading() as unit:
        assert await unit.sources.find(first.id) == first


async def test_a_name_is_taken_whatever_its_case(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.sources.add(rows.source("Billing"))
    with pytest.raises(NameTaken, match="'billing'"):
        async with store.transaction() as unit:
            await unit.sources.add(rows.source("billing"))
    other = rows.source("other")
    with pytest.raises(NameTaken):
        async with store.transaction() as unit:
            await unit.sources.add(other)
            await unit.sources.change(replace(other, name="BILLING"), 1)
    async with store.reading() as unit:
        assert await unit.sources.count() == 1


async def test_a_source_may_change_the_case_of_its_own_name(store: Store) -> None:
    kept = rows.source("billing")
    async with store.transaction() as unit:
        await unit.sources.add(kept)
        changed = await unit.sources.change(replace(kept, name="Billing"), 1)
    assert (changed.name, changed.version) == ("Billing", 2)


async def test_twenty_creators_at_once_get_twenty_names(open_store: Open) -> None:
    stores = [await open_store() for _ in range(3)]

    async def create(store: Store) -> str:
        while True:
            try:
                async with store.transaction() as unit:
                    name = await unit.sources.next_name("restapi")
                    await unit.sources.add(rows.source(name))
                    return name
            except NameTaken:
                continue

    names = await asyncio.gather(*(create(stores[n % 3]) for n in range(20)))
    assert sorted(names) == sorted(["restapi", *(f"restapi_{n}" for n in range(2, 21))])


async def test_names_of_queries_count_from_one_and_fill_a_gap(store: Store) -> None:
    source = rows.source("restapi")
    async with store.transaction() as unit:
        await unit.sources.add(source)
        for expected in ("restapi1", "restapi2", "restapi3", "restapi4"):
            assert await unit.queries.next_name("restapi") == expected
            await unit.queries.add(rows.query(expected, source))
        second = await unit.queries.find("restapi2")
        assert second is not None
        await unit.queries.remove(second.id)
        assert await unit.queries.next_name("restapi") == "restapi2"


async def test_a_change_counts_the_version_and_refuses_a_stale_one(store: Store) -> None:
    kept = rows.source("restapi")
    async with store.transaction() as unit:
        await unit.sources.add(kept)
    async with store.transaction() as unit:
        changed = await unit.sources.change(replace(kept, doc={"base_url": "x"}), 1)
    assert changed.version == 2
    assert changed.updated_at > kept.updated_at
    with pytest.raises(Stale) as refused:
        async with store.transaction() as unit:
            await unit.sources.change(kept, 1)
    assert refused.value.current == 2
    with pytest.raises(Stale) as refused:
        async with store.transaction() as unit:
            await unit.sources.change(rows.source("never added"), 1)
    assert refused.value.current is None
    async with store.reading() as unit:
        assert await unit.sources.get(kept.id) == changed


async def test_of_ten_changes_of_one_version_one_wins(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    kept = rows.source("restapi")
    async with stores[0].transaction() as unit:
        await unit.sources.add(kept)

    async def change(n: int) -> bool:
        try:
            async with stores[n % 2].transaction() as unit:
                await unit.sources.change(replace(kept, doc={"n": n}), 1)
        except Stale:
            return False
        return True

    assert sum(await asyncio.gather(*(change(n) for n in range(10)))) == 1


async def test_what_a_transaction_has_read_stays_until_it_ends(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    kept = rows.source("restapi", doc={"n": 0})
    async with stores[0].transaction() as unit:
        await unit.sources.add(kept)

    async def count_up(store: Store) -> None:
        async with store.transaction() as unit:
            row = await unit.sources.get(kept.id)
            assert row is not None
            await asyncio.sleep(0)
            await unit.sources.change(replace(row, doc={"n": row.doc["n"] + 1}), row.version)

    await asyncio.gather(*(count_up(stores[n % 2]) for n in range(20)))
    async with stores[0].reading() as unit:
        row = await unit.sources.get(kept.id)
    assert row is not None
    assert (row.doc["n"], row.version) == (20, 21)


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    before = store.revision()
    with pytest.raises(RuntimeError, match="half-way"):
        async with store.transaction() as unit:
            source = await unit.sources.add(rows.source("restapi"))
            await unit.queries.add(rows.query("restapi1", source))
            await unit.secrets.put(rows.secret(source))
            unit.audit.add(rows.line("source.create"))
            raise RuntimeError("half-way")
    async with store.reading() as unit:
        assert await unit.sources.count() == 0
        assert await unit.queries.count() == 0
        assert await unit.secrets.counts() == {}
        assert (await unit.audit.list())[0] == []
    assert store.revision() == before


async def test_a_transaction_that_is_cancelled_leaves_nothing_and_blocks_nobody(
    store: Store,
) -> None:
    begun = asyncio.Event()

    async def never_ends() -> None:
        async with store.transaction() as unit:
            await unit.sources.add(rows.source("restapi"))
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.transaction() as unit:
        assert await unit.sources.count() == 0
        await unit.sources.add(rows.source("restapi"))


async def test_a_source_with_queries_is_in_use(store: Store) -> None:
    source = rows.source("restapi")
    async with store.transaction() as unit:
        await unit.sources.add(source)
        await unit.queries.add(rows.query("b", source))
        await unit.queries.add(rows.query("a", source))
        assert await unit.queries.names_using(source.id) == ["a", "b"]
    with pytest.raises(InUse):
        async with store.transaction() as unit:
            await unit.sources.remove(source.id)
    async with store.reading() as unit:
        assert await unit.sources.count() == 1


async def test_a_query_needs_its_source(store: Store) -> None:
    source = rows.source("restapi")
    with pytest.raises(Gone):
        async with store.transaction() as unit:
            await unit.queries.add(rows.query("restapi1", source))
    async with store.transaction() as unit:
        await unit.sources.add(source)
        kept = await unit.queries.add(rows.query("restapi1", source))
    with pytest.raises(Gone):
        async with store.transaction() as unit:
            await unit.queries.change(replace(kept, data_source_id="src_none"), 1)


async def test_removing_a_source_removes_its_secrets_and_no_others(store: Store) -> None:
    one, two = rows.source("one"), rows.source("two")
    async with store.transaction() as unit:
        for source in (one, two):
            await unit.sources.add(source)
            await unit.secrets.put(rows.secret(source))
        assert await unit.sources.remove(one.id) is True
        assert await unit.sources.remove(one.id) is False
    async with store.reading() as unit:
        assert await unit.secrets.of_owner("source", one.id) == []
        assert await unit.secrets.of_owner("source", two.id) == [rows.secret(two)]


async def test_a_secret_is_replaced_by_field_and_removed(store: Store) -> None:
    source = rows.source("restapi")
    async with store.transaction() as unit:
        await unit.sources.add(source)
        await unit.secrets.put(rows.secret(source))
        await unit.secrets.put(rows.secret(source, ciphertext=b"new", key_id="ff"))
        await unit.secrets.put(rows.secret(source, field="tls/client_key"))
        kept = await unit.secrets.of_owner("source", source.id)
        assert [(row.field, row.ciphertext) for row in kept] == [
            ("auth/token", b"new"),
            ("tls/client_key", b"\x00cipher\xff"),
        ]
        assert set(await unit.secrets.counts()) == {"ff", "0011223344556677"}
        assert await unit.secrets.remove("source", source.id, "auth/token") is True
        assert await unit.secrets.remove("source", source.id, "auth/token") is False


async def test_a_rotation_rewraps_what_is_left_and_never_undoes_a_newer_secret(
    store: Store,
) -> None:
    source = rows.source("restapi")
    async with store.transaction() as unit:
        await unit.sources.add(source)
        for n in range(5):
            await unit.secrets.put(rows.secret(source, field=f"f{n}"))
        await unit.secrets.put(rows.secret(source, field="f9", key_id="new"))
    async with store.reading() as unit:
        batch = await unit.secrets.batch_not_wrapped_by("new", limit=3)
    assert [row.field for row in batch] == ["f0", "f1", "f2"]
    async with store.transaction() as unit:
        await unit.secrets.put(rows.secret(source, field="f0", wrapped_key=b"typed meanwhile"))
        for row in batch:
            fresh = replace(row, key_id="new", wrapped_key=b"wrapped anew")
            assert await unit.secrets.rewrapped(row, fresh) is (row.field != "f0")
        left = await unit.secrets.batch_not_wrapped_by("new")
    assert [row.field for row in left] == ["f0", "f3", "f4"]


async def test_lists_go_by_name_in_pages_without_gaps(store: Store) -> None:
    names = [f"Source {n:02}" for n in range(25)]
    async with store.transaction() as unit:
        for name in reversed(names):
            await unit.sources.add(rows.source(name))
    seen: list[str] = []
    cursor = None
    async with store.reading() as unit:
        while True:
            page, cursor = await unit.sources.list(cursor=cursor, limit=10)
            seen += [row.name for row in page]
            if cursor is None:
                break
        with pytest.raises(BadCursor):
            await unit.sources.list(cursor="not one of ours")
        exact, more = await unit.sources.list(limit=25)
    assert seen == names
    assert (len(exact), more) == (25, None)


async def test_search_finds_any_part_of_name_description_or_address(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.sources.add(rows.source("Billing"))
        await unit.sources.add(rows.source("b", doc={"description": "100% of Straße_"}))
        await unit.sources.add(rows.source("c", doc={"base_url": "http://LOCALHOST:3001/api"}))
        shop = await unit.sources.add(rows.source("d", kind="other"))
        await unit.queries.add(rows.query("q", shop, doc={"path": "/Orders/{{ params.id }}"}))
    async with store.reading() as unit:

        async def found(search: str) -> list[str]:
            return [row.name for row in (await unit.sources.list(search=search))[0]]

        assert await found("ILLIN") == ["Billing"]
        assert await found("strasse_") == ["b"]
        assert await found("0% of") == ["b"]
        assert await found("localhost:3001") == ["c"]
        assert await found("%") == ["b"]
        assert await found("nowhere") == []
        assert [row.name for row in (await unit.sources.list(kinds=["other"]))[0]] == ["d"]
        assert [row.name for row in (await unit.sources.list(only=["C", shop.id]))[0]] == ["c", "d"]
        assert (await unit.sources.list(only=[]))[0] == []
        assert [row.name for row in (await unit.queries.list(search="orders"))[0]] == ["q"]
        assert (await unit.queries.list(data_source_id="src_none"))[0] == []
