"""Group commit, with a writer that the test moves by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from sourcekeep.store import Journal, Unavailable
from sourcekeep.store import journal as journal_module
from sourcekeep.store.database import Entry
from tests.contract.every_store import rows


class Writer:
    """Holds each transaction until the test lets it go."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Entry]] = []
        self.gate = asyncio.Event()
        self.fault: Exception | None = None

    async def write(self, entries: Sequence[Entry]) -> None:
        self.batches.append(entries)
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault


async def owner() -> str:
    return "process_1"


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_comes_during_a_transaction_goes_with_the_next() -> None:
    writer = Writer()
    journal = Journal(writer.write, owner)
    first = asyncio.create_task(journal.record(rows.run()))
    await turns()
    rest = [asyncio.create_task(journal.record(rows.run(), rows.line())) for _ in range(50)]
    await turns()
    assert [len(batch) for batch in writer.batches] == [1]
    assert not first.done()
    writer.gate.set()
    await asyncio.gather(first, *rest)
    assert [len(batch) for batch in writer.batches] == [1, 50]


async def test_a_database_in_trouble_is_told_to_each_and_tried_once() -> None:
    writer = Writer()
    writer.gate.set()
    writer.fault = Unavailable("The disk is full.")
    journal = Journal(writer.write, owner)
    answers = await asyncio.gather(
        *(journal.record(rows.run()) for _ in range(3)), return_exceptions=True
    )
    assert [str(answer) for answer in answers] == ["The disk is full."] * 3
    assert len({id(answer) for answer in answers}) == 3
    assert len(writer.batches) == 1
    writer.fault = None
    await journal.record(rows.run())


async def test_one_entry_that_cannot_be_written_fails_alone() -> None:
    bad = rows.run()

    async def write(entries: Sequence[Entry]) -> None:
        if any(entry.run is bad for entry in entries):
            raise ValueError("not this one")

    journal = Journal(write, owner)
    answers = await asyncio.gather(
        *(journal.record(run) for run in (rows.run(), bad, rows.run())), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [type(None), ValueError, type(None)]


async def test_who_comes_while_too_many_wait_has_to_wait_for_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal_module, "MOST_WAITING", 10)
    monkeypatch.setattr(journal_module, "MOST_AT_ONCE", 4)
    writer = Writer()
    journal = Journal(writer.write, owner)
    tasks = [asyncio.create_task(journal.record(rows.run())) for _ in range(100)]
    await turns()
    assert len(journal._waiting) <= 10
    writer.gate.set()
    await asyncio.gather(*tasks)
    assert max(len(batch) for batch in writer.batches) == 4
    assert sum(len(batch) for batch in writer.batches) == 100


async def test_a_run_without_an_end_is_written_under_this_processs_name() -> None:
    writer = Writer()
    writer.gate.set()
    journal = Journal(writer.write, owner)
    await journal.record(rows.run(status="running", finished_at=None))
    await journal.record(rows.run())
    assert [batch[0].owner for batch in writer.batches] == ["process_1", None]
