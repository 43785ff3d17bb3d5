"""One transaction's worth of work: the connection, and what has to happen at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import (
    CursorResult,
    Executable,
    RowMapping,
    Select,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sourcekeep.kit.clock import Clock
from sourcekeep.store import chain
from sourcekeep.store.explain import in_words, is_missing_reference, is_taken
from sourcekeep.store.rows import AuditLine
from sourcekeep.store.tables import audit, audit_head, revision

R = TypeVar("R")


class Work:
    """What the nouns of one unit share. Nothing outside the store sees it."""

    def __init__(self, connection: AsyncConnection, *, writing: bool, clock: Clock) -> None:
        self.connection = connection
        self.writing = writing
        self.clock = clock
        self.configuration_changed = False
        self.lines: list[AuditLine] = []

    async def execute(self, statement: Executable, values: Any = None) -> int:
        """Run a change; how many rows it touched."""
        return (await self._run(statement, values)).rowcount

    async def one(self, statement: Select[Any]) -> RowMapping | None:
        """The first row. What a writing unit reads here stays as it is until the unit ends."""
        if self.writing:
            statement = statement.with_for_update()
        return (await self._run(statement)).mappings().first()

    async def many(self, statement: Select[Any]) -> Sequence[RowMapping]:
        return (await self._run(statement)).mappings().all()

    async def scalar(self, statement: Select[Any]) -> Any:
        return (await self._run(statement)).scalar()

    @property
    def on_postgresql(self) -> bool:
        return bool(self.connection.dialect.name == "postgresql")

    async def returned(self, statement: Executable) -> Any:
        """Run a change; the one value that it returns."""
        return (await self._run(statement)).scalar_one()

    async def count(self, table: Table) -> int:
        return int(await self.scalar(select(func.count()).select_from(table)))

    async def insert(self, table: Table, values: dict[str, Any], *, name: Unique) -> None:
        """Add a row. Raises what `name` says when its name is taken, Gone for a missing owner."""
        try:
            await self._run(insert(table), values)
        except IntegrityError as error:
            raise name.refusal(error) from error

    async def put(self, table: Table, values: dict[str, Any], *, key: Sequence[str]) -> None:
        """Write a row in place of the one with the same key, if there is one."""
        insert = postgresql.insert if self.on_postgresql else sqlite.insert
        statement = insert(table).values(values)
        rest = {name: statement.excluded[name] for name in values if name not in key}
        await self._run(statement.on_conflict_do_update(index_elements=list(key), set_=rest))

    async def settle(self) -> int | None:
        """The last step before a commit: count the change, chain the audit lines.

        Always in this order, which is why two units never wait for each other in a circle.
        Returns the new revision when the unit changed the configuration.
        """
        number: int | None = None
        if self.configuration_changed:
            bump = update(revision).values(value=revision.c.value + 1).returning(revision.c.value)
            number = await self.returned(bump)
        if self.lines:
            await self._chain()
        return number

    async def _run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        with in_words():
            return await self.connection.execute(statement, values)

    async def _chain(self) -> None:
        row = await self.one(select(audit_head.c.seq, audit_head.c.hash))
        if row is None:
            raise RuntimeError("the audit head is missing")
        links, head = chain.append(chain.Head(row["seq"], row["hash"]), self.lines)
        values = [dict(zip(chain.COLUMNS, link, strict=True)) for link in links]
        await self._run(insert(audit), values)
        await self._run(update(audit_head).values(seq=head.seq, hash=head.hash))


class Unique:
    """What to say when a row cannot be written because of its name or its owner."""

    def __init__(self, taken: Exception, missing: Exception | None = None) -> None:
        self.taken = taken
        self.missing = missing

    def refusal(self, error: IntegrityError) -> Exception:
        if is_taken(error):
            return self.taken
        if self.missing is not None and is_missing_reference(error):
            return self.missing
        return error


def values_of(row: Any) -> dict[str, Any]:
    """A row's fields by column name."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def row_of(kind: type[R], mapping: RowMapping) -> R:
    """The dataclass `kind` from the columns of the same names."""
    return kind(**{field.name: mapping[field.name] for field in fields(kind)})  # type: ignore[arg-type]
