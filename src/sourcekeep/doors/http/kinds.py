"""`GET /kinds`: what kinds of data source there are."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import Caller, document
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.services.kinds import Kinds


def routes(kinds: Kinds) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["kinds"])

    @router.get("/kinds", responses=answers("Kinds"))
    async def list_kinds(caller: Caller) -> Response:
        """The kinds of data source and their categories, each with its defaults and JSON Schema."""
        return document(await kinds.list(caller))

    return router
