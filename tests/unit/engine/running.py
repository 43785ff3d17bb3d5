"""An engine against a loopback server, for tests that say what comes of a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sourcekeep.engine.plan import HeaderDefault, SourceFace, prepare
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.run import Cancel, Engine, OpenedSource
from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import AddressPolicy, Proxy, Wire
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.auth import AuthType, AuthValues
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Result
from sourcekeep.model.source import Limits, Retry
from sourcekeep.plugins.registry import auth_types
from tests.upstream.raw import Visit, raw_server

TOKEN = "canary-token-5f3e9a"


def reply(
    status: int = 200,
    body: bytes = b"",
    content_type: str | None = "application/json",
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A well-framed answer."""
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines.extend(f"{name}: {value}" for name, value in headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def bearer(token: str = TOKEN) -> tuple[AuthType, AuthValues]:
    auth = auth_types()["bearer"]
    return auth, auth.values.model_validate({"token": token})


def no_auth() -> tuple[AuthType, AuthValues]:
    auth = auth_types()["none"]
    return auth, auth.values()


@dataclass
class Recorder:
    """Requests as they came, and the answers to give, one after the other or by path."""

    answers: list[bytes] = field(default_factory=list)
    by_path: dict[str, bytes] = field(default_factory=dict)
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        return [head.split(b"\r\n", 1)[0].decode() for head in self.heads]

    def header(self, index: int, name: str) -> str | None:
        for line in self.heads[index].decode().split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None

    async def visit(self, visit: Visit) -> None:
        while head := await visit.head():
            self.heads.append(head)
            length = int(self.header(-1, "content-length") or 0)
            self.bodies.append(await visit.body(length) if length else b"")
            await visit.send(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ")[1].decode().partition("?")[0]
        if path in self.by_path:
            return self.by_path[path]
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Runner:
    """Runs queries against one source."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def run(
        self,
        base: str,
        query: dict[str, Any] | None = None,
        *,
        auth: tuple[AuthType, AuthValues] | None = None,
        parameters: dict[str, Any] | None = None,
        secrets: dict[str, str] | None = None,
        headers: tuple[HeaderDefault, ...] = (),
        header_secrets: dict[str, str] | None = None,
        allowed: tuple[str, ...] = (),
        limits: dict[str, Any] | None = None,
        retry: dict[str, Any] | None = None,
        tls: TlsProfile | None = None,
        proxy: Proxy | None = None,
        masked: Iterable[str] = (TOKEN,),
        scope: str = "source/1",
        cancel: Cancel | None = None,
    ) -> Result:
        auth_type, values = auth or bearer()
        face = SourceFace(
            "source",
            "source",
            base,
            headers=headers,
            allowed_origins=allowed,
            limits=Limits.model_validate(limits or {}),
            retry=Retry.model_validate(retry or {}),
            auth_places=auth_type.places(values),
        )
        plan = prepare(face, RequestSpec.model_validate(query or {})).plan(
            parameters or {}, {}, secrets or {}
        )
        known = (*masked, *(secrets or {}).values(), *(header_secrets or {}).values())
        return await self.send(
            plan,
            (auth_type, values),
            header_secrets=header_secrets,
            tls=tls,
            proxy=proxy,
            masked=known,
            scope=scope,
            cancel=cancel,
        )

    async def send(
        self,
        plan: Plan,
        auth: tuple[AuthType, AuthValues],
        *,
        header_secrets: dict[str, str] | None = None,
        tls: TlsProfile | None = None,
        proxy: Proxy | None = None,
        masked: Iterable[str] = (),
        scope: str = "source/1",
        cancel: Cancel | None = None,
    ) -> Result:
        source = OpenedSource(
            auth=auth[0],
            auth_values=auth[1],
            tls=tls,
            proxy=proxy,
            header_secrets=header_secrets or {},
            redactor=Redactor(masked),
            token_scope=scope,
        )
        return await self.engine.run(plan, lambda: source, run_id="run_1", cancel=cancel)


@asynccontextmanager
async def running(
    *, jitter: Callable[[float, float], float] | None = None
) -> AsyncIterator[Runner]:
    """A runner on a wire of its own; back-off waits nothing unless a jitter is given."""
    wire = Wire(policy=AddressPolicy(allow_private=True))
    try:
        yield Runner(Engine(wire, jitter=jitter or (lambda _low, _high: 0.0)))
    finally:
        await wire.aclose()
        await asyncio.sleep(0)


@asynccontextmanager
async def recorded(*answers: bytes) -> AsyncIterator[Recorder]:
    """A recorder that is listening."""
    recorder = Recorder(list(answers) or [reply(body=b"{}")])
    async with raw_server(recorder.visit) as upstream:
        recorder.port = upstream.port
        yield recorder
