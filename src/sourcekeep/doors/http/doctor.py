"""`/doctor`: what an operator should know of this installation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sourcekeep.doors.http.asked import Caller, document
from sourcekeep.doors.http.described import PREFIX, answers
from sourcekeep.services.doctor import Doctor


def routes(doctor: Doctor) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/doctor", tags=["doctor"])

    @router.get("", responses=answers("Examination"))
    async def examine(caller: Caller) -> Response:
        """Look at the store, the keys, the disk, every data source and when certificates end.
        Nothing is sent, nothing is changed."""
        return document(await doctor.examine(caller))

    return router
