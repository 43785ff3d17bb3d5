"""`/data-sources`: create, list, read, change, delete, test."""

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
    OptionalJson,
    created,
    document,
    nothing,
    page,
    read_document,
)
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.services.sources import Sources
from sourcekeep.services.testing import Testing


def routes(sources: Sources, testing: Testing) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/data-sources", tags=["data sources"])

    @router.post(
        "",
        status_code=201,
        responses=answers("DataSource", 201),
        openapi_extra=takes("NewDataSource"),
    )
    async def create_data_source(caller: Caller, payload: Json) -> Response:
        """Create a data source. Only `kind` is required: the rest has the kind's defaults."""
        made = await sources.create(caller, payload)
        return created(made.doc, location=f"{PREFIX}/data-sources/{made.doc['id']}", etag=made.etag)

    @router.get("", responses=answers("DataSourcePage"))
    async def list_data_sources(
        caller: Caller,
        search: Annotated[str | None, Query(description="Part of a name.")] = None,
        category: Annotated[str | None, Query(description="A category's id.")] = None,
        cursor: Cursor = None,
        limit: Limit = None,
    ) -> Response:
        """The data sources that the caller may see."""
        found = await sources.list(
            caller, search=search, category=category, cursor=cursor, limit=limit
        )
        return page(found.items, found.next)

    @router.post(
        "/{source:path}/test",
        responses=answers("ConnectionTest"),
        openapi_extra=takes("TestOrder", required=False),
    )
    async def test_data_source(caller: Caller, source: str, payload: OptionalJson) -> Response:
        """Test the connection stage by stage: dns, tcp, tls, auth, response. One GET of the base
        URL is sent, as a run would send it. With `patch` the source is tested as that change would
        make it, under the rules of saving it; nothing is saved. 200 also when a stage fails."""
        return document(await testing.test(caller, source, payload))

    @router.get("/{source:path}", responses=answers("DataSource"))
    async def read_data_source(
        caller: Caller, source: str, if_none_match: IfNoneMatch = None
    ) -> Response:
        """A data source by id or name. Secrets are never in it, only whether they are set."""
        found = await sources.get(caller, source)
        return read_document(found.doc, etag=found.etag, known=if_none_match)

    @router.patch(
        "/{source:path}",
        responses=answers("DataSource"),
        openapi_extra=takes("DataSourcePatch", merge_patch=True),
    )
    async def change_data_source(
        caller: Caller, source: str, payload: Json, if_match: IfMatch = None
    ) -> Response:
        """Change a data source by JSON merge patch (RFC 7396)."""
        changed = await sources.patch(caller, source, payload, if_match)
        return document(changed.doc, etag=changed.etag)

    @router.delete("/{source:path}", status_code=204, responses=answers(None, 204))
    async def delete_data_source(caller: Caller, source: str, if_match: IfMatch = None) -> Response:
        """Delete a data source. 409 `in_use` with the queries' names while queries use it."""
        await sources.delete(caller, source, if_match)
        return nothing()

    return router
