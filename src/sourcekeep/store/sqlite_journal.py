"""The journal's end on SQLite: a connection of its own, few and large statements.

**How durable.** Every commit is in the file when it is answered, so a killed process loses nothing.
The disk is told to sync at most a tenth of a second after a commit, not at each one: an `fsync` for
every run tripled the time of a single run here (0.3 to 0.7 ms and up to 6 ms; on slow disks far
more). So a power cut can lose the history of the last tenth of a second. It loses no configuration:
that goes through units, which sync at every commit.

**Where it is written.** What may wait for the disk (a sync, a checkpoint, another writer's lock)
runs in a thread. The commits between two syncs wait for nothing: they copy a few pages, and run in
the event loop, because Python's lock, let go around each step of SQLite and got back late in a busy
process, cost a run a tenth of its CPU time. A lock that is taken, or a large batch, goes to the
thread as well.

**Why many rows a statement.** One statement of 32 rows is one step.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain as flat
from typing import Any

from sourcekeep.store import chain, runs
from sourcekeep.store.database import Entry
from sourcekeep.store.raw import raw_insert

SYNC_AFTER_S = 0.1
_MOST_IN_LOOP = 64  # entries that are written in the event loop, in some 2 ms
_CHECKPOINT_PAGES = 4000  # 16 MB; at SQLite's own 1,000 the pages of indexes are copied too often
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)  # in the low byte, the rest says why
_HASTY = (
    "PRAGMA synchronous = NORMAL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA busy_timeout = 0",
)
_SIZES = (32, 8, 1)  # rows of one statement; few sizes, so that all stay prepared
_INSERT_RUNS = {
    size: raw_insert("runs", runs.COLUMNS, replacing="id", rows=size) for size in _SIZES
}
_INSERT_LINES = {size: raw_insert("audit", chain.COLUMNS, rows=size) for size in _SIZES}


class SqliteJournal:
    """Writes entries in durable transactions, one at a time. `busy_s`: how long a lock is waited
    for."""

    def __init__(self, connection: sqlite3.Connection, *, busy_s: float) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._synced_at = 0.0
        self._unsynced: asyncio.TimerHandle | None = None
        self._syncing: Future[None] | None = None
        self._patient = (
            "PRAGMA synchronous = FULL",
            f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"PRAGMA busy_timeout = {int(busy_s * 1000)}",
        )
        self._is_patient = False

    async def write(self, entries: Sequence[Entry]) -> None:
        """Returns once they are in the file. Raises sqlite3.Error, and then none of them is."""
        loop = asyncio.get_running_loop()
        if self._may_write_here(entries):
            try:
                self._write(entries, patient=False)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _LOCKED:
                    raise
            else:
                if self._unsynced is None:
                    self._unsynced = loop.call_later(SYNC_AFTER_S, self._sync_soon)
                return
        await loop.run_in_executor(self._thread, self._write, entries)
        if self._unsynced is not None:
            self._unsynced.cancel()
            self._unsynced = None

    async def close(self) -> None:
        """Sync what is not yet, and let go."""
        loop = asyncio.get_running_loop()
        if self._unsynced is not None:
            self._unsynced.cancel()
            self._sync_soon()
        await loop.run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()

    def _may_write_here(self, entries: Sequence[Entry]) -> bool:
        """Whether the last sync is so young that this commit needs none, and nothing else is in
        the way."""
        return (
            len(entries) <= _MOST_IN_LOOP
            and time.monotonic() - self._synced_at < SYNC_AFTER_S
            and (self._syncing is None or self._syncing.done())
        )

    def _sync_soon(self) -> None:
        self._unsynced = None
        self._syncing = self._thread.submit(self._sync)

    def _write(self, entries: Sequence[Entry], *, patient: bool = True) -> None:
        """One transaction. A patient one waits for locks and for the disk: it is synced, and with
        it all before it."""
        run_rows = [values for entry in entries if (values := entry.run_values()) is not None]
        lines = [line for entry in entries if (line := entry.line()) is not None]
        self._begin(patient=patient)
        try:
            self._insert(_INSERT_RUNS, run_rows)
            if lines:
                self._append(lines)
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        if patient:
            self._synced_at = time.monotonic()

    def _append(self, lines: Sequence[Any]) -> None:
        seq, prev = self._connection.execute("SELECT seq, hash FROM audit_head").fetchall()[0]
        links, head = chain.append(chain.Head(seq, prev), lines)
        self._insert(_INSERT_LINES, links)
        self._connection.execute("UPDATE audit_head SET seq = ?, hash = ?", (head.seq, head.hash))

    def _insert(self, statements: dict[int, str], rows: Sequence[tuple[Any, ...]]) -> None:
        for part in _parts(rows):
            values = list(flat.from_iterable(part))
            self._connection.execute(statements[len(part)], values)

    def _sync(self) -> None:
        """A commit of nothing new with a sync: it covers every commit before it."""
        try:
            self._begin(patient=True)
            self._connection.execute("UPDATE audit_head SET seq = seq")
            self._connection.execute("COMMIT")
            self._synced_at = time.monotonic()
        except sqlite3.Error:
            self._roll_back()  # locked or in trouble: the next write tells, and syncs

    def _begin(self, *, patient: bool) -> None:
        if patient is not self._is_patient:
            for setting in self._patient if patient else _HASTY:
                self._connection.execute(setting)
            self._is_patient = patient
        self._connection.execute("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows in parts of the sizes that statements are prepared for."""
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
