"""Constants and the names of secrets: workspace values for templates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select

from sourcekeep.store import paging
from sourcekeep.store.rows import ConstantRow
from sourcekeep.store.tables import constants, secrets
from sourcekeep.store.work import Work, row_of, values_of

OWNER_KIND = "constant"


class Constants:
    """Two name spaces: constants (`secret=False`, with a value) and secrets (sealed elsewhere)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, row: ConstantRow) -> ConstantRow:
        """Write the value, in place of the one that stood there."""
        await self._work.put(constants, values_of(row), key=("name", "secret"))
        self._work.configuration_changed = True
        return row

    async def get(self, name: str, *, secret: bool = False) -> ConstantRow | None:
        found = await self._work.one(select(constants).where(*_at(name, secret)))
        return None if found is None else row_of(ConstantRow, found)

    async def all(self, *, secret: bool = False) -> Sequence[ConstantRow]:
        """Every one, by name: what a snapshot in memory is made of."""
        statement = select(constants).where(constants.c.secret == secret).order_by(constants.c.name)
        return [row_of(ConstantRow, found) for found in await self._work.many(statement)]

    async def list(
        self, *, secret: bool = False, cursor: str | None = None, limit: int = 50
    ) -> tuple[Sequence[ConstantRow], str | None]:
        """A page by name. Raises BadCursor."""
        statement = select(constants).where(constants.c.secret == secret).order_by(constants.c.name)
        if cursor is not None:
            statement = statement.where(constants.c.name > paging.decode(cursor, [str])[0])
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [row_of(ConstantRow, one) for one in found[:size]]
        return rows, paging.encode([rows[-1].name]) if len(found) > size else None

    async def remove(self, name: str, *, secret: bool = False) -> bool:
        """Remove it, a secret with its ciphertext; False when there is none."""
        if secret:
            owned = (secrets.c.owner_kind == OWNER_KIND, secrets.c.owner_id == name)
            await self._work.execute(delete(secrets).where(*owned))
        touched = await self._work.execute(delete(constants).where(*_at(name, secret)))
        self._work.configuration_changed |= touched > 0
        return touched > 0


def _at(name: str, secret: bool) -> tuple[ColumnElement[bool], ...]:
    return (constants.c.name == name, constants.c.secret == secret)
