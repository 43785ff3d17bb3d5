"""Runs in the store: history, newest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select, text, update

from sourcekeep.store import paging
from sourcekeep.store.columns import micros_of, storable
from sourcekeep.store.rows import LastRun, RunRow, RunStatus
from sourcekeep.store.tables import NOT_OK, runs, sources
from sourcekeep.store.work import Work, row_of, values_of

COLUMNS = (*(field.name for field in fields(RunRow)), "owner")


class Runs:
    """History. Lists go by id, which sorts by age. Most rows come through the journal."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def record(self, row: RunRow) -> None:
        """Write the run, in place of the row that told of its start."""
        await self._work.put(runs, values_of(row) | {"owner": None}, key=("id",))

    async def get(self, id: str) -> RunRow | None:
        found = await self._work.one(select(runs).where(runs.c.id == id))
        return None if found is None else row_of(RunRow, found)

    async def list(
        self,
        *,
        query_id: str | None = None,
        source_id: str | None = None,
        status: RunStatus | None = None,
        actor_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Sequence[RunRow], str | None]:
        """A page, newest first. Raises BadCursor."""
        statement = select(runs).order_by(runs.c.id.desc())
        wanted = {"query_id": query_id, "source_id": source_id, "status": status}
        for column, value in (wanted | {"actor_id": actor_id}).items():
            if value is not None:
                statement = statement.where(runs.c[column] == value)
        if status not in (None, "ok"):
            statement = statement.where(text(NOT_OK))
        if cursor is not None:
            statement = statement.where(runs.c.id < paging.decode(cursor, [str])[0])
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [row_of(RunRow, one) for one in found[:size]]
        return rows, paging.encode([rows[-1].id]) if len(found) > size else None

    async def last_of(self, source_ids: Collection[str]) -> dict[str, LastRun]:
        """How the last run of each of these sources ended, be it well or badly, by source."""
        newest = (
            select(runs.c.id)
            .where(runs.c.source_id == sources.c.id, runs.c.status.in_(("ok", "failed")))
            .order_by(runs.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        wanted = select(newest.label("run_id")).where(sources.c.id.in_(source_ids)).subquery()
        columns = [runs.c[field.name] for field in fields(LastRun)]
        statement = select(*columns).join(wanted, wanted.c.run_id == runs.c.id)
        found = [row_of(LastRun, one) for one in await self._work.many(statement)]
        return {run.source_id: run for run in found}

    async def owners_of_running(self) -> set[str | None]:
        """The processes that runs without an end belong to; None where nobody is named."""
        running = (runs.c.status == "running", text(NOT_OK))
        statement = select(runs.c.owner).where(*running).distinct()
        return {row["owner"] for row in await self._work.many(statement)}

    async def interrupt(self, owner: str | None, now: datetime) -> int:
        """The owner is no more: its runs without an end become failed, `interrupted`."""
        owned = runs.c.owner.is_(None) if owner is None else runs.c.owner == owner
        statement = (
            update(runs)
            .where(runs.c.status == "running", text(NOT_OK), owned)
            .values(
                status="failed",
                error_code="interrupted",
                error_stage="exchange",
                finished_at=now,
            )
        )
        return await self._work.execute(statement)

    async def prune(self, before: datetime, *, limit: int = 1000) -> int:
        """Remove up to `limit` of the oldest runs that started before; how many.

        Walks the ids from the oldest, so it needs no index on the start.
        """
        oldest = select(runs.c.id, runs.c.started_at).order_by(runs.c.id).limit(limit).subquery()
        ids = select(oldest.c.id).where(oldest.c.started_at < before)
        return await self._work.execute(delete(runs).where(runs.c.id.in_(ids)))


def raw_values(row: RunRow, owner: str | None) -> tuple[Any, ...]:
    """The values of COLUMNS as the tables hold them, for the journal. Raises TypeError for text
    that is none (lone surrogates) or integers beyond 64 bits; `cleaned_values` takes any."""
    return _raw(row, owner, orjson.dumps(row.detail).decode())


def cleaned_values(row: RunRow, owner: str | None) -> tuple[Any, ...]:
    """The same for a row with text that no database can hold: U+FFFD stands in its place."""
    detail = json.dumps(row.detail, separators=(",", ":"), default=_plain)
    values = _raw(row, owner, detail)
    return tuple(storable(value) if isinstance(value, str) else value for value in values)


def _raw(row: RunRow, owner: str | None, detail: str) -> tuple[Any, ...]:
    return (
        row.id,
        row.query_id,
        row.query_name,
        row.source_id,
        row.source_name,
        row.actor_kind,
        row.actor_id,
        row.actor_name,
        row.door,
        row.status,
        micros_of(row.started_at),
        None if row.finished_at is None else micros_of(row.finished_at),
        row.method,
        row.url,
        row.response_status,
        row.error_code,
        row.error_stage,
        row.size_bytes,
        float(row.duration_ms),
        detail,
        owner,
    )


def _plain(value: Any) -> Any:
    """What orjson writes by itself: a dataclass is an object of its fields."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
