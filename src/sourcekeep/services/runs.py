"""Runs: permission, plan, send, record, answer; in this order, for saved and unsaved queries.

The hot path asks no database: actor, policy, source and query come from memory, and the one write
is the journal's group commit. The answer leaves after its line is durable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from pydantic import Field

from sourcekeep.engine.plan import prepare
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.preview import preview, stand_in, stand_in_secrets
from sourcekeep.engine.report import masked_problem
from sourcekeep.engine.result_json import encode as encode
from sourcekeep.engine.run import Engine
from sourcekeep.kit.clock import Clock
from sourcekeep.kit.ids import new_id
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.entry import Frozen
from sourcekeep.model.policy import NO_LIMITS, Action, Actor, Thing
from sourcekeep.model.problem import Failed, Fault, Invalid
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Result
from sourcekeep.model.sealing import secret_keys
from sourcekeep.services.answers import Doc, require_object
from sourcekeep.services.audit import Outcome, line
from sourcekeep.services.cancellations import Cancellations
from sourcekeep.services.database import Database
from sourcekeep.services.faces import Faces
from sourcekeep.services.gate import Gate
from sourcekeep.services.history import History
from sourcekeep.services.prepared import ReadySource, Snapshots, Values
from sourcekeep.services.run_rows import broken_row, cancelled_row, finished_row
from sourcekeep.services.running import Running, RunningRuns
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import AuditLine, RunRow


class UnsavedRun(Frozen):
    """The body of `/data-sources/{source}/run`."""

    query: RequestSpec = Field(title="Query")
    parameters: dict[str, Any] = Field(default={}, title="Parameters")


class Runs(History):
    """The use cases of a run, its history included. Data goes to the caller and is not recorded."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        snapshots: Snapshots,
        faces: Faces,
        engine: Engine,
        running: RunningRuns,
        cancellations: Cancellations,
        clock: Clock,
    ) -> None:
        super().__init__(database, gate, running, cancellations, clock)
        self._snapshots = snapshots
        self._faces = faces
        self._engine = engine

    async def require_order(self, actor: Actor, ref: str, *, saved: bool) -> None:
        """Before anything of an order is read: whether the actor may give one of this sort at all."""
        await self._gate.require(actor, "query.run" if saved else "source.run", named=ref)

    async def run_saved(self, actor: Actor, ref: str, parameters: Any) -> Result:
        """Run a saved query. Raises Failed (stage parameters or compose: nothing was attempted)."""
        at_hand = self._snapshots.at_hand(ref)
        ready, values = at_hand or (
            await self._snapshots.query(ref),
            await self._snapshots.values(),
        )
        source, query = ready.source, ready.thing
        if not self._gate.allows(actor, "query.run", source=source.thing, query=query):
            await self._gate.require(actor, "query.run", source=source.thing, query=query)
        secrets = values.secrets_for(source.thing)
        try:
            plan = ready.prepared.plan(_parameters(parameters), values.constants, secrets)
        except Failed as failed:
            raise _masked(failed, values) from None
        return await self._run(actor, "query.run", source, query, plan, values)

    async def run_unsaved(self, actor: Actor, source_ref: str, payload: Any) -> Result:
        """Run `{"query", "parameters"}` against a source, saving nothing but the history."""
        source = await self._snapshots.source(source_ref)
        await self._gate.require(actor, "source.run", source=source.thing)
        order = validate(UnsavedRun, require_object(payload))
        values = await self._snapshots.values()
        with _inside("/query"):
            prepared = prepare(source.face, order.query)
            secrets = values.secrets_for(source.thing)
            try:
                plan = prepared.plan(order.parameters, values.constants, secrets)
            except Failed as failed:
                raise _masked(failed, values) from None
        return await self._run(actor, "source.run", source, None, plan, values)

    async def preview_saved(self, actor: Actor, ref: str, parameters: Any) -> Doc:
        """The request that a run would send (contract 6). Nothing is sent, no secret is opened."""
        ready = await self._snapshots.query(ref)
        await self._gate.require(actor, "query.run", source=ready.source.thing, query=ready.thing)
        plan = await self._plan_without_secrets(
            ready.source,
            lambda constants, secrets: ready.prepared.plan(
                _parameters(parameters), constants, secrets
            ),
        )
        await self._require_request(actor, "query.run", ready.source, ready.thing, plan)
        return self._preview(ready.source, plan)

    async def preview_unsaved(self, actor: Actor, source_ref: str, payload: Any) -> Doc:
        source = await self._snapshots.source(source_ref)
        await self._gate.require(actor, "source.run", source=source.thing)
        order = validate(UnsavedRun, require_object(payload))
        with _inside("/query"):
            prepared = prepare(source.face, order.query)
            plan = await self._plan_without_secrets(
                source,
                lambda constants, secrets: prepared.plan(order.parameters, constants, secrets),
            )
        await self._require_request(actor, "source.run", source, None, plan)
        return self._preview(source, plan)

    async def _run(
        self,
        actor: Actor,
        action: Action,
        source: ReadySource,
        query: Thing | None,
        plan: Plan,
        values: Values,
    ) -> Result:
        if actor.policy is not NO_LIMITS:
            await self._require_request(actor, action, source, query, plan)
        run = Running(
            new_id("run"),
            actor,
            query,
            source.thing,
            self._clock(),
            time.monotonic(),
            plan.method,
            plan.target.url,
            partial(self._mask, source, values),
        )
        self._running.begin(run)
        try:
            try:
                result = await self._engine.run(
                    plan,
                    partial(self._snapshots.open, source, values),
                    run_id=run.id,
                    cancel=run.cancel,
                    may_send=self._gate.may_send(actor),
                )
            except asyncio.CancelledError:  # the caller has gone: this task can't wait for a write
                self._end_without_result(run, action, plan, cancelled_row(run, self._clock()))
                raise
            except Exception:  # a secret that does not open, or a fault of ours
                self._end_without_result(run, action, plan, broken_row(run, self._clock()))
                raise
            row = finished_row(run, result, self._clock())
            run.over = True
            work = self._database.record(row, self._line(run, action, row, plan))
            if run.noting is None:
                await work
            else:  # its start is being written: the end comes after it, also when the caller goes
                await asyncio.shield(self._running.write_after_start(run, work))
        finally:
            self._running.end(run)
        return result

    def _end_without_result(self, run: Running, action: Action, plan: Plan, row: RunRow) -> None:
        """No run goes on for ever in the history."""
        work = self._database.record(row, self._line(run, action, row, plan))
        self._running.write_after_start(run, work)

    def _mask(self, source: ReadySource, values: Values, text: str) -> str:
        """For what does not come from the engine, which masks its results itself."""
        if source.opened is not None:
            return source.opened.redactor.mask(text)
        return Redactor(values.secrets.seen).mask(text)

    async def _require_request(
        self, actor: Actor, action: Action, source: ReadySource, query: Thing | None, plan: Plan
    ) -> None:
        policy = actor.policy
        if policy.methods is None and policy.paths is None:
            return
        await self._gate.require_request(
            actor,
            action,
            method=plan.method,
            path=plan.target.path,
            source=source.thing,
            query=query,
        )

    async def _plan_without_secrets(
        self, source: ReadySource, plan: Callable[[Mapping[str, str], Mapping[str, str]], Plan]
    ) -> Plan:
        values = await self._snapshots.values()
        secrets = values.secrets_for(source.thing, stand_in_secrets(values.secrets))
        return plan(values.constants, secrets)

    def _preview(self, source: ReadySource, plan: Plan) -> Doc:
        texts = {key: stand_in(key) for key in secret_keys(source.row.doc)}
        spec = self._faces.spec(source.row.doc, texts)
        return preview(plan, source.auth, spec.auth, tls_mode=spec.tls.mode)

    def _line(self, run: Running, action: Action, row: RunRow, plan: Plan) -> AuditLine:
        detail = {
            "run": run.id,
            "source": run.source.name,
            "method": plan.method,
            "path": run.mask(plan.path_template),
            "status": row.response_status,
            "error": row.error_code,
            "bytes": row.size_bytes,
            "duration_ms": int(row.duration_ms * 10 + 0.5) / 10,
        }
        target, kind = (run.query, "query") if run.query else (run.source, "source")
        outcome: Outcome = "ok" if row.status == "ok" else "failed"
        at = row.finished_at or self._clock()
        return line(
            run.actor,
            action,
            at=at,
            target_kind=kind,
            target=target,
            outcome=outcome,
            detail=detail,
        )


def _masked(failed: Failed, values: Values) -> Failed:
    """What is wrong with a value is said with the value, which a secret may have gone into."""
    return Failed(masked_problem(failed.problem, Redactor(values.secrets.seen)))


def _parameters(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid([Fault("/parameters", "type", "'Parameters' must be an object.")])
    return value


@contextmanager
def _inside(place: str) -> Iterator[None]:
    """What is wrong with a query that came inside a body gets the pointer into that body.

    Pointers into the parameters stay: they stand beside the query.
    """
    try:
        yield
    except Failed as failed:
        pointer = failed.problem.pointer
        if pointer is None or pointer.startswith("/source") or failed.problem.stage == "parameters":
            raise
        raise Failed(failed.problem.at(f"{place}{pointer}")) from None
