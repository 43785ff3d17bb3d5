"""`/audit`: who did what, newest first; the same as a file, oldest first; and whether it is whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import StreamingResponse

from sourcekeep.doors.http.answers import API_ONLY
from sourcekeep.doors.http.asked import Caller, Cursor, Limit, document, page
from sourcekeep.doors.http.described import PREFIX, answers, describe_lines
from sourcekeep.services.audit_trail import Asked, AuditTrail


async def _asked(
    actor: Annotated[str | None, Query(description="Who did it: id or name.")] = None,
    target: Annotated[str | None, Query(description="What it was done to.")] = None,
    action: Annotated[
        str | None,
        Query(description="An action, as `source.update`, or a group, as `source.*`."),
    ] = None,
    since: Annotated[str | None, Query(description="RFC 3339 time, included.")] = None,
    until: Annotated[str | None, Query(description="RFC 3339 time, excluded.")] = None,
) -> Asked:
    return {"actor": actor, "target": target, "action": action, "since": since, "until": until}


Filter = Annotated[Asked, Depends(_asked)]


def routes(audit: AuditTrail) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/audit", tags=["audit"])

    @router.get("", responses=answers("AuditPage"))
    async def list_audit(
        caller: Caller, wanted: Filter, cursor: Cursor = None, limit: Limit = None
    ) -> Response:
        """The audit trail. Each line holds the hash of the one before it."""
        found = await audit.list(caller, cursor=cursor, limit=limit, **wanted)
        return page(found.items, found.next)

    @router.get("/export", responses=describe_lines("AuditItem"))
    async def export_audit(caller: Caller, wanted: Filter) -> Response:
        """The audit trail as NDJSON, oldest first, one line each. Masked as it was written."""
        lines = await audit.export(caller, **wanted)
        return _streamed(lines)

    @router.post("/verify", responses=answers("AuditCheck"))
    async def verify_audit(caller: Caller) -> Response:
        """Walk the whole chain of hashes and name the first line that is not as it was written."""
        return document(await audit.verify(caller))

    return router


def _streamed(parts: AsyncIterator[bytes]) -> Response:
    response = StreamingResponse(parts)
    name = b'attachment; filename="sourcekeep-audit.ndjson"'
    media_type = (b"content-type", b"application/x-ndjson")
    response.raw_headers = [media_type, (b"content-disposition", name), *API_ONLY]
    return response
