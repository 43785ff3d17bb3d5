"""Sealed secrets in the store: ciphertext by owner and field."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, text, tuple_, update

from sourcekeep.store.rows import SecretRow
from sourcekeep.store.tables import secrets
from sourcekeep.store.work import Work, row_of, values_of


class Secrets:
    """Secrets of an owner, e.g. ("source", its id), by field key."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, row: SecretRow) -> None:
        """Write the secret, in place of the one that stood there."""
        key = ("owner_kind", "owner_id", "field")
        await self._work.put(secrets, values_of(row), key=key)
        self._work.configuration_changed = True

    async def of_owner(self, kind: str, id: str) -> Sequence[SecretRow]:
        """The owner's secrets, by field key."""
        statement = (
            select(secrets)
            .where(secrets.c.owner_kind == kind, secrets.c.owner_id == id)
            .order_by(secrets.c.field)
        )
        return [row_of(SecretRow, found) for found in await self._work.many(statement)]

    async def of_kind(self, kind: str) -> Sequence[SecretRow]:
        """All secrets of one kind of owner, e.g. `constant`."""
        statement = (
            select(secrets)
            .where(secrets.c.owner_kind == kind)
            .order_by(secrets.c.owner_id, secrets.c.field)
        )
        return [row_of(SecretRow, found) for found in await self._work.many(statement)]

    async def remove(self, kind: str, id: str, field: str) -> bool:
        """Remove one secret; False when there is none."""
        touched = await self._work.execute(delete(secrets).where(*_at(kind, id, field)))
        self._work.configuration_changed |= touched > 0
        return touched > 0

    async def counts(self) -> dict[str, int]:
        """How many secrets each master key wraps, by key id."""
        statement = select(secrets.c.key_id, func.count().label("many")).group_by(secrets.c.key_id)
        return {row["key_id"]: row["many"] for row in await self._work.many(statement)}

    async def settle_keys(self, *, alone: bool = False) -> None:
        """Wait until it is certain which master keys are in use, until the unit ends.

        Who writes secrets holds this with others; who takes a key away holds it `alone`. A writing
        unit on SQLite is alone anyway.
        """
        if self._work.on_postgresql:
            mode = "SHARE ROW EXCLUSIVE" if alone else "ROW EXCLUSIVE"
            await self._work.execute(text(f"LOCK TABLE secrets IN {mode} MODE"))

    async def batch_not_wrapped_by(
        self, key_id: str, *, after: SecretRow | None = None, limit: int = 100
    ) -> Sequence[SecretRow]:
        """Some secrets that another key wraps, after this one: what a rotation has still to do."""
        place = (secrets.c.owner_kind, secrets.c.owner_id, secrets.c.field)
        statement = select(secrets).where(secrets.c.key_id != key_id).order_by(*place).limit(limit)
        if after is not None:
            behind = tuple_(after.owner_kind, after.owner_id, after.field)
            statement = statement.where(tuple_(*place) > behind)
        return [row_of(SecretRow, found) for found in await self._work.many(statement)]

    async def rewrapped(self, old: SecretRow, new: SecretRow) -> bool:
        """Put `new` where `old` still stands unchanged; False when it was replaced meanwhile.

        `updated_at` stays: the secret itself is the same.
        """
        where = _at(old.owner_kind, old.owner_id, old.field)
        statement = (
            update(secrets)
            .where(*where, secrets.c.wrapped_key == old.wrapped_key)
            .values(key_id=new.key_id, wrapped_key=new.wrapped_key, ciphertext=new.ciphertext)
        )
        touched = await self._work.execute(statement)
        self._work.configuration_changed |= touched > 0
        return touched > 0


def _at(kind: str, id: str, field: str) -> tuple[ColumnElement[bool], ...]:
    return (
        secrets.c.owner_kind == kind,
        secrets.c.owner_id == id,
        secrets.c.field == field,
    )
