"""Workspace values for templates: constants, which can be read, and secrets, which never can."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.model.entry import Frozen
from sourcekeep.model.policy import Action, Actor, Thing
from sourcekeep.model.problem import Fault, Invalid
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import ConstantRow

OWNER = "constant"
FIELD = "value"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class ConstantSpec(Frozen):
    """What is written: the text."""

    value: str = Field(max_length=100_000, title="Value")


class SecretSpec(Frozen):
    """What is written, and never read again."""

    value: SecretStr = Field(min_length=1, max_length=100_000, title="Value")


class Constants:
    """Both name spaces: `{{ constants.x }}` and `{{ secrets.x }}`."""

    def __init__(self, database: Database, gate: Gate, secrets: Secrets, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._secrets = secrets
        self._clock = clock

    async def list(
        self,
        actor: Actor,
        *,
        secret: bool = False,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """By name; of secrets the names only."""
        await self._gate.require(actor, "secret.read" if secret else "constant.read")
        async with self._database.reading() as unit:
            rows, following = await unit.constants.list(
                secret=secret, cursor=cursor, limit=checked_limit(limit)
            )
        return Page([_view(row) for row in rows], following)

    async def get(self, actor: Actor, name: str, *, secret: bool = False) -> Doc:
        await self._gate.require(actor, "secret.read" if secret else "constant.read")
        async with self._database.reading() as unit:
            row = await unit.constants.get(name, secret=secret)
        if row is None:
            raise not_found(_noun(secret), name)
        return _view(row)

    async def put(self, actor: Actor, name: str, payload: Any, *, secret: bool = False) -> Doc:
        """`{"value": text}`, in place of what stood there. Raises Invalid."""
        await self._gate.require(actor, _write(secret))
        if not _NAME.fullmatch(name):
            words = "A name is letters, digits and _, and begins with no digit; 100 at most."
            raise Invalid([Fault("/name", "pattern", words)])
        text = _text(payload, secret=secret)
        now = self._clock()
        row = ConstantRow(name=name, value=None if secret else text, secret=secret, updated_at=now)
        async with self._database.transaction() as unit:
            await unit.constants.put(row)
            if secret:
                await self._secrets.write(unit, OWNER, name, texts={FIELD: text}, now=now)
            unit.audit.add(
                self._line(actor, "secret.set" if secret else "constant.set", name, secret)
            )
        return _view(row)

    async def delete(self, actor: Actor, name: str, *, secret: bool = False) -> None:
        await self._gate.require(actor, _write(secret))
        async with self._database.transaction() as unit:
            if not await unit.constants.remove(name, secret=secret):
                raise not_found(_noun(secret), name)
            action = "secret.delete" if secret else "constant.delete"
            unit.audit.add(self._line(actor, action, name, secret))

    def _line(self, actor: Actor, action: str, name: str, secret: bool) -> Any:
        kind = "secret" if secret else "constant"
        return line(actor, action, at=self._clock(), target_kind=kind, target=Thing(name, name))


def _text(payload: Any, *, secret: bool) -> str:
    body = require_object(payload)
    if secret:
        return validate(SecretSpec, body).value.get_secret_value()
    return validate(ConstantSpec, body).value


def _view(row: ConstantRow) -> Doc:
    moment = rfc3339(row.updated_at)
    if row.secret:
        return {
            "name": row.name,
            "value": {"set": True, "updated_at": moment},
            "updated_at": moment,
        }
    return {"name": row.name, "value": row.value, "updated_at": moment}


def _noun(secret: bool) -> str:
    return "secret" if secret else "constant"


def _write(secret: bool) -> Action:
    return "secret.write" if secret else "constant.write"
