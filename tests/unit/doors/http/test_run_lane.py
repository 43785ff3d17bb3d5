"""The short way of a run: what goes it, and that nobody can tell it from the ordinary one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sourcekeep.doors.http.gate import Gate
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import Identity
from sourcekeep.doors.http.run_connection import RunConnection
from sourcekeep.doors.http.run_lane import Call, RunLane
from sourcekeep.doors.http.run_routes import RunRoutes
from sourcekeep.model.policy import Actor, Door, Policy
from sourcekeep.model.problem import Refused
from tests.unit.doors.http.test_connection import Serving, serving

LIMIT = 200_000
ACTOR = Actor("token", "tok_1", "ci", "runner", "api")


class Tokens:
    def known_actor(self, text: str, door: Door) -> Actor | None:
        return ACTOR if text == "sk_good" else None

    async def actor_of_token(self, text: str, door: Door) -> Actor:
        if text == "sk_good":
            return ACTOR
        if text == "sk_narrow":
            return Actor("token", "tok_2", "narrow", "runner", door, Policy(queries=[]))
        raise Refused("not_signed_in", "token_unknown", "The caller token is not valid.")


class Sessions:
    async def actor_of_session(self, session_id: str) -> Actor:
        raise Refused("not_signed_in", "not_signed_in", "Sign in.")


class Runs:
    """Previews by saying what was asked; `hold` makes them wait, `large` long."""

    def __init__(self) -> None:
        self.hold: asyncio.Event | None = None
        self.large = 0
        self.cancelled = asyncio.Event()
        self.begun = asyncio.Event()

    async def preview_saved(self, actor: Actor, ref: str, parameters: Any) -> dict[str, Any]:
        self.begun.set()
        if ref == "broken":
            raise ZeroDivisionError
        if ref == "missing":
            raise Refused("not_found", "not_found", "There is no such query.")
        if self.hold is not None:
            try:
                await self.hold.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return {"ref": ref, "parameters": parameters, "more": "x" * self.large}

    async def require_order(self, actor: Actor, ref: str, *, saved: bool) -> None:
        if actor.policy.queries == []:
            raise Refused("forbidden", "query_not_allowed", "Not this query.")


class Counted(Gate):
    """Counts the requests that went the ordinary way."""

    ordinary = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.ordinary += 1
        await super().__call__(scope, receive, send)


async def pages(scope: Any, receive: Any, send: Any) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
    )
    await send({"type": "http.response.body", "body": b"page"})


async def nothing() -> None:
    """The store answers."""


@asynccontextmanager
async def lane() -> AsyncIterator[tuple[Serving, Counted, Runs]]:
    hosts = HostRule(told=(), public_url=None, loopback_only=True)
    runs = Runs()
    gate = Counted(
        hosts=hosts,
        identity=Identity(sessions=Sessions(), tokens=Tokens(), hosts=hosts),
        run_routes=RunRoutes(runs, max_request_bytes=LIMIT),  # type: ignore[arg-type]
        management=pages,
        pages=pages,
        ping=nothing,
    )
    async with serving(gate, RunConnection) as caller:
        yield caller, gate, runs


def post(
    ref: bytes = b"a",
    body: bytes = b"{}",
    *fields: bytes,
    token: bytes = b"sk_good",
    host: bytes = b"localhost",
) -> bytes:
    head = [
        b"POST /api/v1/queries/" + ref + b"/preview HTTP/1.1",
        b"Host: " + host,
        b"Authorization: Bearer " + token,
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        *fields,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


async def one_answer(caller: Serving) -> bytes:
    head = await asyncio.wait_for(caller.reader.readuntil(b"\r\n\r\n"), 5)
    length = re.search(rb"content-length: (\d+)", head)
    assert length is not None
    return head + await caller.reader.readexactly(int(length[1]))


async def test_a_plain_call_goes_the_short_way_again_and_again() -> None:
    async with lane() as (caller, gate, _):
        for number in (b"1", b"2"):
            caller.writer.write(post(body=b'{"parameters": {"id": %b}}' % number))
            said = await one_answer(caller)
            assert said.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b'"parameters":{"id":%b}' % number in said
        assert gate.ordinary == 0


@pytest.mark.parametrize(
    "request_",
    [
        post(),
        post(b"a%2Fb", b'{"parameters": {"x": 1.10}}'),
        post(b"missing"),
        post(b"broken"),
        post(body=b""),
        post(body=b"{"),
        post(body=b"[]"),
        post(body=b'{"nope": 1}'),
        post(token=b"sk_wrong"),
        post(token=b"sk_narrow"),
        post(host=b"evil.example"),
    ],
)
async def test_both_ways_give_the_same_answer(request_: bytes) -> None:
    head, _, body = request_.partition(b"\r\n\r\n")
    ordinary = head + b"\r\nConnection: keep-alive\r\n\r\n" + body
    async with lane() as (caller, gate, _runs):
        said = []
        for one in (request_, ordinary):
            caller.writer.write(one)
            answer = await one_answer(caller)
            said.append(re.sub(rb"fault_\w+|date: [^\r]+", b"", answer))
        assert said[0] == said[1]
        assert gate.ordinary == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (post(b"a", b"{}", b"Connection: close"), 200),
        (post(b"a").replace(b"/preview", b"/preview?x=1"), 200),
        (post(b"a").replace(b"/preview", b"?x/preview"), 200),  # the page of another route
        (post(b"a").replace(b"/preview", b"#x/preview"), 200),
        (post(b"a", b'{"parameters": {"x": "%b"}}' % (b"x" * 100_000)), 200),
        (post(b"a", b'{"parameters": {"x": "%b"}}' % (b"x" * LIMIT)), 413),
        (post(b"a", b"{}", b"Authorization: Bearer sk_other"), 400),
        (post().replace(b"HTTP/1.1", b"HTTP/1.0"), 200),
        (post().replace(b"Authorization: Bearer sk_good\r\n", b""), 401),
        (
            post(body=b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
            + b"2\r\n{}\r\n0\r\n\r\n",
            200,
        ),
    ],
)
async def test_what_is_not_plain_goes_the_ordinary_way(request_: bytes, status: int) -> None:
    async with lane() as (caller, gate, _):
        caller.writer.write(request_)
        assert (await one_answer(caller)).startswith(b"HTTP/1.1 %d " % status)
        assert gate.ordinary == 1


async def test_who_asks_whether_to_go_on_is_told_before_the_body() -> None:
    async with lane() as (caller, gate, _):
        request = post(b"a", b"{}", b"Expect: 100-continue")
        await caller.say(request[:-2])
        assert await caller.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await caller.say(request[-2:])
        assert (await one_answer(caller)).startswith(b"HTTP/1.1 200 ")
        assert gate.ordinary == 1


async def test_a_body_in_pieces_is_waited_for() -> None:
    async with lane() as (caller, gate, _):
        request = post(body=b'{"parameters": {"id": 7}}')
        for start in range(0, len(request), 25):
            caller.writer.write(request[start : start + 25])
            await asyncio.sleep(0)
        assert b'"id":7' in await one_answer(caller)
        assert gate.ordinary == 0


async def test_requests_sent_without_waiting_are_answered_in_their_order_whatever_their_way() -> (
    None
):
    async with lane() as (caller, gate, _):
        page = b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
        caller.writer.write(post(b"one") + post(b"two") + page + post(b"three") + page)
        said = [await one_answer(caller) for _ in range(5)]
        assert [b'"one"' in said[0], b'"two"' in said[1], b'"three"' in said[3]] == [True] * 3
        assert said[2].endswith(b"page") and said[4].endswith(b"page")
        caller.writer.write(post(b"after"))
        before = gate.ordinary
        assert b'"after"' in await one_answer(caller)
        assert gate.ordinary == before


async def test_a_large_answer_comes_whole() -> None:
    async with lane() as (caller, _, runs):
        runs.large = 3_000_000
        caller.writer.write(post() + post())
        for _ in range(2):
            assert len(await one_answer(caller)) > runs.large


async def test_a_caller_that_goes_cancels_its_run() -> None:
    async with lane() as (caller, _, runs):
        runs.hold = asyncio.Event()
        await caller.say(post())
        await asyncio.wait_for(runs.begun.wait(), 5)
        caller.writer.close()
        await asyncio.wait_for(runs.cancelled.wait(), 5)


async def test_a_call_that_nothing_can_answer_does_not_wait_for_ever() -> None:
    class Broken:
        def __init__(self, lane: RunLane) -> None:
            self.fits = lane.fits

        async def answer(self, call: Call, scheme: str) -> tuple[int, bytes, bytes]:
            raise ZeroDivisionError

    async with lane() as (_, gate, _runs):
        gate.lane = Broken(gate.lane)  # type: ignore[assignment]
        faults: list[Any] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: faults.append(told["exception"]))
        async with serving(gate, RunConnection) as caller:
            await caller.say(post())
            assert await asyncio.wait_for(caller.reader.read(), 5) == b""
        loop.set_exception_handler(None)
        assert [type(fault) for fault in faults] == [ZeroDivisionError]


async def test_a_server_that_stops_answers_what_goes_on_and_closes() -> None:
    async with lane() as (caller, _, runs):
        runs.hold = asyncio.Event()
        await caller.say(post())
        await asyncio.wait_for(runs.begun.wait(), 5)
        caller.side.shutdown()
        runs.hold.set()
        said = await asyncio.wait_for(caller.reader.read(), 5)
        assert b"connection: close\r\n" in said and b'"ref":"a"' in said


async def test_a_run_that_the_stop_of_the_server_cancels_says_so() -> None:
    async with lane() as (caller, _, runs):
        runs.hold = asyncio.Event()
        await caller.say(post())
        await asyncio.wait_for(runs.begun.wait(), 5)
        (task,) = caller.side.tasks
        task.cancel()
        assert (await one_answer(caller)).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("at_once", [True, False])
async def test_after_a_refusal_nothing_else_is_written_and_the_run_ends(at_once: bool) -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    async with lane() as (caller, _, runs):
        runs.hold = asyncio.Event()
        if at_once:
            await caller.say(post() + b"what is this\r\n\r\n")
            assert not runs.begun.is_set()
        else:
            await caller.say(post())
            await asyncio.wait_for(runs.begun.wait(), 5)
            await caller.say(b"what is this\r\n\r\n")
            await asyncio.wait_for(runs.cancelled.wait(), 5)
        said = await asyncio.wait_for(caller.reader.read(), 5)
        assert said.count(b"HTTP/1.1 ") == 1 and said.startswith(b"HTTP/1.1 400 ")
    assert faults == []
