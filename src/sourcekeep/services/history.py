"""The history of runs: lists, one run, and stopping one that goes on."""

from __future__ import annotations

import asyncio
import time
from typing import Any, get_args

from sourcekeep.kit.clock import Clock
from sourcekeep.kit.ids import made_at_ms
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found
from sourcekeep.services.audit import line
from sourcekeep.services.cancellations import Cancellations
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.run_rows import running_row, view
from sourcekeep.services.running import RunningRuns
from sourcekeep.store.rows import RunRow, RunStatus

_NOTED_WITHIN_MS = 2500
_ASK_AGAIN_S, _ASKED_AGAIN = 0.25, 10


class History:
    """What ran. Who may not see all runs sees their own."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        running: RunningRuns,
        cancellations: Cancellations,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._running = running
        self._cancellations = cancellations
        self._clock = clock

    async def list(
        self,
        actor: Actor,
        *,
        query: str | None = None,
        data_source: str | None = None,
        status: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """Newest first; on the first page, what goes on here and is not written yet comes first."""
        await self._gate.require(actor, "run.read")
        wanted = _status(status)
        own = None if self._gate.allows(actor, "run.read_all") else actor.id
        async with self._database.reading() as unit:
            query_id = await _id_of(unit.queries, query)
            source_id = await _id_of(unit.sources, data_source)
            rows, following = await unit.runs.list(
                query_id=query_id,
                source_id=source_id,
                status=wanted,
                actor_id=own,
                cursor=cursor,
                limit=checked_limit(limit),
            )
        found = list(rows)
        if cursor is None and wanted in (None, "running"):
            known = {row.id for row in found}
            fresh = [running_row(run) for run in self._running.all() if run.id not in known]
            found = [r for r in fresh if _fits(r, query_id, source_id, own)] + found
        return Page([view(row) for row in found], following)

    async def get(self, actor: Actor, id: str) -> Doc:
        await self._gate.require(actor, "run.read")
        return view(await self._found(actor, id))

    async def cancel(self, actor: Actor, id: str) -> Doc:
        """Close the upstream connection; the run then ends as cancelled. Refused when it is over.

        A run of another process hears of it within a second, and may have ended just before.
        """
        await self._gate.require(actor, "run.cancel")
        row = await self._soon_found(actor, id)
        run = self._running.get(id)
        target = Thing(id, row.query_name or row.source_name)
        entry = line(actor, "run.cancel", at=self._clock(), target_kind="run", target=target)
        if run is not None:
            run.cancel.request()
            await self._database.record(None, entry)
        elif row.status == "running":
            await self._cancellations.ask(id, entry)
        else:
            raise Refused("conflict", "not_running", "The run is over.")
        return view(row)

    async def _soon_found(self, actor: Actor, id: str) -> RunRow:
        """A run that another process began just now is written down within two seconds."""
        age_ms = time.time_ns() // 1_000_000 - made_at_ms(id)
        fresh = 0 <= age_ms < _NOTED_WITHIN_MS
        for _ in range(_ASKED_AGAIN if fresh else 0):
            try:
                return await self._found(actor, id)
            except Refused as refused:
                if refused.kind != "not_found":
                    raise
            await asyncio.sleep(_ASK_AGAIN_S)
        return await self._found(actor, id)

    async def _found(self, actor: Actor, id: str) -> RunRow:
        run = self._running.get(id)
        if run is not None:
            row: RunRow | None = running_row(run)
        else:
            async with self._database.reading() as unit:
                row = await unit.runs.get(id)
        all_seen = self._gate.allows(actor, "run.read_all")
        if row is None or not (all_seen or row.actor_id == actor.id):
            raise not_found("run", id)
        return row


async def _id_of(noun: Any, ref: str | None) -> str | None:
    """The id for a name; the reference itself when it is gone, for its runs are still there."""
    if ref is None:
        return None
    row = await noun.find(ref)
    return ref if row is None else row.id


def _fits(row: RunRow, query_id: str | None, source_id: str | None, own: str | None) -> bool:
    wanted = ((query_id, row.query_id), (source_id, row.source_id), (own, row.actor_id))
    return all(want is None or want == has for want, has in wanted)


def _status(status: str | None) -> RunStatus | None:
    if status is None:
        return None
    for known in get_args(RunStatus):
        if status == known:
            found: RunStatus = known
            return found
    words = f"status must be one of {', '.join(get_args(RunStatus))}."
    raise Invalid([Fault("/status", "not_allowed", words)])
