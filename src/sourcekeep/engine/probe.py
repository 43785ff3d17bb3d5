"""The connection test: one request to the base URL over connections of its own, told in stages.

What came of it is gathered here; turning that into the stages of contract 5 is `probe_stages.py`.
"""

from __future__ import annotations

import time

from sourcekeep.engine.attempt import Attempt, Trace
from sourcekeep.engine.authenticate import Tokens
from sourcekeep.engine.head_text import received
from sourcekeep.engine.opened import OpenedSource
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.probe_stages import Evidence, Probed, told
from sourcekeep.engine.tls import SYSTEM_TRUST, TlsProfile
from sourcekeep.engine.wire import (
    AddressPolicy,
    Knock,
    OnVerified,
    Proxy,
    Wire,
    WireFailed,
    WireLimits,
    WireRequest,
    WireResponse,
)
from sourcekeep.model.problem import Failed


class Prober:
    """Tests sources. Every test has a wire of its own: no connection of a run is used or kept."""

    def __init__(self, policy: AddressPolicy, on_verified: OnVerified | None = None) -> None:
        self._policy = policy
        self._on_verified = on_verified

    async def probe(self, plan: Plan, source: OpenedSource) -> Probed:
        """Send the plan once, without retries, and read the head of its answer.

        Never raises for what the network or the upstream did. All text is masked.
        """
        trace = Trace(plan.method)
        wire = _WatchedWire(self._policy, self._on_verified, trace)
        tokens = Tokens()
        failed: Failed | None = None
        try:
            ends_at = time.monotonic() + plan.limits.total_timeout_s
            await _HeadOnly(wire, tokens, plan, source, ends_at=ends_at).make(trace)
        except Failed as failure:
            failed = failure
            if trace.sent is None:  # no credential; whether the server can be reached is told still
                failed = await _unreachable(wire, plan, source) or failure
        finally:
            await wire.aclose()
        derived = (*plan.secret_texts, *source.remembered(tokens))
        redactor = source.redactor.plus(derived) if derived else source.redactor
        evidence = Evidence(
            plan=plan,
            proxy=source.proxy,
            tls=source.tls or SYSTEM_TRUST,
            auth_type=source.auth.type,
            credential=source.auth.type != "none" or bool(source.header_secrets),
            opened=wire.opened,
            failed=failed,
            sent=trace.sent is not None,
            response=trace.response,
            auth_ms=wire.auth_ms,
            exchange_ms=wire.exchange_ms,
            notices=tuple(notice.detail for notice in trace.notices),
        )
        return told(evidence, redactor)


async def _unreachable(wire: _WatchedWire, plan: Plan, source: OpenedSource) -> Failed | None:
    """What keeps the server from being reached; None when nothing does."""
    try:
        wire.opened = await wire.knock(
            plan.target.origin, limits=plan.wire_limits, tls=source.tls, proxy=source.proxy
        )
    except WireFailed as failed:
        return failed
    return None


class _WatchedWire(Wire):
    """Notes how the first connection to the target came about, and how long things took.

    What is sent before the trace knows of a request are the authentication's own calls.
    """

    def __init__(self, policy: AddressPolicy, on_verified: OnVerified | None, trace: Trace) -> None:
        super().__init__(policy=policy, on_verified=on_verified)
        self._trace = trace
        self._began = time.monotonic()
        self.opened: Knock | None = None
        self.auth_ms: float | None = None
        self.exchange_ms = 0.0

    async def send(
        self,
        request: WireRequest,
        *,
        limits: WireLimits,
        tls: TlsProfile | None,
        proxy: Proxy | None = None,
        ends_at: float | None = None,
    ) -> WireResponse:
        sending = super().send(request, limits=limits, tls=tls, proxy=proxy, ends_at=ends_at)
        if self._trace.sent is None:
            return await sending
        if self.auth_ms is None:
            self.auth_ms = (time.monotonic() - self._began) * 1000
        response = await sending
        timings = response.timings
        self.exchange_ms += timings.send + timings.wait
        if self.opened is None:
            self.opened = Knock(timings, response.address, response.peer_certificates)
        return response


class _HeadOnly(Attempt):
    """An attempt that is over with the head of the answer: a test needs no data, and a stream of
    events would never end."""

    def _read(self, response: WireResponse, trace: Trace) -> None:
        trace.response = received(response, 0, truncated=False)
        response.abort()
