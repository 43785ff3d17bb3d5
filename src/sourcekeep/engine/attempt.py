"""One attempt of a run: authenticate, send, follow redirects, read. Everything it learns it notes
in a `Trace`, so that a failure half-way still tells what was sent and what came back. The target of
a redirect (redirects.py) is checked before anything is sent to it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from sourcekeep.engine import redirects, succession
from sourcekeep.engine.authenticate import Credential, Tokens, authenticate
from sourcekeep.engine.head_text import header_pairs, received
from sourcekeep.engine.opened import OpenedSource
from sourcekeep.engine.outgoing import Dressed, Outfit, dress
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.read import read
from sourcekeep.engine.redirects import Hop, location_of
from sourcekeep.engine.source_url import parse_base
from sourcekeep.engine.target import follow
from sourcekeep.engine.wire import (
    Timings,
    Wire,
    WireFailed,
    WireRequest,
    WireResponse,
    decode_body,
    header_block,
    plain_body,
)
from sourcekeep.model.auth import Outgoing, Reply, Send
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed
from sourcekeep.model.result import Data, Notice, ReceivedResponse

_MOST_DRAINED = 64 * 1024  # a redirect's body up to this is read, so that the connection lives on
_LARGEST_TOKEN_REPLY = 1024 * 1024

# Whether the caller's policy lets this method go to this path: asked for each redirect, because a
# policy speaks of the final path (contract 10).
MaySend = Callable[[str, str], bool]

_NO_TIMINGS = Timings()  # replaced, never changed


class Trace:
    """What an attempt came to know, whatever became of it."""

    sent: Outfit | None = None
    address: str = ""
    timings: Timings = _NO_TIMINGS
    response: ReceivedResponse | None = None
    certificates: tuple[bytes, ...] = ()
    data: Data | None = None

    def __init__(self, method: str) -> None:
        self.method = method
        self.notices: list[Notice] = []


class Attempt:
    """One attempt. `make` returns when the answer was read; `Failed` when it could not be."""

    def __init__(
        self,
        wire: Wire,
        tokens: Tokens,
        plan: Plan,
        source: OpenedSource,
        *,
        ends_at: float,
        may_send: MaySend | None = None,
    ) -> None:
        self._wire = wire
        self._may_send = may_send
        self._tokens = tokens
        self._plan = plan
        self._source = source
        self._current = source
        self._ends_at = ends_at
        self._renewed = False

    async def make(self, trace: Trace) -> None:
        """Send the plan and read its answer into the trace."""
        plan = self._plan
        hop = Hop(plan.method, plan.target, plan.body.content)
        followed, self._renewed = 0, False
        if self._current.next is not None:
            self._choose(self._current.next, trace)
        while True:
            try:
                credential = self._source.kept.credential or await self._credential(hop)
            except Failed as failed:
                if failed.problem.stage == "auth" and self._falls_back(trace):
                    continue
                raise
            request = self._request(hop, credential, trace)
            source = self._source
            try:
                response = await self._wire.send(
                    request,
                    limits=plan.wire_limits,
                    tls=source.tls,
                    proxy=source.proxy,
                    ends_at=self._ends_at,
                )
            except WireFailed as failed:
                trace.timings, trace.address = failed.timings, failed.address
                trace.certificates = failed.certificates
                raise
            trace.timings, trace.address = response.timings, response.address
            trace.certificates = response.peer_certificates
            if response.status == 401 and self._has_another(credential, trace):
                await response.read(_MOST_DRAINED)
                continue
            location = location_of(response)
            if location is None:
                if self._source is not self._current and response.status < 400:
                    self._current.succession.accepted()
                    trace.notices.append(succession.WORKED)
                later = self._read(response, trace)
                if later is not None:
                    await later
                return
            trace.response = received(response, 0, truncated=False)
            if followed == plan.limits.max_redirects:
                response.abort()
                raise Failed(redirects.too_many(followed, location))
            try:
                hop = redirects.next_hop(
                    hop, response.status, follow(hop.target, location, plan.allowed)
                )
                if self._may_send is not None and not self._may_send(hop.method, hop.target.path):
                    raise Failed(redirects.not_for_this_caller(hop))
            except Failed:
                response.abort()
                raise
            await response.read(_MOST_DRAINED)
            followed += 1
            trace.notices.append(redirects.followed(response.status, hop.target))

    def _choose(self, coming: OpenedSource, trace: Trace) -> None:
        """The next credential first, unless it was refused a moment ago."""
        if self._current.succession.is_due():
            self._source = coming
        else:
            self._source = self._current
            trace.notices.append(succession.REFUSED)

    def _has_another(self, credential: Credential, trace: Trace) -> bool:
        """After a 401: a remembered token may be stale, and the current credential may still hold."""
        if credential.recalled and not self._renewed:
            self._renewed = True
            self._tokens.forget(self._source.token_scope)
            return True
        return self._falls_back(trace)

    def _falls_back(self, trace: Trace) -> bool:
        """From the next credential to the current one; False when that was it already."""
        if self._source is self._current:
            return False
        self._current.succession.refused()
        self._source, self._renewed, trace.sent = self._current, False, None
        trace.notices.append(succession.REFUSED)
        return True

    async def _credential(self, hop: Hop) -> Credential:
        source, plan = self._source, self._plan
        request = Outgoing(
            method=hop.method,
            url=hop.target.url,
            headers=tuple([(e.name, e.value) for e in plan.headers if e.value is not None]),
            body=(hop.body or b"") if source.auth.needs_body else None,
        )
        credential = await authenticate(
            source.auth,
            source.auth_values,
            request,
            scope=source.token_scope,
            tokens=self._tokens,
            send=self._token_call,
        )
        if source.auth.static:
            source.kept.credential = credential
        return credential

    def _request(self, hop: Hop, credential: Credential, trace: Trace) -> WireRequest:
        outfit = self._outfit(hop, credential)
        if trace.sent is None:
            trace.sent = outfit
        target, dressed = outfit.target, outfit.dressed
        self._require_time()
        return WireRequest(
            hop.method.encode("ascii"),
            target.origin,
            target.path_query.encode("ascii"),
            _lines(outfit, bodiless=hop.bodiless) if dressed is None else dressed.lines,
            hop.body,
            block=None if dressed is None else dressed.block,
        )

    def _outfit(self, hop: Hop, credential: Credential) -> Outfit:
        """The hop's request with the credential in it. Headers that no value changes, of a static
        authentication in headers, are put together once for each source."""
        plan, source = self._plan, self._source
        if hop.target is not plan.target or not plan.static_headers or plan.cookies:
            return dress(plan, hop.target, credential.added, source.header_secrets)
        known = source.kept.dressed(plan.headers)
        if known is not None:
            return Outfit(plan.target, known.headers, plan.params, (), known)
        outfit = dress(plan, hop.target, credential.added, source.header_secrets)
        if not source.auth.static or any(place != "header" for place, _, _ in credential.added):
            return outfit
        lines = _lines(outfit, bodiless=False)
        known = Dressed(plan.headers, outfit.headers, lines, header_block(lines))
        source.kept.keep(known)
        return Outfit(plan.target, known.headers, plan.params, (), known)

    def _require_time(self) -> None:
        if time.monotonic() >= self._ends_at:
            seconds = self._plan.limits.total_timeout_s
            raise Failed(problem("total_timeout", f"The run's {seconds:g} s were used up."))

    def _read(self, response: WireResponse, trace: Trace) -> Awaitable[None] | None:
        """What is still to be waited for; None when the answer was read at once, as most are."""
        whole = response.whole(self._plan.limits.max_response_bytes)
        if whole is None or not plain_body(response.headers):
            return self._read_on(response, trace)
        _keep(response, trace, whole, truncated=False)
        return None

    async def _read_on(self, response: WireResponse, trace: Trace) -> None:
        limit = self._plan.limits.max_response_bytes
        try:
            raw, truncated = await response.read(limit)
        except WireFailed:
            await self._decode(response, trace, response.partial()[:limit], truncated=True)
            raise
        finally:
            trace.timings = response.timings
        truncated = await self._decode(response, trace, raw, truncated=truncated)
        if truncated:
            detail = f"The answer is larger than {limit} bytes; the data holds its beginning."
            raise Failed(problem("response_too_large", detail))

    async def _decode(
        self, response: WireResponse, trace: Trace, raw: bytes, *, truncated: bool
    ) -> bool:
        """Note a body, or the part of one that came; whether it is cut after decoding."""
        limit = self._plan.limits.max_response_bytes
        try:
            body, truncated = await decode_body(
                raw, response.headers, limit=limit, truncated=truncated
            )
        except WireFailed:
            trace.response = received(response, len(raw), truncated=truncated)
            trace.data = Data("base64", raw) if raw else None
            raise
        _keep(response, trace, body, truncated=truncated)
        return truncated

    async def _token_call(self, step: Send) -> Reply:
        """A request of the auth type's own. The source's TLS profile is for the source's host."""
        self._require_time()
        base = parse_base(step.url)
        own = base.origin == self._plan.target.origin
        headers = [(b"Host", base.origin.host_header())]
        headers.extend((name.encode("ascii"), value.encode()) for name, value in step.headers)
        target = f"{base.path or '/'}?{base.query}" if base.query else base.path or "/"
        response = await self._wire.send(
            WireRequest(
                method=step.method.encode("ascii"),
                origin=base.origin,
                target=target.encode("ascii"),
                headers=tuple(headers),
                body=step.body or None,
            ),
            limits=self._plan.wire_limits,
            tls=self._source.tls if own else None,
            proxy=self._source.proxy,
            ends_at=self._ends_at,
        )
        body, _ = await response.read(_LARGEST_TOKEN_REPLY)
        return Reply(response.status, header_pairs(response), body)


def _keep(response: WireResponse, trace: Trace, body: bytes, *, truncated: bool) -> None:
    trace.response = received(response, len(body), truncated=truncated)
    trace.data, notices = read(body, trace.response.content_type, truncated=truncated)
    trace.notices += notices


def _lines(outfit: Outfit, *, bodiless: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers as they go on the wire, Host first (RFC 9110 7.2)."""
    lines = [(b"Host", outfit.target.host.encode("ascii"))]
    lines += [
        entry.line or (entry.name.encode("ascii"), (entry.value or "").encode())
        for entry in outfit.headers
        if not (bodiless and entry.name.lower().startswith("content-"))
    ]
    return tuple(lines)
