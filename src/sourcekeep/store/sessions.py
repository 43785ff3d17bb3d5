"""Signed-in browsers in the store, by the hash of the session id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from sourcekeep.store.errors import Gone, NameTaken
from sourcekeep.store.rows import SessionRow
from sourcekeep.store.tables import sessions
from sourcekeep.store.work import Unique, Work, row_of, values_of


class Sessions:
    """Sessions by hash. Ends at once in every process: each change moves the revision."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: SessionRow) -> SessionRow:
        """Add a session. Raises Gone when its person was removed."""
        refusals = Unique(NameTaken("session"), missing=Gone("The person does not exist any more."))
        await self._work.insert(sessions, values_of(row), name=refusals)
        self._work.configuration_changed = True
        return row

    async def get(self, hash: str) -> SessionRow | None:
        """The session, expired or not."""
        found = await self._work.one(select(sessions).where(sessions.c.hash == hash))
        return None if found is None else row_of(SessionRow, found)

    async def of_user(self, user_id: str) -> Sequence[SessionRow]:
        """A person's sessions, the one used last first; expired ones too."""
        statement = (
            select(sessions)
            .where(sessions.c.user_id == user_id)
            .order_by(sessions.c.last_seen_at.desc(), sessions.c.hash)
        )
        return [row_of(SessionRow, found) for found in await self._work.many(statement)]

    async def touch(self, hash: str, seen_at: datetime, expires_at: datetime | None = None) -> None:
        """Note that it was used, and how long it now lasts. No change of the configuration."""
        values = {"last_seen_at": seen_at} | ({"expires_at": expires_at} if expires_at else {})
        await self._work.execute(update(sessions).where(sessions.c.hash == hash).values(values))

    async def remove(self, hash: str) -> bool:
        """End one session; False when there is none."""
        touched = await self._work.execute(delete(sessions).where(sessions.c.hash == hash))
        self._work.configuration_changed |= touched > 0
        return touched > 0

    async def remove_of_user(self, user_id: str, *, keep: str | None = None) -> int:
        """End all sessions of a person, but the one with the hash `keep`; how many."""
        statement = delete(sessions).where(sessions.c.user_id == user_id)
        if keep is not None:
            statement = statement.where(sessions.c.hash != keep)
        touched = await self._work.execute(statement)
        self._work.configuration_changed |= touched > 0
        return touched

    async def remove_expired(self, now: datetime) -> int:
        """Forget what has expired; how many."""
        return await self._work.execute(delete(sessions).where(sessions.c.expires_at <= now))
