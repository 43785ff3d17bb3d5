"""Saved queries in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from sourcekeep.store import paging
from sourcekeep.store.columns import name_key
from sourcekeep.store.errors import Gone, NameTaken, Stale
from sourcekeep.store.naming import next_free
from sourcekeep.store.rows import QueryRow
from sourcekeep.store.shapes import SHAPE_VERSIONS, upgrade
from sourcekeep.store.tables import queries
from sourcekeep.store.work import Unique, Work, row_of, values_of


class Queries:
    """Queries by id or name. Names are unique over all sources, without regard to case."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, row: QueryRow) -> QueryRow:
        """Add a row. Raises NameTaken, and Gone when its source does not exist."""
        await self._work.insert(queries, _columns(row), name=_refusals(row))
        self._work.configuration_changed = True
        return row

    async def get(self, id: str) -> QueryRow | None:
        found = await self._work.one(select(queries).where(queries.c.id == id))
        return None if found is None else _row(found)

    async def find(self, ref: str) -> QueryRow | None:
        """The query with this id, else with this name."""
        either = or_(queries.c.id == ref, queries.c.name_key == name_key(ref))
        by_id_first = (queries.c.id == ref).desc()
        found = await self._work.one(select(queries).where(either).order_by(by_id_first).limit(1))
        return None if found is None else _row(found)

    async def list(
        self,
        *,
        data_source_id: str | None = None,
        search: str | None = None,
        only: Collection[str] | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Sequence[QueryRow], str | None]:
        """A page by name. `search` looks into name, description and path, without case.

        `only` keeps those whose id or name is given. Raises BadCursor.
        """
        statement = select(queries).order_by(queries.c.name_key)
        if data_source_id is not None:
            statement = statement.where(queries.c.data_source_id == data_source_id)
        if search:
            statement = statement.where(
                queries.c.search.contains(name_key(search), autoescape=True)
            )
        if only is not None:
            keys = [name_key(name) for name in only]
            statement = statement.where(or_(queries.c.id.in_(only), queries.c.name_key.in_(keys)))
        if cursor is not None:
            statement = statement.where(queries.c.name_key > paging.decode(cursor, [str])[0])
        size = paging.page_size(limit)
        found = await self._work.many(statement.limit(size + 1))
        rows = [_row(one) for one in found[:size]]
        more = len(found) > size
        return rows, paging.encode([name_key(rows[-1].name)]) if more else None

    async def names_using(self, data_source_id: str, *, limit: int = 100) -> Sequence[str]:
        """Names of the source's queries, in order."""
        statement = (
            select(queries.c.name)
            .where(queries.c.data_source_id == data_source_id)
            .order_by(queries.c.name_key)
            .limit(limit)
        )
        return [row["name"] for row in await self._work.many(statement)]

    async def count(self) -> int:
        return await self._work.count(queries)

    async def change(self, row: QueryRow, expected_version: int) -> QueryRow:
        """Write the row as the next version, stamped now. Raises Stale, NameTaken, Gone."""
        row = replace(row, version=expected_version + 1, updated_at=self._work.clock())
        statement = (
            update(queries)
            .where(queries.c.id == row.id, queries.c.version == expected_version)
            .values(_columns(row))
        )
        try:
            touched = await self._work.execute(statement)
        except IntegrityError as error:
            raise _refusals(row).refusal(error) from error
        if touched == 0:
            current = select(queries.c.version).where(queries.c.id == row.id)
            raise Stale(expected_version, await self._work.scalar(current))
        self._work.configuration_changed = True
        return row

    async def remove(self, id: str) -> bool:
        """Remove the query; False when there is none."""
        touched = await self._work.execute(delete(queries).where(queries.c.id == id))
        self._work.configuration_changed |= touched > 0
        return touched > 0

    async def next_name(self, stem: str) -> str:
        """`stem1`, then `stem2`, `stem3`, …"""
        return await next_free(lambda n: f"{stem}{n}", self._taken)

    async def _taken(self, name: str) -> bool:
        statement = select(queries.c.id).where(queries.c.name_key == name_key(name))
        return await self._work.scalar(statement) is not None


def _refusals(row: QueryRow) -> Unique:
    return Unique(NameTaken(row.name), missing=Gone("The data source does not exist any more."))


def _columns(row: QueryRow) -> dict[str, Any]:
    searched = (row.name, row.doc.get("description"), row.doc.get("path"))
    search = "\n".join(name_key(text) for text in searched if isinstance(text, str))
    return values_of(row) | {"name_key": name_key(row.name), "search": search}


def _row(found: RowMapping) -> QueryRow:
    row = row_of(QueryRow, found)
    doc = upgrade("query", row.shape_version, row.doc)
    return replace(row, doc=doc, shape_version=SHAPE_VERSIONS["query"])
