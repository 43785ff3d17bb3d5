"""The journal's end on SQLite: how statements are cut, and when the disk is told to sync."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from sourcekeep.store import Store, sqlite_journal
from sourcekeep.store.database import Entry
from sourcekeep.store.sqlite_journal import SqliteJournal, _parts
from tests.contract.every_store import rows


@pytest.mark.parametrize("count", [0, 1, 7, 8, 31, 32, 33, 64, 75])
def test_rows_are_cut_into_prepared_sizes_in_order(count: int) -> None:
    given = [(n,) for n in range(count)]
    parts = list(_parts(given))
    assert [row for part in parts for row in part] == given
    assert {len(part) for part in parts} <= {32, 8, 1}


async def test_a_burst_is_synced_once_at_its_start_and_once_soon_after(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    begin = SqliteJournal._begin

    def note(self: SqliteJournal, *, patient: bool) -> None:
        told.append(patient)
        begin(self, patient=patient)

    monkeypatch.setattr(SqliteJournal, "_begin", note)
    monkeypatch.setattr(sqlite_journal, "SYNC_AFTER_S", 0.5)
    store = await Store.open(sqlite_url)
    for _ in range(5):
        await store.journal.record(rows.run(), rows.line())
    assert told == [True, False, False, False, False]
    for _ in range(200):
        if len(told) > 5:
            break
        await asyncio.sleep(0.01)
    assert told[5:] == [True]
    await store.journal.record(rows.run())
    await store.close()
    assert told[-2:] == [False, True]


async def test_between_two_syncs_it_is_written_in_the_loop_and_large_batches_are_not(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_journal, "SYNC_AFTER_S", 60.0)
    written: list[tuple[int, bool]] = []
    write = SqliteJournal._write

    def note(self: SqliteJournal, entries: Sequence[Entry], *, patient: bool = True) -> None:
        written.append((len(entries), threading.current_thread() is threading.main_thread()))
        write(self, entries, patient=patient)

    monkeypatch.setattr(SqliteJournal, "_write", note)
    store = await Store.open(sqlite_url)
    for count in (1, 3, 100):
        await asyncio.gather(*(store.journal.record(rows.run()) for _ in range(count)))
    assert written == [(1, False), (3, True), (100, False)]
    await store.close()


async def test_a_lock_of_another_writer_is_waited_for_beside_the_loop(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_journal, "SYNC_AFTER_S", 60.0)
    store = await Store.open(sqlite_url)
    await store.journal.record(rows.run())
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(store.journal.record(rows.run(), rows.line()))
    for _ in range(20):  # the loop goes on, and the write does not
        await asyncio.sleep(0.01)
    assert not waiting.done()
    other.execute("ROLLBACK")
    await asyncio.wait_for(waiting, 10)
    async with store.reading() as unit:
        found, _ = await unit.runs.list()
    assert len(found) == 2
    other.close()
    await store.close()


async def test_without_patience_every_commit_is_synced(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_journal, "SYNC_AFTER_S", 0.0)
    store = await Store.open(sqlite_url)
    for _ in range(3):
        await store.journal.record(rows.run())
    connection = store._database._journal._connection  # type: ignore[attr-defined]
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    await store.close()


async def test_units_sync_every_commit(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    async with store.transaction() as unit:
        mode = await unit.sources._work.connection.exec_driver_sql("PRAGMA synchronous")
        assert mode.scalar() == 2
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    assert sqlite3.connect(file).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    await store.close()
