"""Old audit lines may be cut off; what is left still proves itself, and so does the cut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from sourcekeep.store import Checked, Store
from tests.contract.every_store import rows

DAY = timedelta(days=1)
CUT = rows.line("audit.cut", at=rows.NOON + 20 * DAY, detail={"keep_days": 5})


async def ten_days(store: Store) -> None:
    """Lines 1 to 10, one a day."""
    async with store.transaction() as unit:
        for day in range(10):
            unit.audit.add(rows.line("token.create", at=rows.NOON + day * DAY))


async def whole(store: Store) -> Checked:
    async with store.reading() as unit:
        return [checked async for checked in unit.audit.check()][-1]


async def sql(store: Store, statement: str) -> None:
    async with store.transaction() as unit:
        await unit.audit._work.execute(text(statement))


async def test_what_is_left_begins_after_the_cut_and_holds_a_line_that_tells_of_it(
    store: Store,
) -> None:
    await ten_days(store)
    assert await store.cut_audit(rows.NOON + 4 * DAY, CUT)
    async with store.reading() as unit:
        left = await unit.audit.after(0)
    assert [row.seq for row in left] == [5, 6, 7, 8, 9, 10, 11]
    assert (left[-1].action, left[-1].detail) == (
        "audit.cut",
        {"keep_days": 5, "seq": 4, "hash": left[0].prev_hash, "lines": 4},
    )
    assert await whole(store) == Checked(lines=7)


async def test_a_second_cut_tells_of_itself_and_a_third_finds_nothing(store: Store) -> None:
    await ten_days(store)
    await store.cut_audit(rows.NOON + 4 * DAY, CUT)
    assert await store.cut_audit(rows.NOON + 9 * DAY, CUT)
    assert not await store.cut_audit(rows.NOON + 9 * DAY, CUT)
    async with store.reading() as unit:
        left = await unit.audit.after(0)
    assert [row.seq for row in left] == [10, 11, 12]
    assert await whole(store) == Checked(lines=3)


async def test_all_lines_can_be_cut_off_but_the_one_that_tells_of_it(store: Store) -> None:
    await ten_days(store)
    assert await store.cut_audit(rows.NOON + 15 * DAY, CUT)
    assert await whole(store) == Checked(lines=1)
    await store.journal.record(audit=rows.line())
    assert await whole(store) == Checked(lines=2)


@pytest.mark.parametrize(
    ("forged", "named"),
    [
        ("UPDATE audit SET detail = '{}' WHERE seq = 11", 11),
        ("UPDATE audit SET action = 'audit.cux' WHERE seq = 11", 11),
        ("UPDATE audit SET outcome = 'failed' WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq <= 7", 5),
        ("UPDATE audit_head SET cut_seq = 0", 1),
        ("UPDATE audit_head SET cut_hash = 'x' || substr(cut_hash, 2)", 5),
    ],
)
async def test_a_forged_beginning_is_named(store: Store, forged: str, named: int) -> None:
    await ten_days(store)
    await store.cut_audit(rows.NOON + 4 * DAY, CUT)
    await sql(store, forged)
    found = await whole(store)
    assert found.broken is not None
    assert found.broken.seq == named


async def test_a_beginning_moved_without_a_line_that_tells_of_it_is_named(store: Store) -> None:
    await ten_days(store)
    await sql(
        store,
        "UPDATE audit_head SET cut_seq = 3, cut_hash = (SELECT hash FROM audit WHERE seq = 3)",
    )
    await sql(store, "DELETE FROM audit WHERE seq <= 3")
    found = await whole(store)
    assert found.broken is not None
    assert (found.broken.seq, "no line says" in found.broken.reason) == (4, True)
