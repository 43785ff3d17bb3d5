"""`/keys`: the master keys by id, and their rotation. A key itself never comes out."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import Caller, OptionalJson, document, page
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.services.keys import Keys


def routes(keys: Keys) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/keys", tags=["keys"])

    @router.get("", responses=answers("MasterKeyPage"))
    async def list_keys(caller: Caller) -> Response:
        """The master keys that are here or in use, the current one first, and how many secrets
        each of them wraps."""
        found = await keys.list(caller)
        return page(found.items, found.next)

    @router.post(
        "/rotate",
        responses=answers("KeyRotation"),
        openapi_extra=takes("RotationOrder", required=False),
    )
    async def rotate_keys(caller: Caller, payload: OptionalJson) -> Response:
        """Make a new master key, or finish a rotation that was begun, and wrap every secret with the
        current key while everything goes on. 409 `rotation_running` while another process does."""
        return document(await keys.rotate(caller, payload))

    return router
