"""What is seen of sources: the last test and run of each, and certificates by place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sourcekeep.store import CertificateRow, Gone, LastRun, SourceTestRow, Store
from tests.contract.every_store import rows

MINUTE = timedelta(minutes=1)
FACTS = {"subject": "CN=a", "not_after": "2027-01-01T00:00:00Z", "san": ["a", "b"]}


async def test_the_last_test_of_a_source_is_kept_and_goes_with_it(store: Store) -> None:
    source = rows.source("one")
    before = store.revision()
    async with store.transaction() as unit:
        await unit.sources.add(source)
    changed = store.revision()
    assert changed != before
    first = SourceTestRow(source.id, rows.NOON, "tls", "unknown_ca")
    second = SourceTestRow(source.id, rows.NOON + MINUTE, None, None)
    for row in (first, second):
        async with store.transaction() as unit:
            await unit.source_tests.put(row)
    assert store.revision() == changed
    async with store.transaction() as unit:
        assert await unit.source_tests.of([source.id, "src_none"]) == {source.id: second}
        await unit.sources.remove(source.id)
        assert await unit.source_tests.of([source.id]) == {}
    with pytest.raises(Gone):
        async with store.transaction() as unit:
            await unit.source_tests.put(first)


async def test_the_last_run_that_ended_is_found_for_many_sources_at_once(store: Store) -> None:
    one, two, three = (rows.source(f"s{n}", id=f"src_{n}") for n in (1, 2, 3))
    ended = {"finished_at": rows.NOON, "started_at": rows.NOON}
    async with store.transaction() as unit:
        for source in (one, two, three):
            await unit.sources.add(source)
        for run in (
            rows.run(id="run_1", source_id="src_1", status="failed", error_code="dns_failed", **ended),
            rows.run(id="run_2", source_id="src_1", status="ok", response_status=200, **ended),
            rows.run(id="run_3", source_id="src_1", status="cancelled", **ended),
            replace(rows.run(id="run_4", source_id="src_1", status="running"), finished_at=None),
            rows.run(
                id="run_5", source_id="src_2", status="failed",
                response_status=503, error_code="http_status", error_stage="response", **ended,
            ),
        ):  # fmt: skip
            await unit.runs.record(run)
    async with store.reading() as unit:
        found = await unit.runs.last_of(["src_1", "src_2", "src_3"])
        assert await unit.runs.last_of([]) == {}
    assert set(found) == {"src_1", "src_2"}
    assert (found["src_1"].status, found["src_1"].response_status) == ("ok", 200)
    assert found["src_2"] == LastRun("src_2", "failed", rows.NOON, 503, "http_status", "response")


async def test_certificates_are_kept_by_place_and_forgotten_when_old(store: Store) -> None:
    old = CertificateRow("server https://a.test", [FACTS], rows.NOON)
    new = CertificateRow("server https://b.test", [FACTS, FACTS], rows.NOON + MINUTE)
    own = CertificateRow("client src_1", [FACTS], rows.NOON)
    async with store.transaction() as unit:
        for row in (old, new, own, replace(new, chain=[FACTS])):
            await unit.certificates.put(row)
    async with store.transaction() as unit:
        assert await unit.certificates.at([old.place, new.place, "server x"]) == {
            old.place: old,
            new.place: replace(new, chain=[FACTS]),
        }
        assert await unit.certificates.forget(rows.NOON + MINUTE, prefix="server ") == 1
        await unit.certificates.remove(new.place)
        assert await unit.certificates.at([old.place, new.place, own.place]) == {own.place: own}
