"""Reading the audit: filtered lists, newest first (contract 10)."""

from __future__ import annotations

from datetime import datetime

from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Fault, Invalid
from sourcekeep.services.answers import Page, checked_limit
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.store.audit import Checked, item


class AuditTrail:
    """What was done here. Only admins read it."""

    def __init__(self, database: Database, gate: Gate) -> None:
        self._database = database
        self._gate = gate

    async def list(
        self,
        actor: Actor,
        *,
        by: str | None = None,
        target: str | None = None,
        action: str | None = None,
        since: str | None = None,
        until: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """Lines by who did it (`by`), what it was done to, the action or its group (`token.*`)."""
        await self._gate.require(actor, "audit.read")
        async with self._database.reading() as unit:
            rows, following = await unit.audit.list(
                actor=by,
                target=target,
                action=action,
                since=_moment("since", since),
                until=_moment("until", until),
                cursor=cursor,
                limit=checked_limit(limit),
            )
        return Page([item(row) for row in rows], following)

    async def verify(self, actor: Actor) -> Checked:
        """Walk the whole chain; the answer names the first line that is not as it was written."""
        await self._gate.require(actor, "audit.read")
        checked = Checked(0)
        async with self._database.reading() as unit:
            async for checked in unit.audit.check():
                if checked.broken is not None:
                    break
        return checked


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fault = f"{name} must be a time with its zone, such as 2030-01-31T12:00:00Z."
        raise Invalid([Fault(f"/{name}", "type", fault)])
    return moment
