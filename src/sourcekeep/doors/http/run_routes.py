"""The routes that run and preview queries: bare ASGI beside FastAPI, one decode and one encode.

They are the hot path (performance.md: FastAPI costs twice the run itself). The path is matched on
its bytes, as sent, so that a name may hold an encoded slash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote_to_bytes

from sourcekeep.doors.http.answers import Answer, Receive, Scope, Send, json_answer
from sourcekeep.doors.http.bodies import read_object
from sourcekeep.doors.http.connection import IN_SCOPE
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.problems import problem_of
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.runs import Runs, encode

_QUERIES = f"{PREFIX}/queries/".encode()
_SOURCES = f"{PREFIX}/data-sources/".encode()
_RUN, _PREVIEW = b"/run", b"/preview"


class RunRoutes:
    """`POST /queries/{query}/run|preview` and `POST /data-sources/{source}/run|preview`."""

    def __init__(self, runs: Runs, *, max_request_bytes: int) -> None:
        self._runs = runs
        self._limit = max_request_bytes

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, *, actor: Actor, order: Order
    ) -> None:
        body = await read_object(scope, receive, limit=self._limit, optional=True)
        answer = await _unless_caller_goes(scope, self._answer(actor, order, body))
        if answer is not None:
            await answer.send(send)

    async def _answer(self, actor: Actor, order: Order, body: dict[str, Any]) -> Answer:
        runs, ref = self._runs, order.ref
        if order.saved:
            _only_parameters(body)
            parameters = body.get("parameters")
            if order.preview:
                return json_answer(await runs.preview_saved(actor, ref, parameters))
            return Answer(200, encode(await runs.run_saved(actor, ref, parameters)))
        if order.preview:
            return json_answer(await runs.preview_unsaved(actor, ref, body))
        return Answer(200, encode(await runs.run_unsaved(actor, ref, body)))


class Order:
    """What a run route's path asks for."""

    __slots__ = ("preview", "ref", "saved")

    def __init__(self, *, saved: bool, ref: str, preview: bool) -> None:
        self.saved = saved
        self.ref = ref
        self.preview = preview


def order_of(raw_path: bytes) -> Order | None:
    """The order in a path as it was sent, or None when it is another route's."""
    if raw_path.endswith(_RUN):
        preview, rest = False, raw_path[: -len(_RUN)]
    elif raw_path.endswith(_PREVIEW):
        preview, rest = True, raw_path[: -len(_PREVIEW)]
    else:
        return None
    saved = rest.startswith(_QUERIES)
    if not saved and not rest.startswith(_SOURCES):
        return None
    segment = rest[len(_QUERIES if saved else _SOURCES) :]
    if not segment or b"/" in segment:
        return None
    ref = unquote_to_bytes(segment).decode("utf-8", "replace")
    return Order(saved=saved, ref=ref, preview=preview)


async def _unless_caller_goes(scope: Scope, work: Awaitable[Answer]) -> Answer | None:
    """The answer; None when the caller closed its connection, which cancels the run.

    uvicorn's own word for it is a `receive()` that a second task would have to wait in; the
    connection tells it without one (2.4 µs a run).
    """
    connection = scope.get(IN_SCOPE)
    task = asyncio.current_task()
    if connection is None or task is None:
        return await work
    connection.watch(task)
    try:
        return await work
    except asyncio.CancelledError:
        if connection.gone:
            return None
        # The server stops and the time given to runs is over.
        return problem_of(Refused("unavailable", "stopping", "The server stopped during the run."))
    finally:
        connection.unwatch(task)


def _only_parameters(body: dict[str, Any]) -> None:
    unknown = body.keys() - {"parameters"}
    if unknown:
        raise Invalid(
            [
                Fault(
                    pointer([name]),
                    "unknown_field",
                    f"'{name[:80]}' is not known here; values go into 'parameters'.",
                )
                for name in sorted(unknown)
            ]
        )
