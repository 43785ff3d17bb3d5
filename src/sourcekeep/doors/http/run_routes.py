"""The routes that run and preview queries: bare ASGI beside FastAPI, one decode and one encode.

They are the hot path (performance.md: FastAPI costs twice the run itself). The path is matched on
its bytes, as sent, so that a name may hold an encoded slash.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from sourcekeep.doors.http.answers import Answer, Receive, Scope, Send
from sourcekeep.doors.http.bodies import media_type, object_in, read_body
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.problems import problem_of
from sourcekeep.kit import exact_json
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.policy import NO_LIMITS, Actor
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.runs import Runs, encode

# Where a request's scope holds its connection, so that a run hears when its caller has gone.
IN_SCOPE = "sourcekeep.connection"

STOPPED = problem_of(Refused("unavailable", "stopping", "The server stopped during the run."))
_QUERIES = f"{PREFIX}/queries/".encode()
_SOURCES = f"{PREFIX}/data-sources/".encode()
_RUN, _PREVIEW = b"/run", b"/preview"


class Watching(Protocol):
    """A connection that cancels a task when its caller goes."""

    gone: bool

    def watch(self, task: asyncio.Task[Any]) -> None: ...
    def unwatch(self, task: asyncio.Task[Any]) -> None: ...


class RunRoutes:
    """`POST /queries/{query}/run|preview` and `POST /data-sources/{source}/run|preview`."""

    def __init__(self, runs: Runs, *, max_request_bytes: int) -> None:
        self._runs = runs
        self._limit = max_request_bytes

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, *, actor: Actor, order: Order
    ) -> None:
        await self._require(actor, order)
        sent = await read_body(scope, receive, limit=self._limit)
        work = self.content(actor, order, sent, media_type(scope))
        connection: Watching | None = scope.get(IN_SCOPE)
        if connection is None:
            await Answer(200, await work).send(send)
            return
        # uvicorn's own word for a caller that has gone is a `receive()` that a second task would
        # have to wait in; the connection tells it without one (2.4 us a run).
        task = asyncio.current_task()
        assert task is not None
        connection.watch(task)
        try:
            content = await work
        except asyncio.CancelledError:
            if not connection.gone:  # else nobody is there, and the run is cancelled with them
                await STOPPED.send(send)  # the time given to runs is over
            return
        finally:
            connection.unwatch(task)
        await Answer(200, content).send(send)

    async def content(
        self, actor: Actor, order: Order, sent: bytes, media_type: bytes | None
    ) -> bytes:
        """The answer to an order whose whole body is here, as JSON text."""
        if actor.policy is not NO_LIMITS or not order.saved:
            await self._require(actor, order)
        body = object_in(sent, media_type, limit=self._limit, optional=True)
        runs, ref = self._runs, order.ref
        if order.saved:
            _only_parameters(body)
            parameters = body.get("parameters")
            if order.preview:
                return exact_json.dumps(await runs.preview_saved(actor, ref, parameters))
            return encode(await runs.run_saved(actor, ref, parameters))
        if order.preview:
            return exact_json.dumps(await runs.preview_unsaved(actor, ref, body))
        return encode(await runs.run_unsaved(actor, ref, body))

    async def _require(self, actor: Actor, order: Order) -> None:
        """Before the body is looked at. Without a policy, every role may run what is saved."""
        if actor.policy is not NO_LIMITS or not order.saved:
            await self._runs.require_order(actor, order.ref, saved=order.saved)


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


_KNOWN = frozenset({"parameters"})


def _only_parameters(body: dict[str, Any]) -> None:
    unknown = body.keys() - _KNOWN
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
