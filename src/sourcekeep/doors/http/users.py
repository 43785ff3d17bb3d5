"""`/users`: the people who may sign in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

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
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.kit.clock import rfc3339
from sourcekeep.services.users import Invited, Users


def routes(users: Users, hosts: HostRule) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/users", tags=["users"])

    @router.get("", responses=answers("UserPage"))
    async def list_users(caller: Caller, cursor: Cursor = None, limit: Limit = None) -> Response:
        """The users, by e-mail address."""
        found = await users.list(caller, cursor=cursor, limit=limit)
        return page(found.items, found.next)

    @router.post(
        "", status_code=201, responses=answers("InvitedUser", 201), openapi_extra=takes("NewUser")
    )
    async def create_user(caller: Caller, request: Request, payload: Json) -> Response:
        """Invite a user: the link in the answer lets them set a password, once. With a password in
        the call they can sign in at once, and there is no link."""
        made = await users.create(caller, payload)
        return created(_told(request, made), location=f"{PREFIX}/users/{made.user['id']}")

    @router.get("/{user:path}", responses=answers("User"))
    async def read_user(caller: Caller, user: str) -> Response:
        """A user by id or e-mail address."""
        return document(await users.get(caller, user))

    @router.post("/{user:path}/link", status_code=201, responses=answers("InvitedUser", 201))
    async def make_link(caller: Caller, request: Request, user: str) -> Response:
        """A new one-time link, to join or to set a new password. Links made before end."""
        made = await users.new_link(caller, user)
        return created(_told(request, made), location=f"{PREFIX}/users/{made.user['id']}")

    @router.patch("/{user:path}", responses=answers("User"), openapi_extra=takes("UserPatch"))
    async def change_user(caller: Caller, user: str, payload: Json) -> Response:
        """Change a user's role, name, address or password, or bar them. Their sessions end."""
        return document(await users.patch(caller, user, payload))

    @router.delete("/{user:path}", status_code=204, responses=answers(None, 204))
    async def delete_user(caller: Caller, user: str) -> Response:
        """Remove a user. The last admin stays."""
        await users.delete(caller, user)
        return nothing()

    def _told(request: Request, made: Invited) -> dict[str, Any]:
        headers = dict(request.scope["headers"])
        own = hosts.own_address(headers, scheme=request.scope["scheme"])
        link = made.link
        return {
            **made.user,
            "link": None if link is None else f"{own}/welcome?token={link.token}",
            "link_expires_at": None if link is None else rfc3339(link.expires_at),
        }

    return router
