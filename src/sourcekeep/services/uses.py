"""Where constants and secrets are used: the sources and queries whose templates name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sourcekeep.engine.uses import Names, names_in_request, names_in_source
from sourcekeep.model.policy import Thing
from sourcekeep.services.queries import request_of
from sourcekeep.store.rows import QueryRow, SourceRow
from sourcekeep.store.unit import Unit

_PAGE = 1000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Use:
    """A source, or a query and its source, that names a value."""

    kind: Literal["source", "query"]
    thing: Thing
    source: Thing


@dataclass(frozen=True, slots=True)
class AllUses:
    """All uses of one moment, and the ids of the sources that there are."""

    by_name: Mapping[tuple[str, str], Sequence[Use]]
    sources: frozenset[str]

    def of(self, name: str, *, secret: bool) -> Sequence[Use]:
        return self.by_name.get(("secrets" if secret else "constants", name), ())


class Uses:
    """Compiles each source and query once for each of its versions."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Names]] = {}

    async def all(self, unit: Unit) -> AllUses:
        """Sources first, then queries, each by name."""
        found: defaultdict[tuple[str, str], list[Use]] = defaultdict(list)
        sources: dict[str, Thing] = {}
        known: dict[str, tuple[int, Names]] = {}
        for source in await _every(unit.sources.list):
            thing = sources[source.id] = Thing(source.id, source.name)
            known[source.id] = self._names(source)
            for name in known[source.id][1]:
                found[name].append(Use("source", thing, thing))
        for query in await _every(unit.queries.list):
            known[query.id] = self._names(query)
            for name in known[query.id][1]:
                owner = sources.get(query.data_source_id)
                if owner is not None:
                    found[name].append(Use("query", Thing(query.id, query.name), owner))
        self._known = known
        return AllUses(found, frozenset(sources))

    def _names(self, row: SourceRow | QueryRow) -> tuple[int, Names]:
        known = self._known.get(row.id)
        if known is not None and known[0] == row.version:
            return known
        if isinstance(row, SourceRow):
            return row.version, names_in_source(row.doc)
        return row.version, names_in_request(request_of(row.doc))


async def _every(listed: Callable[..., Awaitable[tuple[Sequence[Row], str | None]]]) -> list[Row]:
    """All rows of a noun, page after page."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        page, cursor = await listed(cursor=cursor, limit=_PAGE)
        rows += page
        if cursor is None:
            return rows
