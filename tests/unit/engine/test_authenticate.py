"""The conversation with an auth type: tokens remembered, obtained once, forgotten when refused."""

from __future__ import annotations

import asyncio
import json

import pytest

from sourcekeep.engine.authenticate import Tokens, authenticate
from sourcekeep.engine.result_json import encode
from sourcekeep.model.auth import (
    AuthType,
    AuthValues,
    Flow,
    Outgoing,
    Place,
    Recall,
    Remember,
    Reply,
    Send,
)
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed
from tests.unit.engine.running import recorded, reply, running

REQUEST = Outgoing("GET", "http://api.example/")


class GrantValues(AuthValues):
    token_url: str


def flow(values: GrantValues, request: Outgoing) -> Flow:
    token = yield Recall("token")
    if token is None:
        answer = yield Send("POST", values.token_url, (("Accept", "application/json"),), b"grant")
        if answer.status != 200:
            raise Failed(problem("token_refresh_failed", f"It answered {answer.status}."))
        token = json.loads(answer.body)["token"]
        yield Remember("token", token, 60)
    return request.with_header("Authorization", f"Bearer {token}")


def places(values: GrantValues) -> tuple[tuple[Place, str], ...]:
    return (("header", "Authorization"),)


GRANT = AuthType("grant", "Grant", "", GrantValues, flow, places)
VALUES = GrantValues(token_url="http://127.0.0.1:1/token")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Provider:
    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, step: Send) -> Reply:
        self.calls += 1
        number = self.calls
        await asyncio.sleep(0.01)
        return Reply(200, (), json.dumps({"token": f"t{number}"}).encode())


async def credential(tokens: Tokens, provider: Provider, scope: str = "s/1") -> tuple[str, bool]:
    got = await authenticate(GRANT, VALUES, REQUEST, scope=scope, tokens=tokens, send=provider)
    return got.added[0][2], got.recalled


async def test_a_token_is_obtained_once_and_then_recalled() -> None:
    tokens, provider = Tokens(), Provider()
    assert await credential(tokens, provider) == ("Bearer t1", False)
    assert await credential(tokens, provider) == ("Bearer t1", True)
    assert provider.calls == 1


async def test_many_runs_at_once_make_one_token_call() -> None:
    tokens, provider = Tokens(), Provider()
    got = await asyncio.gather(*(credential(tokens, provider) for _ in range(20)))
    assert {text for text, _ in got} == {"Bearer t1"}
    assert provider.calls == 1


async def test_a_token_belongs_to_one_scope_and_ends_in_time() -> None:
    clock = Clock()
    tokens, provider = Tokens(clock), Provider()
    assert await credential(tokens, provider, "s/1") == ("Bearer t1", False)
    assert await credential(tokens, provider, "s/2") == ("Bearer t2", False)
    clock.now = 61
    assert await credential(tokens, provider, "s/1") == ("Bearer t3", False)
    tokens.forget("s/1")
    assert await credential(tokens, provider, "s/1") == ("Bearer t4", False)


async def test_a_failed_token_call_lets_the_next_run_try() -> None:
    async def refused(step: Send) -> Reply:
        return Reply(400, (), b"")

    tokens = Tokens()
    with pytest.raises(Failed) as raised:
        await authenticate(GRANT, VALUES, REQUEST, scope="s", tokens=tokens, send=refused)
    assert raised.value.problem.code == "token_refresh_failed"
    assert await credential(tokens, Provider(), "s") == ("Bearer t1", False)


async def test_a_stale_token_is_renewed_once_within_the_run() -> None:
    async with recorded() as upstream, running() as runner:
        auth = (GRANT, GrantValues(token_url=f"{upstream.base}/token"))
        upstream.by_path["/token"] = reply(body=b'{"token": "first-token"}')
        assert (await runner.run(upstream.base, {"path": "/x"}, auth=auth)).status == "ok"
        upstream.by_path["/token"] = reply(body=b'{"token": "second-token"}')
        upstream.answers = [reply(401), reply(body=b"{}")]
        result = await runner.run(upstream.base, {"path": "/x"}, auth=auth)
        assert result.status == "ok"
        assert [line.split()[1] for line in upstream.lines] == [
            "/token",
            "/x",
            "/x",
            "/token",
            "/x",
        ]
        assert upstream.header(4, "authorization") == "Bearer second-token"
        upstream.answers = [reply(401)]
        result = await runner.run(upstream.base, {"path": "/x"}, auth=auth)
        assert result.error is not None and result.error.code == "http_status"
        assert len(upstream.heads) == 8
    assert upstream.bodies[0] == b"grant"


async def test_an_access_token_is_masked_like_the_secrets_it_stands_for() -> None:
    async with recorded() as upstream, running() as runner:
        auth = (GRANT, GrantValues(token_url=f"{upstream.base}/token"))
        upstream.by_path["/token"] = reply(body=b'{"token": "obtained-token"}')
        upstream.answers = [reply(body=b'{"echo": "obtained-token"}')]
        result = await runner.run(upstream.base, {"path": "/x"}, auth=auth)
    assert "obtained-token" not in encode(result).decode()
