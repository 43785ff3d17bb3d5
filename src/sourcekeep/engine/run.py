"""The table of contents of a run: open the secret, send, repeat, read, report.

A run never raises for what the upstream or the network did: it ends in a `Result`. The secret is
opened only after the plan has passed. One attempt is `attempt.py`, when to make another one is
`retrying.py`, what is told is `report.py`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace

from sourcekeep.engine import report
from sourcekeep.engine.attempt import Attempt, MaySend, Trace
from sourcekeep.engine.authenticate import Tokens
from sourcekeep.engine.opened import OpenedSource
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.retrying import Jitter, wait_before_next
from sourcekeep.engine.wire import Wire
from sourcekeep.kit.redact import Redactor
from sourcekeep.model import result as told
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.result import Notice, Result, Status

__all__ = ["Cancel", "Engine", "OpenedSource"]

_KNOWS_NOTHING = Redactor(())
_CANCELLED = problem("cancelled", "The run was cancelled; its connection was closed.")


class Cancel:
    """The stop button of one run: `request` ends it, with its connection, at once."""

    __slots__ = ("_task", "requested")

    def __init__(self) -> None:
        self.requested = False
        self._task: asyncio.Task[object] | None = None

    def request(self) -> None:
        """Stop the run, also when it has not begun."""
        if self.requested:
            return
        self.requested = True
        if self._task is not None:
            self._task.cancel()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The current task of the loop is the run."""
        self._task = asyncio.current_task(loop)

    def detach(self) -> None:
        """The run is over; what the task does from here on is not ours to stop."""
        self._task = None

    def was_meant(self) -> bool:
        """Whether a cancellation came from here; if so it is taken back from the task."""
        if self.requested and self._task is not None:
            self._task.uncancel()
            return True
        return False


class Engine:
    """Runs plans over one wire. Keeps access tokens in memory and nothing else."""

    def __init__(self, wire: Wire, *, jitter: Jitter = random.uniform) -> None:
        self._wire = wire
        self._tokens = Tokens()
        self._jitter = jitter
        self._loop: asyncio.AbstractEventLoop | None = None

    def _here(self) -> asyncio.AbstractEventLoop:
        """The loop of this engine, as of its wire. Kept, because Python 3.11 asks the kernel for
        the process id whenever it is asked which loop runs."""
        self._loop = asyncio.get_running_loop()
        return self._loop

    async def run(
        self,
        plan: Plan,
        open_source: Callable[[], OpenedSource],
        *,
        run_id: str,
        cancel: Cancel | None = None,
        may_send: MaySend | None = None,
    ) -> Result:
        """Send the plan and tell what came of it. Cancelling the task itself still raises.

        `may_send` is asked for each redirect; the plan itself was allowed before.
        """
        run = _Run(plan, run_id)
        if cancel is not None:
            cancel.attach(self._loop or self._here())
        try:
            if cancel is not None and cancel.requested:
                run.problem = _CANCELLED
                return run.result()
            source = run.opened(open_source())
            attempt = Attempt(
                self._wire, self._tokens, plan, source, ends_at=run.ends_at, may_send=may_send
            )
            wait: float | None = 0.0
            while wait is not None:
                if wait:
                    await asyncio.sleep(wait)
                run.begin(wait)
                try:
                    await attempt.make(run.trace)
                    run.problem = run.status_problem()
                except Failed as failed:
                    run.problem = failed.problem
                except asyncio.CancelledError:
                    run.problem = _CANCELLED
                    raise
                finally:
                    run.end()
                wait = self._wait_before_next(run, run.problem) if run.problem else None
        except Failed as failed:
            run.problem = failed.problem
        except asyncio.CancelledError:
            if cancel is None or not cancel.was_meant():
                raise
            run.problem = _CANCELLED
        finally:
            if cancel is not None:
                cancel.detach()
        if run.source is not None and (texts := run.source.remembered(self._tokens)):
            run.redactor = run.redactor.plus(texts)
        return run.result()

    def _wait_before_next(self, run: _Run, wrong: Problem) -> float | None:
        response = run.trace.response
        return wait_before_next(
            run.plan,
            made=len(run.attempts),
            status=response.status if wrong.code == "http_status" and response else None,
            problem=wrong,
            headers=response.headers if response else (),
            remaining_s=run.ends_at - time.monotonic(),
            jitter=self._jitter,
        )


_UNTRIED = Trace("")  # of a run that makes no attempt; `begin` puts another in its place


class _Run:
    """What is known of one run while it goes on, and its result at the end."""

    def __init__(self, plan: Plan, run_id: str) -> None:
        self.plan = plan
        self.id = run_id
        self.started = time.monotonic()
        self.ends_at = self.started + plan.limits.total_timeout_s
        self.source: OpenedSource | None = None
        self.redactor = _KNOWS_NOTHING
        self.trace = _UNTRIED
        self.problem: Problem | None = None
        self.attempts: list[told.Attempt] = []
        self._began = self.started
        self._waited = 0.0

    def opened(self, source: OpenedSource) -> OpenedSource:
        """From here on there are secrets to mask."""
        self.source = source
        texts = self.plan.secret_texts
        self.redactor = source.redactor.plus(texts) if texts else source.redactor
        return source

    def begin(self, waited_s: float) -> None:
        """An attempt begins, so long after the last one ended."""
        self.problem = None
        self.trace = Trace(self.plan.method)
        self._waited = waited_s
        self._began = time.monotonic()

    def end(self) -> None:
        """The attempt is over; what became of it is in the trace and the problem."""
        response = self.trace.response
        error = self.problem.code if self.problem else None
        self.attempts.append(
            told.Attempt(
                status=response.status if response else None,
                error=None if error == "http_status" else error,
                waited_ms=_ms(self._waited),
                duration_ms=_ms(time.monotonic() - self._began),
            )
        )

    def status_problem(self) -> Problem | None:
        """The failure that the answer's status is, if it is one."""
        response = self.trace.response
        if response is None or response.status < 400:
            return None
        authenticated = self.source is not None and self.source.auth.type != "none"
        proxied = self.source is not None and self.source.proxy is not None
        return report.status_problem(
            self.plan, response, authenticated=authenticated, proxied=proxied
        )

    def result(self) -> Result:
        """The result, with every known secret masked."""
        redactor, trace, wrong = self.redactor, self.trace, self.problem
        status: Status = "ok"
        if wrong is not None:
            status = "cancelled" if wrong.code == "cancelled" else "failed"
        data = trace.data
        notices = self._notices(redactor)
        if data is not None:
            shown = report.masked_data(data, redactor, failed=wrong is not None)
            if shown is not data:
                data = shown
                notices.append(report.ECHOED)
        return Result(  # in its own order: by name, it would take twice as long
            self.id,
            status,
            report.sent_request(self.plan.method, trace.sent, redactor)
            if trace.sent is not None
            else report.planned_request(self.plan, redactor),
            data,
            report.told_problem(wrong, trace.certificates, redactor) if wrong else None,
            report.masked_response(trace.response, redactor) if trace.response else None,
            self._timings(),
            tuple(self.attempts),
            tuple(notices),
        )

    def _notices(self, redactor: Redactor) -> list[Notice]:
        trace, source = self.trace, self.source
        notices = list(self.plan.warnings)
        for notice in trace.notices:
            notices.append(replace(notice, detail=redactor.mask(notice.detail)))
        if trace.sent is None or source is None:
            return notices
        if trace.sent.target.origin.scheme == "https":
            if source.tls is not None and source.tls.mode == "insecure":
                notices.append(report.UNVERIFIED)
            if self.problem is None or self.problem.stage != "tls":
                notices.extend(report.expiry_notices(trace.certificates))
            if source.tls is not None and source.ends_told_from <= time.time():
                notices.extend(report.own_expiry_notices(source.tls))
        elif report.is_public(trace.address) and report.holds_credential(trace.sent):
            notices.append(report.clear_text_notice(trace.sent))
        return notices

    def _timings(self) -> told.Timings:
        wire = self.trace.timings
        opening = (0.0, 0.0, 0.0)  # a connection that was reused has none of these
        if wire.connect:
            opening = (_shown(wire.dns), _shown(wire.connect), _shown(wire.tls))
        return told.Timings(
            _shown(wire.queue) if wire.queue else 0.0,
            *opening,
            _shown(wire.send),
            _shown(wire.wait),
            _shown(wire.read) if wire.read else 0.0,
            _ms(time.monotonic() - self.started),
        )


def _ms(seconds: float) -> float:
    return int(seconds * 1_000_000 + 0.5) / 1000


def _shown(milliseconds: float) -> float:
    """To the microsecond. `round` is exact where nobody looks, and takes four times as long."""
    return int(milliseconds * 1000 + 0.5) / 1000
