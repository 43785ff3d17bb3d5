"""Audit lines in the store: added, listed, checked; never changed, never pruned."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, and_, select, text

from sourcekeep.kit.clock import rfc3339
from sourcekeep.store import chain, paging
from sourcekeep.store.columns import micros_of, moment_of
from sourcekeep.store.rows import AuditLine, AuditRow
from sourcekeep.store.tables import FREQUENT_ACTIONS, NOT_FREQUENT, audit, audit_head
from sourcekeep.store.work import Work

_CHECKED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that is not as it was written: its number, and what is wrong, in words."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a check has come. `broken` ends it."""

    lines: int
    broken: Broken | None = None


class Audit:
    """The audit chain (chain.py)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, line: AuditLine) -> None:
        """Note a line; it is chained and written as the last step of the unit's commit."""
        if not self._work.writing:
            raise RuntimeError("an audit line needs a transaction")
        self._work.lines.append(chain.cleaned(line))

    async def list(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        action: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Sequence[AuditRow], str | None]:
        """A page, newest first. Raises BadCursor.

        `actor` and `target` are an id or a name; `action` is one (`token.create`) or a group
        (`token.*`); `since` is within, `until` is not.
        """
        order = (audit.c.at, audit.c.seq)
        statement = select(audit).order_by(*(column.desc() for column in order))
        if actor is not None:
            statement = statement.where(await self._named("actor", actor))
        if target is not None:
            statement = statement.where(await self._named("target", target))
        if action is not None:
            statement = statement.where(_action(action))
        if since is not None:
            statement = statement.where(audit.c.at >= _millis(since))
        if until is not None:
            statement = statement.where(audit.c.at < _millis(until))
        if cursor is not None:
            values = paging.decode(cursor, [int, int])
            statement = statement.where(paging.after(order, values, descending=True))
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [_row(one) for one in found[:size]]
        if len(found) <= size:
            return rows, None
        return rows, paging.encode([found[size - 1]["at"], found[size - 1]["seq"]])

    async def check(self) -> AsyncIterator[Checked]:
        """Walk the chain from its first line to the head as it is now, a report each 1000 lines.

        The last report has `broken` when a line is missing, changed, moved or added by hand.
        """
        head = await self._head()
        last = chain.Head()
        while last.seq < head.seq:
            statement = (
                select(audit)
                .where(audit.c.seq > last.seq)
                .order_by(audit.c.seq)
                .limit(_CHECKED_AT_ONCE)
            )
            found = await self._work.many(statement)
            if not found:
                yield Checked(last.seq, Broken(last.seq + 1, "The line is missing."))
                return
            for one in found:
                broken = _broken(last, one)
                if broken is not None:
                    yield Checked(last.seq, broken)
                    return
                last = chain.Head(one["seq"], one["hash"])
                if last.seq == head.seq:
                    break
            yield Checked(last.seq)
        if last.hash != head.hash:
            yield Checked(
                last.seq, Broken(head.seq, "The line is not the one that was written last.")
            )
        elif head.seq == 0:
            yield Checked(0)

    async def _head(self) -> chain.Head:
        statement = select(audit_head.c.seq, audit_head.c.hash)
        found = (await self._work.many(statement))[0]
        return chain.Head(found["seq"], found["hash"])

    async def _named(self, who: str, ref: str) -> ColumnElement[bool]:
        """By id, which is indexed, when any line has it; else by name."""
        id_column = audit.c[f"{who}_id"]
        known = await self._work.scalar(select(audit.c.seq).where(id_column == ref).limit(1))
        name_column: ColumnElement[Any] = audit.c[f"{who}_name"]
        return id_column == ref if known is not None else name_column == ref


def item(row: AuditRow) -> dict[str, Any]:
    """The audit item of contract 10: what the hash is of, and the two hashes."""
    return {
        "seq": row.seq,
        "at": rfc3339(row.at),
        "actor": {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name},
        "door": row.door,
        "action": row.action,
        "target": {"kind": row.target_kind, "id": row.target_id, "name": row.target_name},
        "outcome": row.outcome,
        "detail": row.detail,
        "prev_hash": row.prev_hash,
        "hash": row.hash,
    }


def _millis(moment: datetime) -> int:
    """In microseconds, but as exact as the lines are: milliseconds."""
    return micros_of(moment) // 1000 * 1000


def _action(action: str) -> ColumnElement[bool]:
    """One action, or all of a group: `token.*` is from `token.` up to `token/`, the next character."""
    if not action.endswith(".*"):
        wanted = audit.c.action == action
    else:
        wanted = and_(audit.c.action >= action[:-1], audit.c.action < action[:-2] + "/")
    group = action.removesuffix("*")
    frequent = any(one == action or one.startswith(group) for one in FREQUENT_ACTIONS)
    return wanted if frequent else and_(wanted, text(NOT_FREQUENT))


def _broken(last: chain.Head, found: RowMapping) -> Broken | None:
    seq = last.seq + 1
    if found["seq"] != seq:
        return Broken(seq, "The line is missing.")
    if found["prev_hash"] != last.hash:
        return Broken(seq, "The line does not follow the line before it.")
    try:
        right = chain.hash_of(tuple(found[column] for column in chain.COLUMNS)) == found["hash"]
    except (TypeError, ValueError, OverflowError):
        right = False
    return None if right else Broken(seq, "The line is not as it was written.")


def _row(found: RowMapping) -> AuditRow:
    values = dict(found) | {"at": moment_of(found["at"]), "detail": orjson.loads(found["detail"])}
    return AuditRow(**values)
