"""`/runs`: the history, and cancelling what is going on. Starting one is in `run_routes`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sourcekeep.doors.http.asked import Caller, Cursor, Limit, document, page
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.services.history import History


def routes(history: History) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/runs", tags=["runs"])

    @router.get("", responses=answers("RunPage"))
    async def list_runs(
        caller: Caller,
        query: Annotated[str | None, Query(description="A query's id or name.")] = None,
        data_source: Annotated[str | None, Query(description="A data source's id or name.")] = None,
        status: Annotated[
            str | None, Query(description="`running`, `ok`, `failed` or `cancelled`.")
        ] = None,
        cursor: Cursor = None,
        limit: Limit = None,
    ) -> Response:
        """Runs, newest first."""
        found = await history.list(
            caller, query=query, data_source=data_source, status=status, cursor=cursor, limit=limit
        )
        return page(found.items, found.next)

    @router.get("/{run}", responses=answers("Run"))
    async def read_run(caller: Caller, run: str) -> Response:
        """One run: what was sent (masked) and what came back, without the data."""
        return document(await history.get(caller, run))

    @router.post("/{run}/cancel", responses=answers("Run"))
    async def cancel_run(caller: Caller, run: str) -> Response:
        """Cancel a run that goes on: its upstream connection is closed, and it ends as cancelled."""
        return document(await history.cancel(caller, run))

    return router
