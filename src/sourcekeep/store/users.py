"""People in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from sourcekeep.store import paging
from sourcekeep.store.columns import name_key
from sourcekeep.store.errors import Gone, NameTaken
from sourcekeep.store.rows import UserRow
from sourcekeep.store.tables import users
from sourcekeep.store.work import Unique, Work, row_of, values_of


class Users:
    """People by id or e-mail address."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: UserRow) -> UserRow:
        """Add a row. Raises NameTaken with the address."""
        await self._work.insert(users, _columns(row), name=Unique(NameTaken(row.email)))
        self._work.configuration_changed = True
        return row

    async def get(self, id: str) -> UserRow | None:
        found = await self._work.one(select(users).where(users.c.id == id))
        return None if found is None else row_of(UserRow, found)

    async def find(self, ref: str) -> UserRow | None:
        """The person with this id or e-mail address."""
        either = or_(users.c.id == ref, users.c.email_key == name_key(ref))
        found = await self._work.one(
            select(users).where(either).order_by((users.c.id == ref).desc()).limit(1)
        )
        return None if found is None else row_of(UserRow, found)

    async def list(
        self, *, cursor: str | None = None, limit: int = 50
    ) -> tuple[Sequence[UserRow], str | None]:
        """A page by e-mail address. Raises BadCursor."""
        statement = select(users).order_by(users.c.email_key)
        if cursor is not None:
            statement = statement.where(users.c.email_key > paging.decode(cursor, [str])[0])
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [row_of(UserRow, one) for one in found[:size]]
        more = len(found) > size
        return rows, paging.encode([name_key(rows[-1].email)]) if more else None

    async def count(self) -> int:
        return await self._work.count(users)

    async def change(self, row: UserRow) -> UserRow:
        """Write the row, stamped now. Raises NameTaken, and Gone when it was removed."""
        row = replace(row, updated_at=self._work.clock())
        statement = update(users).where(users.c.id == row.id).values(_columns(row))
        try:
            touched = await self._work.execute(statement)
        except IntegrityError as error:
            raise Unique(NameTaken(row.email)).refusal(error) from error
        if touched == 0:
            raise Gone("The person does not exist any more.")
        self._work.configuration_changed = True
        return row

    async def active_admins(self) -> Sequence[UserRow]:
        """The admins who can sign in. In a transaction they stay as they are until it ends: two
        admins that bar each other at once must not both succeed. Ask this before any other row."""
        statement = (
            select(users)
            .where(users.c.role == "admin", ~users.c.disabled, users.c.password_hash != "")
            .order_by(users.c.id)
        )
        if self._work.writing:
            statement = statement.with_for_update()
        return [row_of(UserRow, found) for found in await self._work.many(statement)]

    async def touch(self, id: str, seen_at: datetime) -> None:
        """Note that they were here. No change of the configuration."""
        statement = update(users).where(users.c.id == id).values(last_seen_at=seen_at)
        await self._work.execute(statement)

    async def remove(self, id: str) -> bool:
        """Remove the person and their sessions; False when there is none."""
        touched = await self._work.execute(delete(users).where(users.c.id == id))
        self._work.configuration_changed |= touched > 0
        return touched > 0


def _columns(row: UserRow) -> dict[str, Any]:
    return values_of(row) | {"email_key": name_key(row.email)}
