"""Whether a source works, as far as its last run and its last test tell.

A run fails for many reasons that are no illness of the source: a wrong path, a taken name, a body
that is too large. What counts is that the server was reached, took the credential and was not in
trouble. A failure from before the last change of the source says nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sourcekeep.kit.clock import rfc3339
from sourcekeep.services.answers import Doc
from sourcekeep.services.seen_certificates import SeenCertificates
from sourcekeep.services.source_view import view
from sourcekeep.store.rows import LastRun, SourceRow, SourceTestRow
from sourcekeep.store.unit import Unit

_STAGES = frozenset({"auth", "network", "tls", "exchange"})
_OUR_OWN = frozenset({"interrupted", "rate_budget_exhausted"})


async def listed(
    unit: Unit, rows: Sequence[SourceRow], seen: SeenCertificates, now: datetime
) -> list[Doc]:
    """The documents of these sources, each with its health."""
    ids = [row.id for row in rows]
    runs, tests = await unit.runs.last_of(ids), await unit.source_tests.of(ids)
    certificates = await seen.of(unit, rows)
    return [
        {
            **view(row, now, certificates[row.id]),
            "health": health(row, runs.get(row.id), tests.get(row.id)),
        }
        for row in rows
    ]


def health(row: SourceRow, run: LastRun | None, test: SourceTestRow | None) -> Doc:
    """`{"state": "ok"|"failing"|"unknown", "at", "code"}`, from what ended last."""
    last: tuple[datetime, str | None] | None = None
    if run is not None and run.error_code not in _OUR_OWN:
        last = (run.finished_at, run.error_code if _is_ill(run) else None)
    if test is not None and (last is None or test.at >= last[0]):
        last = (test.at, test.code if test.stage else None)
    if last is None or (last[1] is not None and last[0] < row.updated_at):
        return {"state": "unknown", "at": None, "code": None}
    at, code = last
    return {"state": "ok" if code is None else "failing", "at": rfc3339(at), "code": code}


def _is_ill(run: LastRun) -> bool:
    if run.status == "ok":
        return False
    status = run.response_status or 0
    return run.error_stage in _STAGES or status == 401 or status >= 500
