"""Certificates that were seen, by place: facts for people, never what trust is built on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from sourcekeep.store.rows import CertificateRow
from sourcekeep.store.tables import certificates
from sourcekeep.store.work import Work, row_of, values_of


class Certificates:
    """One row a place: what was seen there last."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, row: CertificateRow) -> None:
        """Keep it in place of what was seen there before."""
        await self._work.put(certificates, values_of(row), key=("place",))

    async def at(self, places: Collection[str]) -> dict[str, CertificateRow]:
        """What was seen at these places, by place."""
        statement = select(certificates).where(certificates.c.place.in_(places))
        rows = [row_of(CertificateRow, found) for found in await self._work.many(statement)]
        return {row.place: row for row in rows}

    async def remove(self, place: str) -> None:
        """Forget one place."""
        await self._work.execute(delete(certificates).where(certificates.c.place == place))

    async def forget(self, before: datetime, *, prefix: str) -> int:
        """Remove what was last seen before, of the places that begin so; how many."""
        old = (certificates.c.seen_at < before, certificates.c.place.startswith(prefix))
        return await self._work.execute(delete(certificates).where(*old))
