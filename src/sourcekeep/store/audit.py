"""Audit lines in the store: added, listed, checked, exported; never changed.

Old lines may be cut off the beginning. Then `audit_head` says where the chain now begins (number and
hash of the last line that was cut), and a line of the chain itself says the same: who forges the
beginning would have to forge that line too, and with it every line after it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

import orjson
from sqlalchemy import ColumnElement, RowMapping, and_, delete, select, text, update

from sourcekeep.kit.clock import rfc3339
from sourcekeep.store import chain, paging
from sourcekeep.store.columns import micros_of, moment_of
from sourcekeep.store.rows import AuditLine, AuditRow
from sourcekeep.store.tables import FREQUENT_ACTIONS, NOT_FREQUENT, audit, audit_head
from sourcekeep.store.work import Work

CUT = "audit.cut"
_READ_AT_ONCE = 500
_SWEPT_AT_ONCE = 2000


class LineFilter(TypedDict, total=False):
    """Which lines. `actor` and `target` are an id or a name; `action` is one (`token.create`) or a
    group (`token.*`); `since` is within, `until` is not. What is absent or None does not limit."""

    actor: str | None
    target: str | None
    action: str | None
    since: datetime | None
    until: datetime | None


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
        cursor: str | None = None,
        limit: int = 50,
        **wanted: Unpack[LineFilter],
    ) -> tuple[Sequence[AuditRow], str | None]:
        """A page, newest first. Raises BadCursor."""
        order = (audit.c.at, audit.c.seq)
        statement = select(audit).order_by(*(column.desc() for column in order))
        for condition in await self._conditions(wanted):
            statement = statement.where(condition)
        if cursor is not None:
            values = paging.decode(cursor, [int, int])
            statement = statement.where(paging.after(order, values, descending=True))
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [_row(one) for one in found[:size]]
        if len(found) <= size:
            return rows, None
        return rows, paging.encode([found[size - 1]["at"], found[size - 1]["seq"]])

    async def after(
        self,
        seq: int,
        *,
        limit: int = _READ_AT_ONCE,
        **wanted: Unpack[LineFilter],
    ) -> Sequence[AuditRow]:
        """The next lines after this number, oldest first, filtered as lists are; none at the end."""
        statement = select(audit).where(audit.c.seq > seq).order_by(audit.c.seq)
        for condition in await self._conditions(wanted):
            statement = statement.where(condition)
        return [_row(one) for one in await self._work.many(statement.limit(limit))]

    async def check(self) -> AsyncIterator[Checked]:
        """Walk the chain from its first line to the head as it is now, a report each 500 lines.

        The last report has `broken` when a line is missing, changed, moved or added by hand. `lines`
        counts what was found right.
        """
        begin, head = await self._ends()
        told = begin.seq == 0  # whether a line says that the beginning was cut off
        last = begin
        while last.seq < head.seq:
            found = await self._links(last.seq)
            if not found:
                yield _broken_at(begin, last, last.seq + 1, "The line is missing.")
                return
            for one in found:
                broken = _broken(last, one)
                if broken is not None:
                    yield Checked(last.seq - begin.seq, broken)
                    return
                told = told or _tells_of(begin, one)
                last = chain.Head(one["seq"], one["hash"])
                if last.seq == head.seq:
                    break
            yield Checked(last.seq - begin.seq)
        if last.hash != head.hash:
            words = "The line is not the one that was written last."
            yield _broken_at(begin, last, head.seq, words)
        elif not told:
            words = "Lines before it are gone, and no line says that they were cut off."
            yield _broken_at(begin, last, begin.seq + 1, words)
        elif head.seq == begin.seq:
            yield Checked(0)

    async def cut(self, before: datetime, line: AuditLine) -> bool:
        """Let the chain begin with the first line that is not older than `before`, and say so in a
        line like `line`, whose detail gains `seq` and `hash` of the last line that was cut, and
        `lines`, their number. False when there is nothing to cut. The rows go with `sweep`.
        """
        begin, head = await self._ends()
        kept = select(audit.c.seq).where(audit.c.seq > begin.seq, audit.c.at >= _millis(before))
        first = await self._work.scalar(kept.order_by(audit.c.seq).limit(1))
        last = head.seq if first is None else first - 1
        if last <= begin.seq:
            return False
        hash = await self._work.scalar(select(audit.c.hash).where(audit.c.seq == last))
        if hash is None:  # somebody took the line away: a check must go on saying so
            return False
        await self._work.execute(update(audit_head).values(cut_seq=last, cut_hash=hash))
        detail = {**line.detail, "seq": last, "hash": hash, "lines": last - begin.seq}
        self.add(replace(line, action=CUT, detail=detail))
        return True

    async def sweep(self) -> int:
        """Remove up to 2000 of the lines that were cut off; how many."""
        begin, _ = await self._ends()
        cut = select(audit.c.seq).where(audit.c.seq <= begin.seq)
        some = cut.order_by(audit.c.seq).limit(_SWEPT_AT_ONCE)
        return await self._work.execute(delete(audit).where(audit.c.seq.in_(some)))

    async def _links(self, after: int) -> Sequence[RowMapping]:
        statement = select(audit).where(audit.c.seq > after).order_by(audit.c.seq)
        return await self._work.many(statement.limit(_READ_AT_ONCE))

    async def _ends(
        self,
    ) -> tuple[chain.Head, chain.Head]:
        """Where the chain begins (the last line that was cut off) and where it ends."""
        found = await self._work.one(select(audit_head))
        if found is None:
            raise RuntimeError("the audit head is missing")
        return chain.Head(found["cut_seq"], found["cut_hash"]), chain.Head(
            found["seq"], found["hash"]
        )

    async def _conditions(self, wanted: LineFilter) -> Sequence[ColumnElement[bool]]:
        conditions = []
        if (actor := wanted.get("actor")) is not None:
            conditions.append(await self._named("actor", actor))
        if (target := wanted.get("target")) is not None:
            conditions.append(await self._named("target", target))
        if (action := wanted.get("action")) is not None:
            conditions.append(_action(action))
        if (since := wanted.get("since")) is not None:
            conditions.append(audit.c.at >= _millis(since))
        if (until := wanted.get("until")) is not None:
            conditions.append(audit.c.at < _millis(until))
        return conditions

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


def _broken_at(begin: chain.Head, last: chain.Head, seq: int, words: str) -> Checked:
    return Checked(last.seq - begin.seq, Broken(seq, words))


def _tells_of(begin: chain.Head, found: RowMapping) -> bool:
    """Whether this line, which is right, says that the chain begins after `begin`."""
    if found["action"] != CUT:
        return False
    detail = orjson.loads(found["detail"])
    return bool(detail.get("seq") == begin.seq and detail.get("hash") == begin.hash)


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
