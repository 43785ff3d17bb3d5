"""`/users`: the people who may sign in."""

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
from sourcekeep.services.users import Users


def routes(users: Users) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/users", tags=["users"])

    @router.get("", responses=answers("UserPage"))
    async def list_users(caller: Caller, cursor: Cursor = None, limit: Limit = None) -> Response:
        """The users, by e-mail address."""
        found = await users.list(caller, cursor=cursor, limit=limit)
        return page(found.items, found.next)

    @router.post(
        "", status_code=201, responses=answers("User", 201), openapi_extra=takes("NewUser")
    )
    async def create_user(caller: Caller, payload: Json) -> Response:
        """Add a user, who signs in with this password and can change it."""
        made = await users.create(caller, payload)
        return created(made, location=f"{PREFIX}/users/{made['id']}")

    @router.patch("/{user}", responses=answers("User"), openapi_extra=takes("UserPatch"))
    async def change_user(caller: Caller, user: str, payload: Json) -> Response:
        """Change a user's role, name, address or password, or bar them. Their sessions end."""
        return document(await users.patch(caller, user, payload))

    @router.delete("/{user}", status_code=204, responses=answers(None, 204))
    async def delete_user(caller: Caller, user: str) -> Response:
        """Remove a user. The last admin stays."""
        await users.delete(caller, user)
        return nothing()

    return router
