"""Every list walks an index and sorts nothing, so a page costs the same at ten million rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import event

from sourcekeep.store import Store, Unit
from sourcekeep.store.paging import encode
from tests.contract.every_store import rows

LISTS: dict[str, Callable[[Unit], Any]] = {
    "sources": lambda unit: unit.sources.list(),
    "sources, a later page": lambda unit: unit.sources.list(cursor=encode(["m"])),
    "a source by name": lambda unit: unit.sources.find("restapi"),
    "queries": lambda unit: unit.queries.list(),
    "queries of a source": lambda unit: unit.queries.list(
        data_source_id="src_1", cursor=encode(["m"])
    ),
    "names using a source": lambda unit: unit.queries.names_using("src_1"),
    "a query by name": lambda unit: unit.queries.find("restapi1"),
    "secrets of a source": lambda unit: unit.secrets.of_owner("source", "src_1"),
    "last runs of sources": lambda unit: unit.runs.last_of(["src_1", "src_2"]),
    "last tests of sources": lambda unit: unit.source_tests.of(["src_1", "src_2"]),
    "certificates of places": lambda unit: unit.certificates.at(["a", "b"]),
    "runs": lambda unit: unit.runs.list(cursor=encode(["run_1"])),
    "runs of a query": lambda unit: unit.runs.list(query_id="q", cursor=encode(["run_1"])),
    "runs of a source": lambda unit: unit.runs.list(source_id="s"),
    "failed runs": lambda unit: unit.runs.list(status="failed", cursor=encode(["run_1"])),
    "runs that went well": lambda unit: unit.runs.list(status="ok"),
    "audit": lambda unit: unit.audit.list(cursor=encode([1, 1])),
    "audit since": lambda unit: unit.audit.list(since=rows.NOON, until=rows.NOON),
    "audit of an actor": lambda unit: unit.audit.list(actor="usr_1"),
    "audit of a target": lambda unit: unit.audit.list(target="qry_1", since=rows.NOON),
    "audit of a rare action": lambda unit: unit.audit.list(action="key.rotate"),
    "audit of runs": lambda unit: unit.audit.list(action="query.run"),
    "people": lambda unit: unit.users.list(cursor=encode(["m"])),
    "a person by address": lambda unit: unit.users.find("a@b.c"),
    "what a rotation has to do": lambda unit: unit.secrets.counts(),
}


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    store = await Store.open(sqlite_url)
    await store.journal.record(rows.run(), rows.line())
    yield store
    await store.close()


@pytest.mark.parametrize("what", LISTS)
async def test_a_list_walks_an_index_and_sorts_nothing(store: Store, what: str) -> None:
    asked: list[tuple[str, Any]] = []
    async with store.reading() as unit:
        connection = unit.sources._work.connection

        def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            asked.append((statement, values))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await LISTS[what](unit)
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        assert asked
        for statement, values in asked:
            explain = f"EXPLAIN QUERY PLAN {statement}"
            plan = (await connection.exec_driver_sql(explain, values)).all()
            steps = [str(row[-1]) for row in plan]
            sorts = [step for step in steps if "TEMP B-TREE FOR ORDER" in step]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            # The one name of a source is among two rows at most: those may be sorted.
            assert not scans, steps
            assert not sorts or "find" in LISTS[what].__code__.co_names, steps


async def test_rare_statuses_and_actions_use_their_own_index(store: Store) -> None:
    async with store.reading() as unit:
        connection = unit.sources._work.connection
        asked: list[tuple[str, Any]] = []

        def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            asked.append((statement, values))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await unit.runs.list(status="failed")
        await unit.runs.owners_of_running()
        await unit.audit.list(action="key.rotate")
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        used = []
        for statement, values in asked:
            explain = f"EXPLAIN QUERY PLAN {statement}"
            plan = (await connection.exec_driver_sql(explain, values)).all()
            used.append(str(plan[0][-1]))
    assert "ix_runs_status_id" in used[0]
    assert "ix_runs_status_id" in used[1]
    assert "ix_audit_action_at_seq" in used[2]
