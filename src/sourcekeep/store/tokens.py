"""Caller tokens in the store, by id or by the hash of their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from sourcekeep.store import paging
from sourcekeep.store.columns import Moment, Words, micros_of, moment_of
from sourcekeep.store.errors import NameTaken
from sourcekeep.store.rows import TokenRow
from sourcekeep.store.tables import tokens
from sourcekeep.store.work import Unique, Work, row_of, values_of


class Tokens:
    """Caller tokens. A name may be given again: a new token is made before the old one goes."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: TokenRow) -> TokenRow:
        await self._work.insert(tokens, values_of(row), name=Unique(NameTaken(row.name)))
        self._work.configuration_changed = True
        return row

    async def get(self, id: str) -> TokenRow | None:
        found = await self._work.one(select(tokens).where(tokens.c.id == id))
        return None if found is None else row_of(TokenRow, found)

    async def find(self, ref: str) -> TokenRow | None:
        """The token with this id, else the newest with this name, one not revoked first."""
        statement = (
            select(tokens)
            .where(or_(tokens.c.id == ref, tokens.c.name == ref))
            .order_by(
                (tokens.c.id == ref).desc(),
                tokens.c.revoked_at.is_(None).desc(),
                tokens.c.created_at.desc(),
                tokens.c.id.desc(),
            )
            .limit(1)
        )
        found = await self._work.one(statement)
        return None if found is None else row_of(TokenRow, found)

    async def by_hash(self, hash: str) -> TokenRow | None:
        """The token with this hash, revoked and expired ones too."""
        found = await self._work.one(select(tokens).where(tokens.c.hash == hash))
        return None if found is None else row_of(TokenRow, found)

    async def live(self) -> Sequence[TokenRow]:
        """All tokens that are not revoked: what a snapshot in memory is made of."""
        statement = select(tokens).where(tokens.c.revoked_at.is_(None))
        return [row_of(TokenRow, found) for found in await self._work.many(statement)]

    async def list(
        self, *, cursor: str | None = None, limit: int = 50
    ) -> tuple[Sequence[TokenRow], str | None]:
        """A page, newest first, revoked ones too. Raises BadCursor."""
        order = (tokens.c.created_at, tokens.c.id)
        statement = select(tokens).order_by(*(column.desc() for column in order))
        if cursor is not None:
            micros, id = paging.decode(cursor, [int, str])
            statement = statement.where(
                paging.after(order, (moment_of(micros), id), descending=True)
            )
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [row_of(TokenRow, one) for one in found[:size]]
        if len(found) <= size:
            return rows, None
        return rows, paging.encode([micros_of(rows[-1].created_at), rows[-1].id])

    async def touch(self, used: Mapping[str, datetime]) -> None:
        """Note when tokens (by id) were last used. No change of the configuration."""
        if not used:
            return
        # Another process may have noted a later use.
        before = tokens.c.last_used_at < bindparam("moment", type_=Moment)
        earlier = or_(tokens.c.last_used_at.is_(None), before)
        statement = (
            update(tokens)
            .where(tokens.c.id == bindparam("token", type_=Words), earlier)
            .values(last_used_at=bindparam("moment", type_=Moment))
        )
        values = [{"token": id, "moment": moment} for id, moment in sorted(used.items())]
        await self._work.execute(statement, values)

    async def change(self, row: TokenRow) -> None:
        """Write its name, policy and end. What it is known by, and its use, stay."""
        values = {"name": row.name, "policy": row.policy, "expires_at": row.expires_at}
        await self._work.execute(update(tokens).where(tokens.c.id == row.id).values(values))
        self._work.configuration_changed = True

    async def revoke(self, id: str, at: datetime) -> bool:
        """End the token; False when there is none or it had ended before."""
        live = (tokens.c.id == id, tokens.c.revoked_at.is_(None))
        touched = await self._work.execute(update(tokens).where(*live).values(revoked_at=at))
        self._work.configuration_changed |= touched > 0
        return touched > 0
