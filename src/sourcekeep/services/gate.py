"""The one gate of the services: what `model/policy` denies is refused in words, and leaves a line."""

from __future__ import annotations

from collections.abc import Callable

from sourcekeep.kit.clock import Clock
from sourcekeep.model.policy import NO_LIMITS, Action, Actor, Denied, Thing, decide, decide_request
from sourcekeep.model.problem import Refused
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database

_LONGEST_NAME = 200


class Gate:
    """Asked by every service method before it does anything."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def require(
        self,
        actor: Actor,
        action: Action,
        *,
        source: Thing | None = None,
        query: Thing | None = None,
        named: str | None = None,
    ) -> None:
        """Return when the actor may; Refused("forbidden") with the reason when not. `named` is what
        the caller asked for, where it was not looked up."""
        verdict = decide(actor, action, source=source, query=query, now=self._clock())
        if isinstance(verdict, Denied):
            await self._refuse(actor, action, verdict, source=source, query=query, named=named)

    async def require_request(
        self,
        actor: Actor,
        action: Action,
        *,
        method: str,
        path: str,
        source: Thing,
        query: Thing | None = None,
    ) -> None:
        """The same for a request as it would go on the wire."""
        verdict = decide_request(actor, method=method, path=path)
        if isinstance(verdict, Denied):
            await self._refuse(actor, action, verdict, source=source, query=query)

    def may_send(self, actor: Actor) -> Callable[[str, str], bool] | None:
        """Whether the policy lets a method go to a path, for the redirects of a run, whose target
        the server chooses; None when it limits neither."""
        if actor.policy.methods is None and actor.policy.paths is None:
            return None
        return lambda method, path: (
            not isinstance(decide_request(actor, method=method, path=path), Denied)
        )

    def allows(
        self,
        actor: Actor,
        action: Action,
        *,
        source: Thing | None = None,
        query: Thing | None = None,
    ) -> bool:
        """Whether the actor may, where a no is not worth a line."""
        now = None if actor.policy is NO_LIMITS else self._clock()
        verdict = decide(actor, action, source=source, query=query, now=now)
        return not isinstance(verdict, Denied)

    async def _refuse(
        self,
        actor: Actor,
        action: Action,
        verdict: Denied,
        *,
        source: Thing | None,
        query: Thing | None,
        named: str | None = None,
    ) -> None:
        kind = "query" if query else "source" if source else None
        denied = line(
            actor,
            action,
            at=self._clock(),
            target_kind=kind,
            target=query or source,
            outcome="denied",
            detail={"code": verdict.code} | ({"named": named[:_LONGEST_NAME]} if named else {}),
        )
        await self._database.record(None, denied)
        raise Refused("forbidden", verdict.code, verdict.reason)
