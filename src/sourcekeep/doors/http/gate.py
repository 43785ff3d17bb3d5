"""The way in: which host was called, who calls, and then which part of the server answers.

Every call below the API needs a caller, known here before any route is looked for; what is open is
listed in `PUBLIC` and nowhere else. Every error leaves as problem+json.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sourcekeep.doors.http.answers import Message, Receive, Scope, Send
from sourcekeep.doors.http.asked import ACTOR
from sourcekeep.doors.http.bodies import CallerGone
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.health import PATHS, health
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import Identity
from sourcekeep.doors.http.problems import HttpProblem, problem_of
from sourcekeep.doors.http.run_lane import RunLane
from sourcekeep.doors.http.run_routes import RunRoutes, order_of

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

PUBLIC = frozenset(
    {
        ("GET", f"{PREFIX}/openapi.json"),
        ("POST", f"{PREFIX}/session"),
        ("POST", f"{PREFIX}/session/link"),
        ("POST", f"{PREFIX}/session/first"),
    }
)
_API = f"{PREFIX}/"
_ONCE = (b"host", b"authorization", b"content-length", b"content-type", b"origin")


class Gate:
    """The ASGI application of the server's port."""

    def __init__(
        self,
        *,
        hosts: HostRule,
        identity: Identity,
        run_routes: RunRoutes,
        management: Asgi,
        pages: Asgi,
        ping: Callable[[], Awaitable[None]],
    ) -> None:
        self._hosts = hosts
        self._identity = identity
        self._run_routes = run_routes
        self._management = management
        self._pages = pages
        self._ping = ping
        self.lane = RunLane(hosts=hosts, identity=identity, run_routes=run_routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"only HTTP is served, not {scope['type']}")
        out = _Out(send)
        try:
            await self._part_for(scope, receive, out)
        except CallerGone:
            return
        except Exception as error:
            if not out.started:
                await problem_of(error).send(out)

    def _part_for(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """The part of the server that answers. Plain, as a coroutine here costs every request."""
        headers = _once(scope["headers"])
        self._hosts.check(headers.get(b"host"))
        path: str = scope["path"]
        if path.startswith(_API):
            return self._serve_api(scope, receive, send, headers)
        if path == "/api" or path.startswith("/api/"):
            raise HttpProblem(404, "not_found", f"There is nothing here; the API is at {PREFIX}.")
        _reading_only(scope["method"])
        if path in PATHS:
            return self._serve_health(path, send)
        return self._pages(scope, receive, send)

    async def _serve_health(self, path: str, send: Send) -> None:
        await (await health(path, self._ping)).send(send)

    async def _serve_api(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        method: str = scope["method"]
        if method == "HEAD":  # what GET answers, whose content the server leaves out
            method = "GET"
            scope = {**scope, "method": method}
        if (method, scope["path"]) not in PUBLIC:
            actor = await self._identity.of(headers, method=method, scheme=scope["scheme"])
            scope[ACTOR] = actor
            if method == "POST":
                order = order_of(scope["raw_path"])
                if order is not None:
                    await self._run_routes(scope, receive, send, actor=actor, order=order)
                    return
        await self._management(scope, receive, send)


class _Out:
    """`send`, and whether an answer has begun, after which no other can be given."""

    __slots__ = ("_send", "started")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        await self._send(message)


def _once(fields: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The header fields by name. Two that disagree on what the call is are refused: a proxy before
    us may have believed the other one (RFC 9112 3.2)."""
    headers = dict(fields)
    if len(headers) != len(fields):
        names = [name for name, _ in fields]
        for name in _ONCE:
            if names.count(name) > 1:
                raise HttpProblem(
                    400, "repeated_header", f"The header {name.decode()} may be sent only once."
                )
        cookies = [value for name, value in fields if name == b"cookie"]
        if cookies:
            headers[b"cookie"] = b"; ".join(cookies)
    return headers


def _reading_only(method: str) -> None:
    if method not in ("GET", "HEAD"):
        raise HttpProblem(
            405,
            "method_not_allowed",
            "Only GET and HEAD are answered here.",
            headers=[(b"allow", b"GET, HEAD")],
        )
