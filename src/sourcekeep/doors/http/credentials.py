"""`/data-sources/{source}/credential`: what is done with a source's credential besides writing it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import Caller, IfMatch, document
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.services.sources import Sources


def routes(sources: Sources) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/data-sources", tags=["data sources"])

    @router.post("/{source:path}/credential/retire", responses=answers("DataSource"))
    async def retire_credential(caller: Caller, source: str, if_match: IfMatch = None) -> Response:
        """Make the next credential (`auth.next`) the current one and forget the old one. 409
        `no_next_credential` when there is none."""
        changed = await sources.retire_credential(caller, source, if_match)
        return document(changed.doc, etag=changed.etag)

    return router
