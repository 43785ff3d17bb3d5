"""`python -m bench.store [--url URL]`: what a line of history costs, by itself.

Prints rows a second, CPU per row (this process, rows made beforehand) and the time that one caller
waits, at 64, 8 and 1 callers. A row is a run and its audit line, durable when answered.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sourcekeep.kit.ids import new_id
from sourcekeep.store import AuditLine, RunRow, Store

DETAIL = {
    "request_headers": [["Accept", "application/json"], ["Authorization", "••••••"]],
    "response_headers": [["content-type", "application/json"], ["content-length", "1024"]],
    "timings_ms": {"queue": 0.0, "dns": 0.0, "connect": 0.0, "tls": 0.0, "wait": 1.2, "read": 0.1},
    "attempts": [{"status": 200, "error": None, "waited_ms": 0, "duration_ms": 1.5}],
    "warnings": [],
}


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    words.add_argument("--url", help="a database to fill; a temporary SQLite file by default")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="sourcekeep-bench-") as folder:
        url = asked.url or f"sqlite:///{Path(folder) / 'bench.db'}"
        for callers, count in ((64, 20_000), (8, 5_000), (1, 500)):
            print(asyncio.run(measure(url, callers, count)), flush=True)


async def measure(url: str, callers: int, count: int) -> str:
    """One line of figures."""
    store = await Store.open(url)
    left = [entry() for _ in range(count)]
    waited: list[float] = []

    async def caller() -> None:
        while left:
            run, line = left.pop()
            begun = time.perf_counter()
            await store.journal.record(run, line)
            waited.append(time.perf_counter() - begun)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await store.close()
    waited.sort()
    middle, late = waited[count // 2] * 1000, waited[count * 99 // 100] * 1000
    return (
        f"{callers:3} callers: {count / wall:8.0f} rows/s, {cpu / count * 1e6:5.1f} us CPU a row, "
        f"p50 {middle:.2f} ms, p99 {late:.2f} ms"
    )


def entry() -> tuple[RunRow, AuditLine]:
    """A run of a small query and the line that tells of it."""
    now = datetime.now(UTC)
    run = RunRow(
        id=new_id("run"),
        query_id="qry_1",
        query_name="restapi1",
        source_id="src_1",
        source_name="restapi",
        actor_kind="token",
        actor_id="tok_1",
        actor_name="ci",
        door="api",
        status="ok",
        started_at=now,
        finished_at=now,
        method="GET",
        url="https://api.example.com/v1/users/7",
        response_status=200,
        error_code=None,
        error_stage=None,
        size_bytes=1024,
        duration_ms=1.5,
        detail=DETAIL,
    )
    line = AuditLine(
        at=now,
        actor_kind="token",
        actor_id="tok_1",
        actor_name="ci",
        door="api",
        action="query.run",
        target_kind="query",
        target_id="qry_1",
        target_name="restapi1",
        outcome="ok",
        detail={"method": "GET", "path": "/users/{{ params.id }}", "status": 200, "bytes": 1024},
    )
    return run, line


if __name__ == "__main__":
    main()
