"""Runs and audit lines are durable before the journal answers, and the chain shows every change."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from sourcekeep.kit.ids import new_id
from sourcekeep.store import BadCursor, Checked, Store, Unavailable, Unit, item
from tests.contract.every_store import rows

Open = Callable[[], Awaitable[Store]]


async def last_check(store: Store) -> Checked:
    async with store.reading() as unit:
        return [checked async for checked in unit.audit.check()][-1]


async def test_what_the_journal_answered_for_is_there_for_everyone(open_store: Open) -> None:
    here, there = await open_store(), await open_store()
    run = rows.run()
    await here.journal.record(run, rows.line(target_id=run.id))
    async with there.reading() as unit:
        assert await unit.runs.get(run.id) == run
        lines, _ = await unit.audit.list(target=run.id)
    assert [(one.seq, one.detail) for one in lines] == [(1, {"status": 200, "bytes": 123})]


async def test_two_hundred_at_once_are_all_there_in_one_chain(open_store: Open) -> None:
    stores = [await open_store() for _ in range(3)]

    async def in_a_unit(store: Store, n: int) -> None:
        async with store.transaction() as unit:
            await unit.sources.add(rows.source(f"s{n}"))
            unit.audit.add(rows.line("source.create", target_id=f"s{n}"))
            unit.audit.add(rows.line("secret.set", target_id=f"s{n}"))

    await asyncio.gather(
        *(stores[n % 3].journal.record(rows.run(), rows.line()) for n in range(200)),
        *(in_a_unit(stores[n % 3], n) for n in range(12)),
    )
    assert await last_check(stores[0]) == Checked(lines=224)
    async with stores[0].reading() as unit:
        found, _ = await unit.runs.list(limit=1000)
        lines, _ = await unit.audit.list(limit=1000)
    assert len(found) == 200
    assert sorted(one.seq for one in lines) == list(range(1, 225))


async def test_either_a_run_or_a_line_may_come_alone(store: Store) -> None:
    await asyncio.gather(store.journal.record(rows.run()), store.journal.record(audit=rows.line()))
    async with store.reading() as unit:
        assert len((await unit.runs.list())[0]) == 1
        assert len((await unit.audit.list())[0]) == 1


async def test_text_that_no_database_holds_does_not_stop_it_or_its_neighbours(
    store: Store,
) -> None:
    odd = rows.run(url="http://x/\ud800\x00", detail={"echo": "\ud800\x00", "big": 2**80})
    told = rows.line(actor_name="A\x00\ud800", detail={"n": "\x00", "s": "\ud800"})
    neighbours = [rows.run() for _ in range(5)]
    await asyncio.gather(
        store.journal.record(odd, told),
        *(store.journal.record(one, rows.line()) for one in neighbours),
    )
    async with store.reading() as unit:
        assert len((await unit.runs.list())[0]) == 6
        kept = await unit.runs.get(odd.id)
        assert kept is not None
        assert kept.detail["big"] == 2**80
        assert "\x00" not in kept.url
        assert len((await unit.audit.list(actor="A\ufffd\ufffd\ufffd\ufffd"))[0]) == 1
    assert await last_check(store) == Checked(lines=6)


async def test_odd_text_in_a_units_line_does_not_break_the_chain(store: Store) -> None:
    async with store.transaction() as unit:
        odd = {"n": "\x00", "s": "\ud800", "big": 2**70}
        unit.audit.add(rows.line(actor_name="A\x00\ud800", target_name="\x00", detail=odd))
        unit.audit.add(rows.line())
    await store.journal.record(audit=rows.line(detail={"big": 2**70}))
    assert await last_check(store) == Checked(lines=3)


async def test_a_caller_who_leaves_does_not_take_the_line_along(store: Store) -> None:
    run = rows.run()
    task = asyncio.create_task(store.journal.record(run, rows.line()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.journal.record(rows.run(), rows.line())
    async with store.reading() as unit:
        assert await unit.runs.get(run.id) == run


async def test_closing_writes_what_waits_and_takes_no_more(open_store: Open) -> None:
    store = await open_store()
    tasks = [asyncio.create_task(store.journal.record(rows.run(), rows.line())) for _ in range(40)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)
    with pytest.raises(Unavailable):
        await store.journal.record(rows.run())
    async with (await open_store()).reading() as unit:
        assert len((await unit.runs.list())[0]) == 40


async def test_a_run_is_shown_as_running_until_it_ends(store: Store) -> None:
    run = rows.run()
    await store.journal.record(replace(run, status="running", finished_at=None))
    async with store.reading() as unit:
        assert [one.id for one in (await unit.runs.list(status="running"))[0]] == [run.id]
    await store.journal.record(run)
    async with store.reading() as unit:
        assert (await unit.runs.list())[0] == [run]


async def test_runs_of_a_living_process_go_on_when_another_starts(open_store: Open) -> None:
    here = await open_store()
    run = rows.run(status="running", finished_at=None)
    await here.journal.record(run)
    there = await open_store()
    async with there.reading() as unit:
        assert [one.status for one in (await unit.runs.list())[0]] == ["running"]
    await here.close()
    for _ in range(500):  # the database may take a moment to notice
        if await there.interrupt_abandoned():
            break
        await asyncio.sleep(0.01)
    async with there.reading() as unit:
        [ended] = (await unit.runs.list())[0]
    assert (ended.status, ended.error_code, ended.error_stage) == (
        "failed",
        "interrupted",
        "exchange",
    )
    assert ended.finished_at is not None


async def test_runs_are_listed_newest_first_and_by_what_they_were_of(store: Store) -> None:
    made = [
        rows.run(query_id=f"q{n % 2}", source_id=f"s{n % 3}", status="ok" if n % 4 else "failed")
        for n in range(12)
    ]
    await asyncio.gather(*(store.journal.record(one) for one in made))
    async with store.reading() as unit:
        seen, cursor = [], None
        while True:
            page, cursor = await unit.runs.list(limit=5, cursor=cursor)
            seen += page
            if cursor is None:
                break
        assert seen == sorted(made, key=lambda one: one.id, reverse=True)
        assert len((await unit.runs.list(query_id="q1"))[0]) == 6
        assert len((await unit.runs.list(source_id="s0", status="failed"))[0]) == 1
        with pytest.raises(BadCursor):
            await unit.runs.list(cursor="W10")


async def test_pruning_removes_old_runs_and_leaves_the_audit(store: Store) -> None:
    day = timedelta(days=1)
    ids = sorted(new_id("run") for _ in range(25))
    made = [rows.run(id=id, started_at=rows.NOON + n * day) for n, id in enumerate(ids)]
    await asyncio.gather(*(store.journal.record(one, rows.line()) for one in made))
    assert await store.prune_runs(rows.NOON + 10 * day) == 10
    assert await store.prune_runs(rows.NOON + 10 * day) == 0
    async with store.reading() as unit:
        assert len((await unit.runs.list(limit=100))[0]) == 15
    assert await last_check(store) == Checked(lines=25)


async def test_audit_lines_are_found_by_who_what_and_when(store: Store) -> None:
    hour = timedelta(hours=1)
    async with store.transaction() as unit:
        unit.audit.add(rows.line("token.create", actor_id="usr_2", actor_name="Bob"))
        unit.audit.add(rows.line("token.revoke", at=rows.NOON + hour, target_name="ci"))
        unit.audit.add(rows.line("tokens", at=rows.NOON + 2 * hour, target_id=None))
        unit.audit.add(rows.line("key.rotate", at=rows.NOON + 3 * hour))
    async with store.reading() as unit:

        async def found(unit: Unit = unit, **by: object) -> list[int]:
            return [one.seq for one in (await unit.audit.list(**by))[0]]  # type: ignore[arg-type]

        assert await found() == [4, 3, 2, 1]
        assert await found(actor="usr_2") == await found(actor="Bob") == [1]
        assert await found(target="ci") == [2]
        assert await found(target="qry_1") == [4, 2, 1]
        assert await found(action="token.*") == [2, 1]
        assert await found(action="token.create") == [1]
        assert await found(since=rows.NOON + hour) == [4, 3, 2]
        assert await found(since=rows.NOON + hour, until=rows.NOON + 3 * hour) == [3, 2]
        assert await found(actor="nobody") == []
        first, cursor = await unit.audit.list(limit=3)
        rest, end = await unit.audit.list(limit=3, cursor=cursor)
    assert [one.seq for one in (*first, *rest)] == [4, 3, 2, 1]
    assert end is None


async def test_a_line_cannot_be_added_to_a_reading(store: Store) -> None:
    async with store.reading() as unit:
        with pytest.raises(RuntimeError):
            unit.audit.add(rows.line())


async def test_anyone_can_check_the_items_by_themselves(store: Store) -> None:
    odd = rows.line(
        actor_name="Zoë ☕", detail={"b": 1.5, "a": [None, True, 2**53 + 1], "é": "\x00"}
    )
    await asyncio.gather(*(store.journal.record(audit=one) for one in (rows.line(), odd)))
    async with store.reading() as unit:
        lines, _ = await unit.audit.list()
    prev = "0" * 64
    for shown in [item(one) for one in sorted(lines, key=lambda one: one.seq)]:
        assert shown.pop("prev_hash") == prev
        hash = shown.pop("hash")
        line = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(f"{prev}\n{line}".encode()).hexdigest() == hash
        prev = hash


TAMPERING = {
    "a byte of the detail": ("UPDATE audit SET detail = '{\"bytes\":124,\"status\":200}' WHERE seq = 5", 5),
    "a space in the detail": ("UPDATE audit SET detail = '{\"bytes\":123, \"status\":200}' WHERE seq = 5", 5),
    "who it was": ("UPDATE audit SET actor_name = 'Eve' WHERE seq = 3", 3),
    "when it was": ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1),
    "how it ended": ("UPDATE audit SET outcome = 'denied' WHERE seq = 10", 10),
    "a hash": ("UPDATE audit SET hash = 'x' || substr(hash, 2) WHERE seq = 10", 10),
    "a line gone": ("DELETE FROM audit WHERE seq = 4", 4),
    "the last line gone": ("DELETE FROM audit WHERE seq = 10", 10),
    "all lines gone": ("DELETE FROM audit", 1),
    "a target taken away": ("UPDATE audit SET target_id = NULL WHERE seq = 2", 2),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
async def test_a_check_names_the_first_broken_line(
    open_store: Open, database_url: str, what: str
) -> None:
    store = await open_store()
    await asyncio.gather(*(store.journal.record(audit=rows.line()) for _ in range(10)))
    assert await last_check(store) == Checked(lines=10)
    statement, first = TAMPERING[what]
    driver = database_url.replace("sqlite:", "sqlite+aiosqlite:")
    engine = create_async_engine(driver.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        touched = (await connection.exec_driver_sql(statement)).rowcount
    await engine.dispose()
    assert touched >= 1
    checked = await last_check(store)
    assert checked.broken is not None
    assert checked.broken.seq == first


async def test_an_empty_chain_is_whole(store: Store) -> None:
    assert await last_check(store) == Checked(lines=0)
