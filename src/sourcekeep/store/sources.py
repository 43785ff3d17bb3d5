"""Data sources in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from sourcekeep.store import paging
from sourcekeep.store.columns import name_key
from sourcekeep.store.errors import InUse, NameTaken, Stale
from sourcekeep.store.naming import next_free
from sourcekeep.store.rows import SourceRow
from sourcekeep.store.shapes import SHAPE_VERSIONS, upgrade
from sourcekeep.store.tables import secrets, sources
from sourcekeep.store.work import Unique, Work, row_of, values_of

OWNER_KIND = "source"


class Sources:
    """Sources by id or name. Names are unique and are found without regard to case."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: SourceRow) -> SourceRow:
        """Add a row. Raises NameTaken."""
        await self._work.insert(sources, _columns(row), name=Unique(NameTaken(row.name)))
        self._work.configuration_changed = True
        return row

    async def get(self, id: str) -> SourceRow | None:
        found = await self._work.one(select(sources).where(sources.c.id == id))
        return None if found is None else _row(found)

    async def find(self, ref: str) -> SourceRow | None:
        """The source with this id, else with this name."""
        either = or_(sources.c.id == ref, sources.c.name_key == name_key(ref))
        by_id_first = (sources.c.id == ref).desc()
        found = await self._work.one(select(sources).where(either).order_by(by_id_first).limit(1))
        return None if found is None else _row(found)

    async def list(
        self,
        *,
        search: str | None = None,
        kinds: Collection[str] | None = None,
        only: Collection[str] | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Sequence[SourceRow], str | None]:
        """A page by name. `search` looks into name, description and base URL, without case.

        `only` keeps those whose id or name is given. Raises BadCursor.
        """
        statement = select(sources).order_by(sources.c.name_key)
        if search:
            statement = statement.where(
                sources.c.search.contains(name_key(search), autoescape=True)
            )
        if kinds is not None:
            statement = statement.where(sources.c.kind.in_(kinds))
        if only is not None:
            keys = [name_key(name) for name in only]
            statement = statement.where(or_(sources.c.id.in_(only), sources.c.name_key.in_(keys)))
        if cursor is not None:
            statement = statement.where(sources.c.name_key > paging.decode(cursor, [str])[0])
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [_row(one) for one in found[:size]]
        more = len(found) > size
        return rows, paging.encode([name_key(rows[-1].name)]) if more else None

    async def count(self) -> int:
        return await self._work.count(sources)

    async def change(self, row: SourceRow, expected_version: int) -> SourceRow:
        """Write the row as the next version, stamped now. Raises Stale, NameTaken."""
        row = replace(row, version=expected_version + 1, updated_at=self._work.clock())
        statement = (
            update(sources)
            .where(sources.c.id == row.id, sources.c.version == expected_version)
            .values(_columns(row))
        )
        try:
            touched = await self._work.execute(statement)
        except IntegrityError as error:
            raise Unique(NameTaken(row.name)).refusal(error) from error
        if touched == 0:
            current = select(sources.c.version).where(sources.c.id == row.id)
            raise Stale(expected_version, await self._work.scalar(current))
        self._work.configuration_changed = True
        return row

    async def remove(self, id: str) -> bool:
        """Remove the source and its secrets; False when there is none. Raises InUse."""
        owned = (secrets.c.owner_kind == OWNER_KIND, secrets.c.owner_id == id)
        try:
            await self._work.execute(delete(secrets).where(*owned))
            touched = await self._work.execute(delete(sources).where(sources.c.id == id))
        except IntegrityError as error:
            in_use = InUse("Queries use the data source.")
            raise Unique(in_use, missing=in_use).refusal(error) from error
        self._work.configuration_changed |= touched > 0
        return touched > 0

    async def next_name(self, stem: str) -> str:
        """`stem`, then `stem_2`, `stem_3`, …"""
        return await next_free(lambda n: stem if n == 1 else f"{stem}_{n}", self._taken)

    async def _taken(self, name: str) -> bool:
        statement = select(sources.c.id).where(sources.c.name_key == name_key(name))
        return await self._work.scalar(statement) is not None


def _columns(row: SourceRow) -> dict[str, Any]:
    searched = (row.name, row.doc.get("description"), row.doc.get("base_url"))
    search = "\n".join(name_key(text) for text in searched if isinstance(text, str))
    return values_of(row) | {"name_key": name_key(row.name), "search": search}


def _row(found: RowMapping) -> SourceRow:
    row = row_of(SourceRow, found)
    doc = upgrade("source", row.shape_version, row.doc)
    return replace(row, doc=doc, shape_version=SHAPE_VERSIONS["source"])
