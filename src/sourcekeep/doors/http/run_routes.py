"""The routes that run and preview queries: bare ASGI beside FastAPI, one decode and one encode.

They are the hot path (performance.md: FastAPI costs twice the run itself). The path is matched on
its bytes, as sent, so that a name may hold an encoded slash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from sourcekeep.doors.http.answers import Answer, Receive, Scope, Send, json_lines
from sourcekeep.doors.http.bodies import object_in, read_body
from sourcekeep.doors.http.connection import IN_SCOPE, Connection
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.problems import problem_of
from sourcekeep.kit import exact_json
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.policy import NO_LIMITS, Actor
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.runs import Runs, encode

_STOPPED = problem_of(Refused("unavailable", "stopping", "The server stopped during the run."))
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
        if (
            actor.policy is not NO_LIMITS or not order.saved
        ):  # else: every role may run what is saved
            await self._runs.require_order(actor, order.ref, saved=order.saved)
        connection: Connection | None = scope.get(IN_SCOPE)
        sent = connection.take_body(scope) if connection is not None else None
        if sent is None:
            sent = await read_body(scope, receive, limit=self._limit)
        body = object_in(sent, scope, limit=self._limit, optional=True)
        work = self._work(actor, order, body)
        if connection is None:
            value = await work
        else:
            # uvicorn's own word for a caller that has gone is a `receive()` that a second task
            # would have to wait in; the connection tells it without one (2.4 us a run).
            task = asyncio.current_task(connection.loop)
            assert task is not None
            connection.watch(task)
            try:
                value = await work
            except asyncio.CancelledError:
                if connection.gone:  # and the run is cancelled with it
                    return
                await _STOPPED.send(send)  # the time given to runs is over
                return
            finally:
                connection.unwatch(task)
        content = exact_json.dumps(value) if order.preview else encode(value)
        if connection is None or not connection.answer(
            scope, 200, json_lines(len(content)), content
        ):
            await Answer(200, content).send(send)

    def _work(self, actor: Actor, order: Order, body: dict[str, Any]) -> Awaitable[Any]:
        """What is asked for, begun when it is awaited: a Result, or a preview's document."""
        runs, ref = self._runs, order.ref
        if order.saved:
            _only_parameters(body)
            saved = runs.preview_saved if order.preview else runs.run_saved
            return saved(actor, ref, body.get("parameters"))
        unsaved = runs.preview_unsaved if order.preview else runs.run_unsaved
        return unsaved(actor, ref, body)


class Order:
    """What a run route's path asks for."""

    __slots__ = ("preview", "ref", "saved")

    def __init__(self, *, saved: bool, ref: str, preview: bool) -> None:
        self.saved = saved
        self.ref = ref
        self.preview = preview


def order_of(raw_path: bytes) -> Order | None:
    """The order in a path as it was sent, or None when it is another route's."""
    if len(raw_path) > _LONGEST_KEPT:
        return _read_order(raw_path)
    return _kept_order(raw_path)


def _read_order(raw_path: bytes) -> Order | None:
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


_LONGEST_KEPT = 256
_kept_order = lru_cache(maxsize=1000)(_read_order)


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
