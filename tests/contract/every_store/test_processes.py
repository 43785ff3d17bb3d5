"""Several processes on one database, and processes that are killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sourcekeep.store import Checked, Store

Open = Callable[[], Awaitable[Store]]
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


async def start(program: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.contract.every_store.{program}",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def no_run_goes_on(store: Store) -> None:
    """The database may take a moment to notice that a process is gone."""
    for _ in range(500):
        await store.interrupt_abandoned()
        async with store.reading() as unit:
            if (await unit.runs.list(status="running"))[0] == []:
                return
        await asyncio.sleep(0.01)
    pytest.fail("a run goes on for ever")


async def whole(store: Store) -> Checked:
    async with store.reading() as unit:
        return [checked async for checked in unit.audit.check()][-1]


async def test_four_processes_that_start_at_once_migrate_once_and_share_one_chain(
    database_url: str, open_store: Open
) -> None:
    processes = [await start("opener", database_url) for _ in range(4)]
    ended = await asyncio.gather(*(process.communicate() for process in processes))
    assert [(process.returncode, ended[n][1]) for n, process in enumerate(processes)] == [
        (0, b"")
    ] * 4
    assert await whole(await open_store()) == Checked(lines=4 * 26)


@pytest.mark.parametrize("saves", [1, 37, 100])
async def test_kill_9_during_saves_loses_nothing_acknowledged_and_leaves_nothing_half(
    database_url: str, open_store: Open, saves: int
) -> None:
    process = await start("saver", database_url, "s")
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(saves)]
    process.kill()
    rest, _ = await process.communicate()
    acknowledged += rest.decode().splitlines()

    store = await open_store()
    await no_run_goes_on(store)
    async with store.reading() as unit:
        sources, more = await unit.sources.list(limit=1000)
        assert more is None
        assert {row.name for row in sources} >= set(acknowledged)
        for row in sources:
            assert list(await unit.queries.names_using(row.id)) == [f"{row.name}q"]
            fields = [secret.field for secret in await unit.secrets.of_owner("source", row.id)]
            assert fields == ["auth/token", "tls/client_key"]
            told = [line.action for line in (await unit.audit.list(target=row.id))[0]]
            runs, _ = await unit.runs.list(source_id=row.id)
            if row.name in acknowledged:
                assert told == ["query.run", "source.create"]
                assert len(runs) == 1
            else:
                assert told in (["source.create"], ["query.run", "source.create"])
                assert len(runs) == len(told) - 1
        [running] = (await unit.runs.list(source_id="s"))[0]
        assert (running.status, running.error_code) == ("failed", "interrupted")
    assert (await whole(store)).broken is None
    async with store.transaction() as unit:
        assert await unit.sources.next_name("s") == "s"
