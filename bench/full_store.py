"""A full store beside an empty one: starting, idle memory, listing and opening a data source.

Full is 10,000 sources, 100,000 queries and 10 million runs (`SOURCEKEEP_BENCH_RUNS` makes it fewer,
and the report says how many). Rows are copies of real ones, made inside SQLite.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

from bench import ours, pythons
from bench.report import Contest, Line
from bench.upstream import Upstream

SOURCES, QUERIES = 10_000, 100_000
RUNS = int(os.environ.get("SOURCEKEEP_BENCH_RUNS", "10000000"))
_PAGE = 50
_CALLS = 100
_SETTLED_AFTER_S = 3


def contest(folder: Path, upstream: Upstream, *, seconds: int) -> Contest:
    """Everything that may depend on how much there is."""
    empty, full = _folder(folder, "empty"), _folder(folder, "full")
    first = _Visit(empty, upstream, fill=False)
    second = _Visit(full, upstream, fill=True)
    words = f"{SOURCES:,} sources, {QUERIES:,} queries, {RUNS:,} runs"
    return Contest(
        "full store",
        (
            _ratio(f"list {_PAGE} sources, full store", first.list_ms, second.list_ms),
            _ratio("open a source, full store", first.open_ms, second.open_ms),
            _figure("start to ready, empty store", first.start_s, "s", 2, 1),
            _figure("start to ready, full store", second.start_s, "s", 2, 1),
            _figure("idle memory", first.memory_mb, "MB", 120, 80),
            _figure("`sourcekeep --help`", _help_s(), "s", 0.4, 0.3),
        ),
        (f"Full: {words}; filled in {second.filled_s:.0f} s.",),
    )


def _folder(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _ratio(work: str, empty: float, full: float) -> Line:
    return Line(work, f"{full:.2f} ms", f"empty store {empty:.2f} ms", full / empty, "×", 2, 1)


def _figure(work: str, value: float, unit: str, must: float, aim: float) -> Line:
    return Line(work, f"{value:.2f} {unit}", "", value, unit, must, aim)


class _Visit:
    """One data dir: set up, filled perhaps, started anew and looked at."""

    def __init__(self, folder: Path, upstream: Upstream, *, fill: bool) -> None:
        server = ours.start(folder)
        ours.save_query(server, upstream)
        for number in range(_PAGE):
            server.call("POST", "/data-sources", {"kind": "restapi", "name": f"first{number}"})
        server.call("POST", "/queries/bench/run", {"parameters": {"id": 7}})
        server.process.stop()
        begun = time.perf_counter()
        if fill:
            _fill(folder / "data" / "sourcekeep.db")
        self.filled_s = time.perf_counter() - begun
        begun = time.perf_counter()
        server = ours.start(folder)
        self.start_s = server.ready_s
        time.sleep(_SETTLED_AFTER_S)
        self.memory_mb = server.process.memory_mb()
        self.list_ms = _middle(server, f"/data-sources?limit={_PAGE}")
        self.open_ms = _middle(server, "/data-sources/bench")
        server.process.stop()


def _middle(server: ours.Ours, path: str) -> float:
    """The middle of many calls, in ms."""
    times = []
    for _ in range(_CALLS):
        begun = time.perf_counter()
        server.call("GET", path)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _help_s() -> float:
    """The best of some: what a person waits for when the files are in memory."""
    program = pythons.serving().program
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([program, "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begun)
    return min(times)


def _fill(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for table, name, count in (("sources", "bench", SOURCES), ("queries", "bench", QUERIES)):
        new = {
            "id": "substr(id, 1, 4) || printf('%032x', n)",
            "name": "name || '_' || n",
            "name_key": "name_key || '_' || n",
        }
        if table == "queries":
            picked = f"(SELECT id FROM sources WHERE name_key = 'bench_' || (n % {SOURCES} + 1))"
            new["data_source_id"] = picked
        _copy(connection, table, f"name = '{name}'", new, count)
    pick = "(SELECT {} FROM queries WHERE name_key = 'bench_' || (n % 1000 + 1))"
    _copy(
        connection,
        "runs",
        "1 ORDER BY id LIMIT 1",
        {
            # Before the real ones, so that the newest are the real ones.
            "id": "'run_' || printf('%032x', n)",
            "query_id": pick.format("id"),
            "source_id": pick.format("data_source_id"),
            "detail": "'{}'",
        },
        RUNS,
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copy(
    connection: sqlite3.Connection, table: str, which: str, new: dict[str, str], count: int
) -> None:
    """So many copies of one row, with other values in some columns (SQL over `n` and the row)."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(new.get(column, column) for column in columns)
    connection.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
        f" WHERE n < {count}), model AS MATERIALIZED (SELECT * FROM {table} WHERE {which})"
        f" INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM numbers, model"
    )
