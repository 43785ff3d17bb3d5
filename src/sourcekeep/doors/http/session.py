"""`/session`: signing in and out of the page, by a cookie that its scripts cannot read.

Signing in needs no session, so the gate lets these two calls through; a foreign page is refused
here, or it could sign a person in as somebody else.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from sourcekeep.doors.http.answers import Answer, json_answer
from sourcekeep.doors.http.asked import Caller, Json, document, nothing, respond
from sourcekeep.doors.http.bodies import read_object
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import COOKIE, session_of
from sourcekeep.services.people import People, SessionStart

LARGEST_BODY = 16 * 1024  # of a call that anybody may make


def routes(people: People, hosts: HostRule, *, lifetime_s: int) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/session", tags=["session"])

    @router.post(
        "", status_code=201, responses=answers("Session", 201), openapi_extra=takes("SignIn")
    )
    async def sign_in(request: Request) -> Response:
        """Sign in with email and password; the answer sets the session cookie."""
        said = await _said(request, hosts)
        start = await people.sign_in(said, address=_address(request), user_agent=_agent(request))
        return _started(request, start)

    @router.post(
        "/first",
        status_code=201,
        responses=answers("Session", 201),
        openapi_extra=takes("FirstSignIn"),
    )
    async def sign_in_first(request: Request) -> Response:
        """Make the first user, an admin, with the token of the one-time sign-in link."""
        said = await _said(request, hosts)
        start = await people.start_first(
            said, address=_address(request), user_agent=_agent(request)
        )
        return _started(request, start)

    @router.get("", responses=answers("Session"))
    async def read_session(caller: Caller, request: Request) -> Response:
        """Who calls. `user` is null for a caller token."""
        session = _session(request, caller.kind)
        user = await people.user_of_session(session) if session is not None else None
        who = {"kind": caller.kind, "id": caller.id, "name": caller.name, "role": caller.role}
        return document({"user": user, "actor": who})

    @router.put(
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
            await people.sign_out(session)
        return respond(Answer(204, headers=(_cookie(request, "", lifetime_s=0),)))

    def _started(request: Request, start: SessionStart) -> Response:
        user = start.user
        who = {"kind": "user", "id": user["id"], "name": user["email"], "role": user["role"]}
        headers = (
            _cookie(request, start.session_id, lifetime_s=lifetime_s),
            (b"location", f"{PREFIX}/session".encode("ascii")),
        )
        return respond(json_answer({"user": user, "actor": who}, status=201, headers=headers))

    def _cookie(request: Request, value: str, *, lifetime_s: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if request.scope["scheme"] == "https" or hosts.https else ""
        text = f"{COOKIE}={value}; Path=/; Max-Age={lifetime_s}; HttpOnly; SameSite=Lax{secure}"
        return b"set-cookie", text.encode("ascii")

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
