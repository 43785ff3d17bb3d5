"""Workspace values for templates: constants, which can be read, and secrets, which never can."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.model import bounds
from sourcekeep.model.entry import Frozen, Text
from sourcekeep.model.policy import Action, Actor, Reference, Some, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.model.sealing import is_mark, reference_in
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.uses import AllUses, Uses
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import ConstantRow
from sourcekeep.store.unit import Unit

OWNER = "constant"
FIELD = "value"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class ConstantSpec(Frozen):
    """What is written: the text."""

    value: Text = Field(title="Value")


class SecretSpec(Frozen):
    """What is written, and never read again. A member that is left out stays as it is."""

    value: SecretStr | None = Field(
        default=None, min_length=1, max_length=bounds.VALUE, title="Value", validate_default=False
    )
    data_sources: Some[Reference] | None = Field(
        default=None,
        title="Data sources",
        description="Ids or names of those that may use it; null for every one.",
    )


class Constants:
    """Both name spaces: `{{ constants.x }}` and `{{ secrets.x }}`."""

    def __init__(self, database: Database, gate: Gate, secrets: Secrets, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._secrets = secrets
        self._clock = clock
        self._uses = Uses()

    async def list(
        self,
        actor: Actor,
        *,
        secret: bool = False,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """By name, with the sources and queries that name them; of secrets never the value."""
        await self._gate.require(actor, "secret.read" if secret else "constant.read")
        async with self._database.reading() as unit:
            rows, following = await unit.constants.list(
                secret=secret, cursor=cursor, limit=checked_limit(limit)
            )
            uses = await self._uses.all(unit)
        return Page([self._view(actor, row, uses) for row in rows], following)

    async def get(self, actor: Actor, name: str, *, secret: bool = False) -> Doc:
        await self._gate.require(actor, "secret.read" if secret else "constant.read")
        async with self._database.reading() as unit:
            row = await unit.constants.get(name, secret=secret)
            uses = await self._uses.all(unit)
        if row is None:
            raise not_found(_noun(secret), name)
        return self._view(actor, row, uses)

    async def put(self, actor: Actor, name: str, payload: Any, *, secret: bool = False) -> Doc:
        """`{"value": text}`, in place of what stood there. Raises Invalid.

        A secret's value may also be `{"from": "env:NAME"}` or its own mark, which keeps it, and
        `data_sources` names the sources that may use it.
        """
        await self._gate.require(actor, _write(secret))
        if not _NAME.fullmatch(name):
            words = "A name is letters, digits and _, and begins with no digit; 100 at most."
            raise Invalid([Fault("/name", "pattern", words)])
        body = require_object(payload)
        if secret:
            return await self._put_secret(actor, name, body)
        row = ConstantRow(name, validate(ConstantSpec, body).value, False, self._clock())
        async with self._database.transaction() as unit:
            await unit.constants.put(row)
            unit.audit.add(self._line(actor, "constant.set", row))
            uses = await self._uses.all(unit)
        return self._view(actor, row, uses)

    async def _put_secret(self, actor: Actor, name: str, body: Doc) -> Doc:
        given = body.get("value")
        reference = reference_in(given)
        aside = reference is not None or is_mark(given)
        spec = validate(SecretSpec, {**body, "value": None} if aside else body)
        if reference is not None and (fault := self._secrets.references.fault(reference, "/value")):
            raise Invalid([fault])
        text = None if spec.value is None else spec.value.get_secret_value()
        now = self._clock()
        async with self._database.transaction() as unit:
            row = await unit.constants.get(name, secret=True)
            if text is None and reference is None and row is None:
                raise Invalid([_nothing_kept(given)])
            row = row or ConstantRow(name, None, True, now)
            if "data_sources" in spec.model_fields_set:
                row = replace(row, data_sources=await _ids(unit, spec.data_sources))
            if text is not None or reference is not None:
                row = replace(row, reference=reference, updated_at=now)
            await unit.constants.put(row)
            if text is not None:
                await self._secrets.write(unit, OWNER, name, texts={FIELD: text}, now=now)
            elif reference is not None:
                await self._secrets.write(unit, OWNER, name, texts={}, gone=[FIELD], now=now)
            unit.audit.add(self._line(actor, "secret.set", row, _told(row, body)))
            uses = await self._uses.all(unit)
        return self._view(actor, row, uses)

    async def delete(self, actor: Actor, name: str, *, secret: bool = False) -> None:
        """Raises Refused("conflict", "in_use") with the names of what uses it."""
        await self._gate.require(actor, _write(secret))
        async with self._database.transaction() as unit:
            row = await unit.constants.get(name, secret=secret)
            if row is None:
                raise not_found(_noun(secret), name)
            using = (await self._uses.all(unit)).of(name, secret=secret)
            if using:
                raise _in_use(row, [use.thing.name for use in using])
            await unit.constants.remove(name, secret=secret)
            action = "secret.delete" if secret else "constant.delete"
            unit.audit.add(self._line(actor, action, row))

    def _view(self, actor: Actor, row: ConstantRow, uses: AllUses) -> Doc:
        moment = rfc3339(row.updated_at)
        where_used = [
            {"kind": use.kind, "id": use.thing.id, "name": use.thing.name}
            for use in uses.of(row.name, secret=row.secret)
            if self._gate.allows(
                actor,
                "source.read" if use.kind == "source" else "query.read",
                source=use.source,
                query=use.thing if use.kind == "query" else None,
            )
        ]
        if not row.secret:
            return {
                "name": row.name,
                "value": row.value,
                "where_used": where_used,
                "updated_at": moment,
            }
        kept = {} if row.reference is None else {"from": row.reference}
        ids = row.data_sources
        return {
            "name": row.name,
            "value": {"set": True, **kept, "updated_at": moment},
            "data_sources": None if ids is None else [id for id in ids if id in uses.sources],
            "where_used": where_used,
            "updated_at": moment,
        }

    def _line(self, actor: Actor, action: str, row: ConstantRow, detail: Doc | None = None) -> Any:
        return line(
            actor,
            action,
            at=self._clock(),
            target_kind=_noun(row.secret),
            target=Thing(row.name, row.name),
            detail=detail,
        )


async def _ids(unit: Unit, refs: Sequence[str] | None) -> list[str] | None:
    """The sources by id, so that one of the same name that is made later is another one."""
    if refs is None:
        return None
    found = [await unit.sources.find(ref) for ref in refs]
    faults = [
        Fault(f"/data_sources/{index}", "not_found", f'There is no data source "{ref[:200]}".')
        for index, (ref, row) in enumerate(zip(refs, found, strict=True))
        if row is None
    ]
    if faults:
        raise Invalid(faults)
    return list(dict.fromkeys(row.id for row in found if row is not None))


def _told(row: ConstantRow, body: Doc) -> Doc:
    """What an audit line says of a write: which members, where it is kept, who may use it."""
    detail: Doc = {"fields": sorted(body)}
    if row.reference is not None:
        detail["from"] = row.reference
    if "data_sources" in body:
        detail["data_sources"] = row.data_sources
    return detail


def _nothing_kept(given: Any) -> Fault:
    if given is None:
        return Fault("/value", "required", "'Value' is required.")
    words = "There is no stored secret here to keep; enter the value."
    return Fault("/value", "secret_not_set", words)


def _in_use(row: ConstantRow, names: Sequence[str]) -> Refused:
    words = (
        f'The {_noun(row.secret)} "{row.name}" is named by data sources or queries; '
        "take it out of them first."
    )
    return Refused("conflict", "in_use", words, names=tuple(dict.fromkeys(names)))


def _noun(secret: bool) -> str:
    return "secret" if secret else "constant"


def _write(secret: bool) -> Action:
    return "secret.write" if secret else "constant.write"
