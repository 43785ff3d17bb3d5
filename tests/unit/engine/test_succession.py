"""A next credential is tried first, and the current one stands in when it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.run import OpenedSource
from sourcekeep.engine.succession import AGAIN_AFTER_S, Succession
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Result
from tests.unit.engine.running import Runner, bearer, reply, running
from tests.upstream.raw import Visit, raw_server

OLD, NEW = "canary-old-11f9b2", "canary-new-7a30cc"


@dataclass
class Guard:
    """An API that accepts some tokens; keeps which came, with which body."""

    accepted: set[str]
    port: int = 0
    came: list[tuple[str, bytes]] = field(default_factory=list)

    async def visit(self, visit: Visit) -> None:
        while head := await visit.head():
            lines = head.decode().split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            size = int(fields.get("content-length", "0"))
            body = await visit.body(size) if size else b""
            token = fields.get("authorization", "").removeprefix("bearer ")
            self.came.append((token, body))
            await visit.send(reply(200 if token in self.accepted else 401, b"{}"))

    @property
    def tokens(self) -> list[str]:
        return [token for token, _ in self.came]


@asynccontextmanager
async def guarded(*accepted: str) -> AsyncIterator[Guard]:
    guard = Guard(set(accepted))
    async with raw_server(guard.visit) as upstream:
        guard.port = upstream.port
        yield guard


def rotating(*, current: str = OLD, coming: str = NEW) -> OpenedSource:
    auth, values = bearer(current)
    source = OpenedSource(auth, values, None, {}, Redactor([current, coming]), token_scope="s/1")
    return source.succeeded_by(values.model_copy(update={"token": SecretStr(coming)}))


async def run(runner: Runner, guard: Guard, source: OpenedSource, **query: object) -> Result:
    face = SourceFace("source", "source", f"http://127.0.0.1:{guard.port}")
    plan = prepare(face, RequestSpec.model_validate(query)).plan({}, {}, {})
    return await runner.engine.run(plan, lambda: source, run_id="run_1")


def codes(result: Result) -> list[str]:
    return [notice.code for notice in result.warnings if notice.code.startswith("credential_next")]


async def test_the_next_credential_is_tried_first_and_said_to_work() -> None:
    async with guarded(OLD, NEW) as guard, running() as runner:
        result = await run(runner, guard, rotating())
    assert (result.status, guard.tokens, codes(result)) == ("ok", [NEW], ["credential_next_worked"])


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_after_a_401_the_current_one_is_used_with_the_same_body(method: str) -> None:
    body = {"type": "raw", "content": "pay once"} if method in ("POST", "PATCH") else {}
    more = {"body": body} if body else {}
    async with guarded(OLD) as guard, running() as runner:
        result = await run(runner, guard, rotating(), method=method, **more)
    assert (result.status, codes(result)) == ("ok", ["credential_next_refused"])
    content = b"pay once" if body else b""
    assert guard.came == [(NEW, content), (OLD, content)]
    assert len(result.attempts) == 1
    assert NEW not in repr(result) and OLD not in repr(result)


async def test_a_refused_one_is_left_alone_for_a_while() -> None:
    async with guarded(OLD) as guard, running() as runner:
        source = rotating()
        results = [await run(runner, guard, source) for _ in range(3)]
    assert guard.tokens == [NEW, OLD, OLD, OLD]
    assert [codes(result) for result in results] == [["credential_next_refused"]] * 3


def test_it_is_tried_again_now_and_then_by_one_run() -> None:
    now = [100.0]
    succession = Succession(lambda: now[0])
    assert succession.is_due() and succession.is_due()
    succession.refused()
    assert not succession.is_due()
    now[0] += AGAIN_AFTER_S
    assert [succession.is_due() for _ in range(3)] == [True, False, False]
    succession.accepted()
    assert succession.is_due() and succession.is_due()


async def test_when_both_are_refused_the_run_fails_as_ever() -> None:
    async with guarded() as guard, running() as runner:
        result = await run(runner, guard, rotating())
    assert result.error is not None and result.error.code == "http_status"
    assert (guard.tokens, codes(result)) == ([NEW, OLD], ["credential_next_refused"])


async def test_another_failure_than_401_is_not_sent_again() -> None:
    class Broken(Guard):
        async def visit(self, visit: Visit) -> None:
            while head := await visit.head():
                self.came.append((head.decode(), b""))
                await visit.send(reply(403, b"{}"))

    guard = Broken(set())
    async with raw_server(guard.visit) as upstream, running() as runner:
        guard.port = upstream.port
        result = await run(runner, guard, rotating(), method="POST")
    assert (len(guard.came), codes(result)) == (1, [])


async def test_no_run_fails_while_the_upstream_changes_over() -> None:
    async with guarded(OLD) as guard, running() as runner:
        source = rotating()

        async def runs() -> list[Result]:
            return list(await asyncio.gather(*(run(runner, guard, source) for _ in range(20))))

        before = await runs()
        guard.accepted = {OLD, NEW}
        during = await runs()
    assert {result.status for result in before + during} == {"ok"}


async def test_a_source_without_one_says_nothing() -> None:
    async with guarded(OLD) as guard, running() as runner:
        auth, values = bearer(OLD)
        source = OpenedSource(auth, values, None, {}, Redactor([OLD]), token_scope="s/1")
        result = await run(runner, guard, source)
    assert (guard.tokens, codes(result)) == ([OLD], [])
