"""`/sessions`: where one is signed in, and signing out elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from sourcekeep.doors.http.answers import Answer
from sourcekeep.doors.http.asked import Caller, nothing, page, respond
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.doors.http.identity import session_of
from sourcekeep.doors.http.session_cookie import SessionCookie
from sourcekeep.services.sessions import Sessions


def routes(sessions: Sessions, cookie: SessionCookie) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/sessions", tags=["session"])

    @router.get("", responses=answers("SignedInSessionPage"))
    async def list_sessions(caller: Caller, request: Request) -> Response:
        """One's own sessions, the one used last first."""
        here = session_of(dict(request.scope["headers"])) or ""
        found = await sessions.list(caller, here)
        return page(found.items, found.next)

    @router.delete("/{session}", status_code=204, responses=answers(None, 204))
    async def end_session(caller: Caller, session: str) -> Response:
        """End one of one's own sessions."""
        await sessions.end(caller, session)
        return nothing()

    @router.delete("", status_code=204, responses=answers(None, 204))
    async def end_sessions(caller: Caller, request: Request) -> Response:
        """Sign out everywhere, here too."""
        await sessions.end_all(caller)
        return respond(Answer(204, headers=(cookie.cleared(request),)))

    return router
