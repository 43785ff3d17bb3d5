"""Reading the audit: lists (newest first), export (oldest first), and the check of the chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sourcekeep.kit import exact_json
from sourcekeep.kit.clock import Clock
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Fault, Invalid
from sourcekeep.services.answers import Doc, Page, checked_limit
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.store.audit import Checked, LineFilter, item


class Asked(TypedDict, total=False):
    """Lines by who did it, what it was done to, the action or its group (`token.*`), and when."""

    actor: str | None
    target: str | None
    action: str | None
    since: str | None
    until: str | None


class AuditTrail:
    """What was done here. Only admins read it."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock

    async def list(
        self,
        caller: Actor,
        /,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        **asked: Unpack[Asked],
    ) -> Page:
        await self._gate.require(caller, "audit.read")
        wanted = _filter(asked)
        async with self._database.reading() as unit:
            rows, following = await unit.audit.list(
                cursor=cursor, limit=checked_limit(limit), **wanted
            )
        return Page([item(row) for row in rows], following)

    async def export(self, caller: Actor, /, **asked: Unpack[Asked]) -> AsyncIterator[bytes]:
        """The lines that fit, oldest first, as NDJSON in parts of some hundred lines. What is wrong
        with the call is raised at once; the parts come after. Leaves a line of its own."""
        await self._gate.require(caller, "audit.read")
        wanted = _filter(asked)
        detail = {name: str(text)[:200] for name, text in asked.items() if text is not None}
        told = line(caller, "audit.export", at=self._clock(), detail=detail)
        await self._database.record(None, told)
        return self._parts(wanted)

    async def _parts(self, wanted: LineFilter) -> AsyncIterator[bytes]:
        """Each part in a reading of its own: a slow reader must not hold one open."""
        seq = 0
        while True:
            async with self._database.reading() as unit:
                rows = await unit.audit.after(seq, **wanted)
            if not rows:
                return
            seq = rows[-1].seq
            yield b"".join(exact_json.dumps(item(row)) + b"\n" for row in rows)

    async def cut(self, actor: Actor, keep_days: int) -> None:
        """Cut lines off that are older than so many days; 0 keeps all. At most once a day, for each
        cut leaves a line. What is left says where it begins, and `verify` starts there."""
        await self._gate.require(actor, "audit.cut")
        if keep_days <= 0:
            return
        now = self._clock()
        before = now - timedelta(days=keep_days)
        async with self._database.reading() as unit:
            oldest = await unit.audit.after(0, limit=1)
        if oldest and oldest[0].at < before - timedelta(days=1):
            told = line(actor, "audit.cut", at=now, detail={"keep_days": keep_days})
            await self._database.cut_audit(before, told)

    async def verify(self, actor: Actor) -> Doc:
        """Walk the whole chain: `{"ok", "lines", "broken": None | {"seq", "detail"}}`, where
        `broken` is the first line that is not as it was written."""
        await self._gate.require(actor, "audit.read")
        checked = Checked(0)
        async with self._database.reading() as unit:
            async for checked in unit.audit.check():
                if checked.broken is not None:
                    break
        broken = checked.broken
        told = None if broken is None else {"seq": broken.seq, "detail": broken.reason}
        return {"ok": broken is None, "lines": checked.lines, "broken": told}


def _filter(asked: Asked) -> LineFilter:
    return {
        "actor": asked.get("actor"),
        "target": asked.get("target"),
        "action": asked.get("action"),
        "since": _moment("since", asked.get("since")),
        "until": _moment("until", asked.get("until")),
    }


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
