"""A run as history keeps it and as doors show it. Everything here is masked already; no data."""

from __future__ import annotations

import time
from datetime import datetime

from sourcekeep.engine.result_json import course
from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem
from sourcekeep.model.result import Result
from sourcekeep.services.answers import Doc
from sourcekeep.services.running import Running
from sourcekeep.store.rows import RunRow, RunStatus

_PROBLEM = ("code", "stage", "title", "detail", "hint", "retryable", "certificates")


def running_row(run: Running) -> RunRow:
    """While it goes on."""
    url = run.mask(run.url)
    return _row(run, status="running", finished_at=None, url=url, error=None, detail={})


def cancelled_row(run: Running, now: datetime) -> RunRow:
    """When the caller has gone, and no result was made."""
    words = "The caller closed the connection before the answer came."
    return _ended(run, now, "cancelled", problem("cancelled", words))


def broken_row(run: Running, now: datetime) -> RunRow:
    """When a fault of ours ended it, and no result was made."""
    words = "The run ended without an answer, by a fault inside Sourcekeep."
    return _ended(run, now, "failed", problem("interrupted", words))


def _ended(run: Running, now: datetime, status: RunStatus, error: Problem) -> RunRow:
    url = run.mask(run.url)
    detail = {"error": _problem(error)}
    return _row(run, status=status, finished_at=now, url=url, error=error, detail=detail)


def finished_row(run: Running, result: Result, now: datetime) -> RunRow:
    """When there is a result, good or bad."""
    response = result.response
    detail = course(result)
    detail["request_headers"] = result.request.headers
    detail["error"] = None if result.error is None else _problem(result.error)
    return _row(
        run,
        status=result.status,
        finished_at=now,
        url=result.request.url,
        error=result.error,
        detail=detail,
        response_status=None if response is None else response.status,
        size_bytes=0 if response is None else response.size_bytes,
    )


def _row(
    run: Running,
    *,
    status: RunStatus,
    finished_at: datetime | None,
    url: str,
    error: Problem | None,
    detail: Doc,
    response_status: int | None = None,
    size_bytes: int = 0,
) -> RunRow:
    query, source, actor = run.query, run.source, run.actor
    return RunRow(  # in its own order: twenty names take as long as the rest of it
        run.id,
        query.id if query else None,
        query.name if query else None,
        source.id,
        source.name,
        actor.kind,
        actor.id,
        actor.name,
        actor.door,
        status,
        run.started_at,
        finished_at,
        run.method,
        url,
        response_status,
        error.code if error else None,
        error.stage if error else None,
        size_bytes,
        (time.monotonic() - run.began) * 1000,
        detail,
    )


def view(row: RunRow) -> Doc:
    """The document of `GET /runs/{run}`."""
    detail = row.detail
    query = {"id": row.query_id, "name": row.query_name} if row.query_id else None
    finished = None if row.finished_at is None else rfc3339(row.finished_at)
    headers = [list(pair) for pair in detail.get("request_headers", ())]
    return {
        "id": row.id,
        "status": row.status,
        "query": query,
        "data_source": {"id": row.source_id, "name": row.source_name},
        "actor": {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name},
        "door": row.door,
        "started_at": rfc3339(row.started_at),
        "finished_at": finished,
        "duration_ms": round(row.duration_ms, 1),
        "size_bytes": row.size_bytes,
        "request": {"method": row.method, "url": row.url, "headers": headers},
        "response": detail.get("response"),
        "error": _error_of(row),
        "timings_ms": detail.get("timings_ms"),
        "attempts": detail.get("attempts", []),
        "warnings": detail.get("warnings", []),
    }


def _error_of(row: RunRow) -> Doc | None:
    """A run that a crash ended has its code only; one of before has no certificates."""
    written = row.detail.get("error")
    if written:
        return {"certificates": [], **written}
    if row.error_code is None:
        return None
    return _problem(problem(row.error_code, "Sourcekeep stopped before the run had an answer."))


def _problem(found: Problem) -> Doc:
    return {name: getattr(found, name) for name in _PROBLEM}
