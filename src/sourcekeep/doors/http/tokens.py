"""`/tokens`: caller tokens. A token's text is told once, when it is made."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import (
    Caller,
    Cursor,
    Json,
    Limit,
    created,
    document,
    nothing,
    page,
)
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.services.callers import Callers


def routes(callers: Callers) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/tokens", tags=["tokens"])

    @router.post(
        "", status_code=201, responses=answers("NewTokenMade", 201), openapi_extra=takes("NewToken")
    )
    async def create_token(caller: Caller, payload: Json) -> Response:
        """Create a caller token. Its text is in this answer and never again."""
        made = await callers.create(caller, payload)
        document = {**made.doc, "token": made.token}
        return created(document, location=f"{PREFIX}/tokens/{made.doc['id']}")

    @router.get("", responses=answers("TokenPage"))
    async def list_tokens(caller: Caller, cursor: Cursor = None, limit: Limit = None) -> Response:
        """The caller tokens, without their texts."""
        found = await callers.list(caller, cursor=cursor, limit=limit)
        return page(found.items, found.next)

    @router.post(
        "/explain", responses=answers("Explanation"), openapi_extra=takes("PolicyQuestion")
    )
    async def explain_policy(caller: Caller, payload: Json) -> Response:
        """What a caller token with this role and policy could do, before it is made."""
        return document(await callers.explain(caller, payload))

    @router.get("/{token:path}", responses=answers("Token"))
    async def read_token(caller: Caller, token: str) -> Response:
        """A caller token by id or name, without its text."""
        return document(await callers.get(caller, token))

    @router.patch("/{token:path}", responses=answers("Token"), openapi_extra=takes("TokenPatch"))
    async def change_token(caller: Caller, token: str, payload: Json) -> Response:
        """Change a caller token's name or policy, at once and everywhere. The policy is replaced."""
        return document(await callers.patch(caller, token, payload))

    @router.delete("/{token:path}", status_code=204, responses=answers(None, 204))
    async def revoke_token(caller: Caller, token: str) -> Response:
        """Revoke a caller token at once, everywhere."""
        await callers.revoke(caller, token)
        return nothing()

    return router
