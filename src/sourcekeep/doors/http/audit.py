"""`GET /audit`: who did what, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sourcekeep.doors.http.asked import Caller, Cursor, Limit, page
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.services.audit_trail import AuditTrail


def routes(audit: AuditTrail) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["audit"])

    @router.get("/audit", responses=answers("AuditPage"))
    async def list_audit(
        caller: Caller,
        actor: Annotated[str | None, Query(description="Who did it: id or name.")] = None,
        target: Annotated[str | None, Query(description="What it was done to.")] = None,
        action: Annotated[
            str | None,
            Query(description="An action, as `source.update`, or a group, as `source.*`."),
        ] = None,
        since: Annotated[str | None, Query(description="RFC 3339 time, included.")] = None,
        until: Annotated[str | None, Query(description="RFC 3339 time, excluded.")] = None,
        cursor: Cursor = None,
        limit: Limit = None,
    ) -> Response:
        """The audit trail. Each line holds the hash of the one before it."""
        found = await audit.list(
            caller,
            by=actor,
            target=target,
            action=action,
            since=since,
            until=until,
            cursor=cursor,
            limit=limit,
        )
        return page(found.items, found.next)

    return router
