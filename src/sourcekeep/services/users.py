"""Who there is: people listed, added, changed and removed by an admin (contract 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.ids import new_id
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.policy import Actor, Role, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.passwords import Passwords, faults_of
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import NameTaken
from sourcekeep.store.rows import UserRow
from sourcekeep.store.unit import Unit


def _address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or not text.isprintable() or " " in text:
        raise PydanticCustomError("email", "This is not an e-mail address; it looks like you@host.")
    return text


Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=320), AfterValidator(_address)
]


class UserSpec(Frozen):
    """A new person. They sign in with this password and can change it."""

    email: Email = Field(title="E-mail")
    name: Name = Field(title="Name")
    role: Role = Field(default="runner", title="Role")
    password: SecretStr = Field(title="Password")


class UserPatch(Frozen):
    """What may change of a person; what is absent stays."""

    email: Email | None = Field(default=None, title="E-mail")
    name: Name | None = Field(default=None, title="Name")
    role: Role | None = Field(default=None, title="Role")
    disabled: bool | None = Field(default=None, title="Disabled")
    password: SecretStr | None = Field(default=None, title="Password")


class Users:
    """The use cases of people's accounts. One admin who can sign in always stays."""

    def __init__(self, database: Database, gate: Gate, passwords: Passwords, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._passwords = passwords
        self._clock = clock

    async def list(
        self, actor: Actor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page:
        """By e-mail address."""
        await self._gate.require(actor, "user.manage")
        async with self._database.reading() as unit:
            rows, following = await unit.users.list(cursor=cursor, limit=checked_limit(limit))
        return Page([view(row) for row in rows], following)

    async def create(self, actor: Actor, payload: Any) -> Doc:
        await self._gate.require(actor, "user.manage")
        given = validate(UserSpec, require_object(payload))
        hashed = await self._hashed(given.password, given.email)
        now = self._clock()
        row = UserRow(new_id("usr"), given.email, given.name, given.role, hashed, now, now)
        async with self._database.transaction() as unit:
            try:
                await unit.users.add(row)
            except NameTaken as taken:
                raise _address_taken(given.email) from taken
            unit.audit.add(self._line(actor, "user.create", row, {"role": row.role}))
        return view(row)

    async def patch(self, actor: Actor, ref: str, payload: Any) -> Doc:
        """Role, name, address, password, or whether they may sign in at all. Sessions end with a
        change of any but the name."""
        await self._gate.require(actor, "user.manage")
        given = validate(UserPatch, require_object(payload))
        changes: Doc = given.model_dump(exclude_none=True, exclude={"password"})
        if given.password is not None:
            async with self._database.reading() as unit:
                row = await self._found(unit, ref)
            changes["password_hash"] = await self._hashed(given.password, row.email)
        async with self._database.transaction() as unit:
            row = await self._found(unit, ref)
            new = replace(row, **changes)
            if row.role == "admin" and not row.disabled and (new.role != "admin" or new.disabled):
                await self._require_other_admin(unit, row)
            try:
                changed = await unit.users.change(new)
            except NameTaken as taken:
                raise _address_taken(new.email) from taken
            if changes.keys() - {"name"}:
                await unit.sessions.remove_of_user(row.id)
            fields = {"fields": sorted(given.model_fields_set)}
            unit.audit.add(self._line(actor, "user.update", changed, fields))
        return view(changed)

    async def delete(self, actor: Actor, ref: str) -> None:
        await self._gate.require(actor, "user.manage")
        async with self._database.transaction() as unit:
            row = await self._found(unit, ref)
            if row.role == "admin" and not row.disabled:
                await self._require_other_admin(unit, row)
            await unit.users.remove(row.id)
            unit.audit.add(self._line(actor, "user.delete", row, None))

    async def _hashed(self, password: SecretStr, email: str) -> str:
        text = password.get_secret_value()
        faults = faults_of(text, email)
        if faults:
            raise Invalid(faults)
        return await self._passwords.hash(text)

    async def _found(self, unit: Unit, ref: str) -> UserRow:
        row = await unit.users.find(ref)
        if row is None:
            raise not_found("person", ref)
        return row

    async def _require_other_admin(self, unit: Unit, row: UserRow) -> None:
        cursor: str | None = None
        while True:
            rows, cursor = await unit.users.list(cursor=cursor, limit=1000)
            if any(r.role == "admin" and not r.disabled and r.id != row.id for r in rows):
                return
            if cursor is None:
                words = "This is the last admin; make another one first."
                raise Refused("conflict", "last_admin", words)

    def _line(self, actor: Actor, action: str, row: UserRow, detail: Doc | None) -> Any:
        target = Thing(row.id, row.email)
        at = self._clock()
        return line(actor, action, at=at, target_kind="user", target=target, detail=detail)


def view(row: UserRow) -> Doc:
    """A person as doors show them."""
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "disabled": row.disabled,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def _address_taken(email: str) -> Invalid:
    words = f'The address "{email}" belongs to someone already.'
    return Invalid([Fault("/email", "name_taken", words)])
