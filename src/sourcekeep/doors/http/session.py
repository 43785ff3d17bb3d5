"""`/session`: signing in and out of the page, by a cookie that its scripts cannot read.

Signing in, and what a link asks, need no session, so the gate lets these calls through; a foreign
page is refused here, or it could sign a person in as somebody else.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from sourcekeep.doors.http.answers import Answer, json_answer
from sourcekeep.doors.http.asked import Caller, Json, document, nothing, respond
from sourcekeep.doors.http.bodies import read_object
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import session_of
from sourcekeep.doors.http.session_cookie import SessionCookie
from sourcekeep.services.links import Links
from sourcekeep.services.people import People
from sourcekeep.services.sessions import Sessions, SessionStart

LARGEST_BODY = 16 * 1024  # of a call that anybody may make


def routes(
    people: People, sessions: Sessions, links: Links, hosts: HostRule, cookie: SessionCookie
) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/session", tags=["session"])

    @router.post(
        "", status_code=201, responses=answers("Session", 201), openapi_extra=takes("SignIn")
    )
    async def sign_in(request: Request) -> Response:
        """Sign in with email and password; the answer sets the session cookie."""
        said = await _said(request, hosts)
        start = await people.sign_in(said, address=_address(request), user_agent=_agent(request))
        return _started(request, start)

    @router.post("/link", responses=answers("Link"), openapi_extra=takes("LinkToken"))
    async def read_link(request: Request) -> Response:
        """What a one-time link is for, and whom. 403 `link_not_valid` when it does not work."""
        said = await _said(request, hosts)
        return document(await links.look(said, address=_address(request)))

    @router.post(
        "/first",
        status_code=201,
        responses=answers("Session", 201),
        openapi_extra=takes("LinkAnswer"),
    )
    async def sign_in_first(request: Request) -> Response:
        """Answer a one-time link: make the first user, an admin; accept an invitation; or set a new
        password. The answer sets the session cookie."""
        said = await _said(request, hosts)
        start = await links.use(said, address=_address(request), user_agent=_agent(request))
        return _started(request, start)

    @router.get("", responses=answers("Session"))
    async def read_session(caller: Caller, request: Request) -> Response:
        """Who calls. `user` is null for a caller token."""
        return document(await sessions.who(caller, _session(request, caller.kind)))

    @router.post(
        "/password",
        status_code=204,
        responses=answers(None, 204),
        openapi_extra=takes("PasswordChange"),
    )
    async def change_password(caller: Caller, request: Request, payload: Json) -> Response:
        """Change one's own password; one's other sessions end."""
        session = _session(request, caller.kind)
        await people.change_password(caller, session or "", payload)
        return nothing()

    @router.delete("", status_code=204, responses=answers(None, 204))
    async def sign_out(caller: Caller, request: Request) -> Response:
        """End the session of the cookie."""
        session = _session(request, caller.kind)
        if session is not None:
            await sessions.sign_out(session)
        return respond(Answer(204, headers=(cookie.cleared(request),)))

    def _started(request: Request, start: SessionStart) -> Response:
        user = start.user
        who = {"kind": "user", "id": user["id"], "name": user["email"], "role": user["role"]}
        headers = (
            cookie.holding(request, start.session_id),
            (b"location", f"{PREFIX}/session".encode("ascii")),
        )
        return respond(json_answer({"user": user, "actor": who}, status=201, headers=headers))

    return router


def _session(request: Request, kind: str) -> str | None:
    """The session that this call came with; a token's call has none, whatever cookie is with it."""
    return session_of(dict(request.scope["headers"])) if kind == "user" else None


async def _said(request: Request, hosts: HostRule) -> dict[str, Any]:
    headers = dict(request.scope["headers"])
    if b"origin" in headers or b"sec-fetch-site" in headers:
        hosts.check_own_page(headers, scheme=request.scope["scheme"])
    return await read_object(request.scope, request.receive, limit=LARGEST_BODY)


def _address(request: Request) -> str:
    client = request.scope.get("client")
    return str(client[0]) if client else ""


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
