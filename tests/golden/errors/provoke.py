"""One way to meet each error code of contract 4 in a real run, most against a broken server."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sourcekeep.engine.plan import HeaderDefault
from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import Proxy, dial
from sourcekeep.model.auth import AuthType, AuthValues, Flow, Outgoing, Send
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.plugins.registry import auth_types
from tests.unit.engine.running import Runner, recorded, reply, running
from tests.upstream.broken_tls import BROKEN
from tests.upstream.hostile import CASES as HOSTILE
from tests.upstream.raw import Visit, raw_server

FOLDER = Path(__file__).parent
NAMED_TLS = {
    "unknown_ca": "unknown CA",
    "self_signed": "self-signed",
    "certificate_expired": "expired",
    "certificate_not_yet_valid": "not yet valid",
    "hostname_mismatch": "wrong name",
    "client_certificate_required": "client certificate required, TLS 1.3",
    "client_certificate_rejected": "client certificate of an unknown CA, TLS 1.3",
    "tls_version": "old protocol",
    "tls_handshake_failed": "plain HTTP on the port",
}
NAMED_HOSTILE = {
    "read_timeout": "says nothing",
    "connection_closed": "closes without a word",
    "protocol_error": "two lengths",
}
QUERIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "parameter_missing": ({"parameters": [{"name": "id", "required": True}]}, {}),
    "parameter_unknown": ({"parameters": [{"name": "id"}]}, {"user": 1}),
    "parameter_invalid": ({"parameters": [{"name": "id", "type": "integer"}]}, {"id": "seven"}),
    "unknown_variable": ({"path": "/{{ params.usr }}", "parameters": [{"name": "user"}]}, {}),
    "template_error": ({"path": "/{{ 1 / 0 }}"}, {}),
    "invalid_url": ({"path": "/docs#part"}, {}),
    "origin_not_allowed": ({"path": "//evil.example/x"}, {}),
    "invalid_header": ({"headers": [{"name": "X-A", "value": "a\r\nb"}]}, {}),
    "invalid_body": ({"method": "POST", "body": {"type": "json", "content": '{"a": 1,}'}}, {}),
}


class NoValues(AuthValues):
    token_url: str = ""


def _token_flow(values: NoValues, request: Outgoing) -> Flow:
    answer = yield Send("POST", values.token_url)
    raise Failed(problem("token_refresh_failed", f"The token URL answered {answer.status}."))


def _consent_flow(values: NoValues, request: Outgoing) -> Flow:
    raise Failed(problem("consent_needed", "Nobody has connected an account yet."))
    yield


def _type(flow: Callable[[Any, Outgoing], Flow]) -> AuthType:
    return AuthType("example", "Example", "", NoValues, flow, lambda _values: ())


async def provoked(code: str) -> Problem:
    """The problem that a run ends in, with what differs from run to run taken out."""
    async with running() as runner:
        try:
            result = await _run(code, runner)
        except Failed as failed:
            return _steady(failed.problem)
    assert result is not None
    return _steady(result)


async def _run(code: str, runner: Runner) -> Problem | None:
    once: dict[str, Any] = {"max_attempts": 1}
    if code in QUERIES:
        query, parameters = QUERIES[code]
        async with recorded() as upstream:
            await runner.run(f"{upstream.base}/v1", query, parameters=parameters)
            return None
    if code in NAMED_TLS:
        case = next(case for case in BROKEN if case.name == NAMED_TLS[code])
        with case.start() as server:
            base = f"https://{case.host}:{server.port}"
            return (await runner.run(base, tls=TlsProfile(**case.tls), retry=once)).error
    if code in NAMED_HOSTILE:
        hostile = next(case for case in HOSTILE if case.name == NAMED_HOSTILE[code])
        async with raw_server(hostile.script()) as server:
            base = f"http://127.0.0.1:{server.port}"
            return (await runner.run(base, limits={"read_timeout_s": 0.3}, retry=once)).error
    return await PROVOKE[code](runner)


async def _locked(runner: Runner) -> Problem | None:
    await runner.run(
        "http://127.0.0.1:1",
        {"headers": [{"name": "X-Tenant", "value": "other"}]},
        headers=(HeaderDefault("X-Tenant", "acme", locked=True),),
    )
    return None


async def _without_token(runner: Runner) -> Problem | None:
    auth = auth_types()["bearer"]
    return (await runner.run("http://127.0.0.1:1", auth=(auth, auth.values()))).error


async def _token_refused(runner: Runner) -> Problem | None:
    async with recorded(reply(400)) as upstream:
        auth = (_type(_token_flow), NoValues(token_url=f"{upstream.base}/token"))
        return (await runner.run(upstream.base, auth=auth, retry={"max_attempts": 1})).error


async def _no_consent(runner: Runner) -> Problem | None:
    return (await runner.run("http://127.0.0.1:1", auth=(_type(_consent_flow), NoValues()))).error


def _at(base: str, **more: Any) -> Callable[[Runner], Awaitable[Problem | None]]:
    async def run(runner: Runner) -> Problem | None:
        return (await runner.run(base, retry={"max_attempts": 1}, **more)).error

    return run


@asynccontextmanager
async def _full_backlog() -> AsyncIterator[int]:
    """A port whose queue of connections is full, so that another one is never answered."""
    loop = asyncio.get_running_loop()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        await asyncio.sleep(0.05)
        try:
            yield listening.getsockname()[1]
        finally:
            for one in waiting:
                one.close()
    assert loop.is_running()


async def _no_connection(runner: Runner) -> Problem | None:
    async with _full_backlog() as port:
        run = _at(f"http://127.0.0.1:{port}", limits={"connect_timeout_s": 0.3})
        return await run(runner)


async def _proxy_refuses(runner: Runner) -> Problem | None:
    async with raw_server(_not_a_proxy) as proxy:
        run = _at("http://api.example/", proxy=Proxy("http", "127.0.0.1", proxy.port))
        return await run(runner)


async def _no_route(runner: Runner) -> Problem | None:
    """No route to a documentation address, whatever network this machine has."""

    async def connect(address: dial.Address) -> object:
        raise OSError(101, "Network is unreachable")

    with patch.object(dial, "_connect", connect):
        return await _at("http://[2001:db8::1]")(runner)


async def _not_a_proxy(visit: Visit) -> None:
    await visit.head()
    await visit.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


async def _drips(visit: Visit) -> None:
    await visit.head()
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        await visit.send(b"x")
        await asyncio.sleep(0.05)


async def _never_done(runner: Runner) -> Problem | None:
    async with raw_server(_drips) as server:
        run = _at(f"http://127.0.0.1:{server.port}", limits={"total_timeout_s": 0.5})
        return await run(runner)


def _answering(answer: bytes, **more: Any) -> Callable[[Runner], Awaitable[Problem | None]]:
    async def run(runner: Runner) -> Problem | None:
        async with recorded(answer) as upstream:
            return (await runner.run(upstream.base, retry={"max_attempts": 1}, **more)).error

    return run


PROVOKE: dict[str, Callable[[Runner], Awaitable[Problem | None]]] = {
    "header_locked": _locked,
    "credential_missing": _without_token,
    "token_refresh_failed": _token_refused,
    "consent_needed": _no_consent,
    "dns_failed": _at("http://no-such-host.invalid"),
    "address_blocked": _at("http://169.254.169.254/latest"),
    "connect_refused": _at("http://127.0.0.1:1"),
    "connect_timeout": _no_connection,
    "unreachable": _no_route,
    "proxy_failed": _proxy_refuses,
    "total_timeout": _never_done,
    "too_many_redirects": _answering(reply(302, headers=[("Location", "/again")])),
    "redirect_refused": _answering(reply(302, headers=[("Location", "https://evil.example/x")])),
    "headers_too_large": _answering(reply(headers=[("X-Big", "x" * 70_000)])),
    "http_status": _answering(reply(404, b'{"error": "no such user"}')),
    "response_too_large": _answering(reply(body=b"x" * 99), limits={"max_response_bytes": 10}),
    "decode_failed": _answering(reply(body=b"no", headers=[("Content-Encoding", "gzip")])),
}
CODES = sorted({*QUERIES, *NAMED_TLS, *NAMED_HOSTILE, *PROVOKE})


def _steady(wrong: Problem) -> Problem:
    detail = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", wrong.detail)
    detail = re.sub(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:]+)?Z?", "DATE", detail)
    return Problem(wrong.code, wrong.stage, wrong.title, detail, wrong.hint, wrong.retryable)


def told(wrong: Problem) -> str:
    """The problem as a person reads it."""
    again = "worth trying again" if wrong.retryable else "not worth trying again"
    return f"{wrong.title}\n  {wrong.detail}\n  {wrong.hint}\n({wrong.stage}, {again})\n"
