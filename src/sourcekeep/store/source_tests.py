"""How the last connection test of each source went."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from sourcekeep.store.errors import Gone
from sourcekeep.store.rows import SourceTestRow
from sourcekeep.store.tables import source_tests
from sourcekeep.store.work import Unique, Work, row_of, values_of


class SourceTests:
    """One row a source; it goes when the source goes."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, row: SourceTestRow) -> None:
        """Keep it in place of the one before. Raises Gone when there is no such source."""
        try:
            await self._work.put(source_tests, values_of(row), key=("source_id",))
        except IntegrityError as error:
            gone = Gone("The data source has been deleted.")
            raise Unique(gone, missing=gone).refusal(error) from error

    async def of(self, source_ids: Collection[str]) -> dict[str, SourceTestRow]:
        """Those of these sources that were ever tested, by source."""
        statement = select(source_tests).where(source_tests.c.source_id.in_(source_ids))
        rows = [row_of(SourceTestRow, found) for found in await self._work.many(statement)]
        return {row.source_id: row for row in rows}
