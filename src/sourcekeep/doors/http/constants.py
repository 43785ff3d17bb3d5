"""`/constants` and `/secrets`: values for templates. A secret's value goes in and never comes out."""

from __future__ import annotations

from enum import Enum

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import Caller, Cursor, Json, Limit, document, nothing, page
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.services.constants import Constants


def routes(constants: Constants) -> APIRouter:
    router = APIRouter(prefix=PREFIX)
    _noun(router, constants, "constants", "Constant", secret=False)
    _noun(router, constants, "secrets", "Secret", secret=True)
    return router


def _noun(router: APIRouter, constants: Constants, noun: str, shape: str, *, secret: bool) -> None:
    one = shape.lower()
    tags: list[str | Enum] = [noun]

    @router.get(
        f"/{noun}",
        tags=tags,
        operation_id=f"list_{noun}",
        summary=f"List {noun}",
        responses=answers(f"{shape}Page"),
    )
    async def list_all(caller: Caller, cursor: Cursor = None, limit: Limit = None) -> Response:
        found = await constants.list(caller, secret=secret, cursor=cursor, limit=limit)
        return page(found.items, found.next)

    @router.get(
        f"/{noun}/{{name:path}}",
        tags=tags,
        operation_id=f"read_{one}",
        summary=f"Read a {one}",
        responses=answers(shape),
    )
    async def read(caller: Caller, name: str) -> Response:
        return document(await constants.get(caller, name, secret=secret))

    @router.put(
        f"/{noun}/{{name:path}}",
        tags=tags,
        operation_id=f"write_{one}",
        summary=f"Write a {one}",
        responses=answers(shape),
        openapi_extra=takes(f"{shape}Value"),
    )
    async def write(caller: Caller, name: str, payload: Json) -> Response:
        return document(await constants.put(caller, name, payload, secret=secret))

    @router.delete(
        f"/{noun}/{{name:path}}",
        tags=tags,
        operation_id=f"delete_{one}",
        summary=f"Delete a {one}",
        status_code=204,
        responses=answers(None, 204),
    )
    async def delete(caller: Caller, name: str) -> Response:
        await constants.delete(caller, name, secret=secret)
        return nothing()
