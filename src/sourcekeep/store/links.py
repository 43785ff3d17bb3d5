"""Links that work once, by the hash of their token."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from sourcekeep.store.errors import NameTaken
from sourcekeep.store.rows import LinkRow
from sourcekeep.store.tables import links
from sourcekeep.store.work import Unique, Work, row_of, values_of


class Links:
    """Links of the first sign-in, of invitations, and to a new password."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: LinkRow) -> LinkRow:
        await self._work.insert(links, values_of(row), name=Unique(NameTaken("link")))
        return row

    async def get(self, hash: str) -> LinkRow | None:
        found = await self._work.one(select(links).where(links.c.hash == hash))
        return None if found is None else row_of(LinkRow, found)

    async def use(self, hash: str, now: datetime) -> bool:
        """Take the link: True once, for one caller, while it has not expired."""
        statement = (
            update(links)
            .where(links.c.hash == hash, links.c.used_at.is_(None), links.c.expires_at > now)
            .values(used_at=now)
        )
        return await self._work.execute(statement) == 1

    async def remove_kind(self, kind: str) -> int:
        """Forget all links of a kind, so that none of them works; how many."""
        return await self._work.execute(delete(links).where(links.c.kind == kind))

    async def remove_of_user(self, user_id: str) -> int:
        """Forget all links of a person, so that none of them works; how many."""
        return await self._work.execute(delete(links).where(links.c.user_id == user_id))

    async def remove_expired(self, now: datetime) -> int:
        """Forget what can work no more; how many."""
        over = or_(links.c.expires_at <= now, links.c.used_at.is_not(None))
        return await self._work.execute(delete(links).where(over))
