"""The short way of a run: from the parsed request to the bytes of its answer, without ASGI.

An ASGI call is a scope, a cycle, an event and four coroutines (17 us of a run's CPU time under load),
and a run through the API needs none of them: its body is small and here, its answer is whole. So a
plain `POST …/run` of a caller with an Authorization header is answered from here; everything that is
not plain (`fits`) goes the ordinary way, and both ways ask the same `HostRule`, `Identity` and
`RunRoutes`.
"""

from __future__ import annotations

from sourcekeep.doors.http.answers import Answer, json_lines, lines_of
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import Identity
from sourcekeep.doors.http.problems import problem_of
from sourcekeep.doors.http.run_routes import Order, RunRoutes, order_of

LARGEST_BODY = 64 * 1024


class Call:
    """One request that fits, while its body comes in and until it is answered.

    uvicorn looks at it as at one of its own cycles, to keep later requests waiting and to end the
    connection in good order: hence the names.
    """

    __slots__ = ("body", "disconnected", "headers", "keep_alive", "order", "response_complete")

    def __init__(self, order: Order, headers: dict[bytes, bytes]) -> None:
        self.order = order
        self.headers = headers
        self.body = b""
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = False

    @property
    def message_event(self) -> Call:
        """Nobody waits for a message; `set` is uvicorn's word that the caller has gone."""
        return self

    def set(self) -> None:
        """See `message_event`."""


class RunLane:
    """Answers the calls that fit."""

    def __init__(self, *, hosts: HostRule, identity: Identity, run_routes: RunRoutes) -> None:
        self._hosts = hosts
        self._identity = identity
        self._run_routes = run_routes

    def fits(self, url: bytes, fields: list[tuple[bytes, bytes]]) -> Call | None:
        """The call, when nothing about a POST of HTTP/1.1 needs more than this way has.

        No field twice, a length that is known and small, nothing that asks to go on, to upgrade or
        to close, and a caller who names itself (a browser's cookie has rules of its own).
        """
        if b"?" in url or b"#" in url:  # what stands behind is no part of the path
            return None
        headers = dict(fields)
        if len(headers) != len(fields) or b"authorization" not in headers:
            return None
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or len(length) > 6 or int(length) > LARGEST_BODY:
            return None
        if b"expect" in headers or b"connection" in headers or b"transfer-encoding" in headers:
            return None
        order = order_of(url)
        return None if order is None else Call(order, headers)

    async def answer(self, call: Call, scheme: str) -> tuple[int, bytes, bytes]:
        """Status, header lines and content; a failure is an answer too. Cancelling it cancels the
        run."""
        headers = call.headers
        try:
            self._hosts.check(headers.get(b"host"))
            actor = self._identity.known(headers) or await self._identity.of(
                headers, method="POST", scheme=scheme
            )
            content = await self._run_routes.content(
                actor, call.order, call.body, headers.get(b"content-type")
            )
        except Exception as error:
            return whole(problem_of(error))
        return 200, json_lines(len(content)), content


def whole(answer: Answer) -> tuple[int, bytes, bytes]:
    """An answer as status, header lines and content."""
    return answer.status, lines_of(answer.head()), answer.body
