"""`/queries`: saved requests of data sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sourcekeep.doors.http.asked import (
    Caller,
    Cursor,
    IfMatch,
    IfNoneMatch,
    Json,
    Limit,
    created,
    document,
    nothing,
    page,
    read_document,
)
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.services.queries import Queries


def routes(queries: Queries) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/queries", tags=["queries"])

    @router.post(
        "", status_code=201, responses=answers("Query", 201), openapi_extra=takes("NewQuery")
    )
    async def create_query(caller: Caller, payload: Json) -> Response:
        """Create a query of a data source."""
        made = await queries.create(caller, payload)
        return created(made.doc, location=f"{PREFIX}/queries/{made.doc['id']}", etag=made.etag)

    @router.get("", responses=answers("QueryPage"))
    async def list_queries(
        caller: Caller,
        data_source: Annotated[str | None, Query(description="A data source's id or name.")] = None,
        search: Annotated[str | None, Query(description="Part of a name.")] = None,
        cursor: Cursor = None,
        limit: Limit = None,
    ) -> Response:
        """The queries that the caller may see."""
        found = await queries.list(
            caller, data_source=data_source, search=search, cursor=cursor, limit=limit
        )
        return page(found.items, found.next)

    @router.get("/{query:path}", responses=answers("Query"))
    async def read_query(caller: Caller, query: str, if_none_match: IfNoneMatch = None) -> Response:
        """A query by id or name."""
        found = await queries.get(caller, query)
        return read_document(found.doc, etag=found.etag, known=if_none_match)

    @router.patch(
        "/{query:path}",
        responses=answers("Query"),
        openapi_extra=takes("QueryPatch", merge_patch=True),
    )
    async def change_query(
        caller: Caller, query: str, payload: Json, if_match: IfMatch = None
    ) -> Response:
        """Change a query by JSON merge patch (RFC 7396)."""
        changed = await queries.patch(caller, query, payload, if_match)
        return document(changed.doc, etag=changed.etag)

    @router.delete("/{query:path}", status_code=204, responses=answers(None, 204))
    async def delete_query(caller: Caller, query: str, if_match: IfMatch = None) -> Response:
        """Delete a query. Its runs stay in the history."""
        await queries.delete(caller, query, if_match)
        return nothing()

    return router
