"""What every route of the API asks FastAPI for: who calls, the JSON body, and an answer to give."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request, Response

from sourcekeep.doors.http.answers import Answer, json_answer
from sourcekeep.doors.http.bodies import read_object
from sourcekeep.model.policy import Actor

# Set by the gate before any route is looked for, so that no route can forget to ask.
ACTOR = "sourcekeep.actor"


def _actor(request: Request) -> Actor:
    actor: Actor = request.scope[ACTOR]
    return actor


async def _object(request: Request) -> dict[str, Any]:
    limit: int = request.app.state.max_request_bytes
    return await read_object(request.scope, request.receive, limit=limit)


async def _optional_object(request: Request) -> dict[str, Any]:
    limit: int = request.app.state.max_request_bytes
    return await read_object(request.scope, request.receive, limit=limit, optional=True)


Caller = Annotated[Actor, Depends(_actor)]
Json = Annotated[dict[str, Any], Depends(_object)]
OptionalJson = Annotated[dict[str, Any], Depends(_optional_object)]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
Limit = Annotated[int | None, Query(ge=1, le=1000, description="Items in a page; 50 by default.")]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag that the change is based on.")
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag that is already known.")
]


def respond(answer: Answer) -> Response:
    """An answer of ours as FastAPI wants it."""
    response = Response(answer.body, answer.status)
    response.raw_headers = answer.head()
    return response


def document(value: Any, *, etag: str | None = None) -> Response:
    """200 with a JSON document, and its entity tag where it has versions."""
    return respond(json_answer(value, headers=_tagged(etag)))


def read_document(value: Any, *, etag: str, known: str | None) -> Response:
    """The document, or 304 when the caller has this version already (RFC 9110 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in (known or "").split(",")]
    if etag in tags or "*" in tags:
        return respond(Answer(304, headers=_tagged(etag)))
    return document(value, etag=etag)


def created(value: Any, *, location: str, etag: str | None = None) -> Response:
    """201 with the document and where it is from now on."""
    headers = (*_tagged(etag), (b"location", location.encode("ascii")))
    return respond(json_answer(value, status=201, headers=headers))


def page(items: list[Any], following: str | None) -> Response:
    return document({"items": items, "next": following})


def nothing() -> Response:
    """204: done, and nothing to tell."""
    return respond(Answer(204))


def _tagged(etag: str | None) -> tuple[tuple[bytes, bytes], ...]:
    return () if etag is None else ((b"etag", etag.encode("ascii")),)
