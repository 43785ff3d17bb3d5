"""Who there is: people listed, invited, changed and removed by an admin (contract 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock
from sourcekeep.kit.ids import new_id
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.policy import Actor, Role
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.account import Email, line_of, state_of, view
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.links import Links, NewLink
from sourcekeep.services.passwords import MOST, Passwords
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import NameTaken
from sourcekeep.store.rows import UserRow
from sourcekeep.store.unit import Unit


class UserSpec(Frozen):
    """A new person. Without a password they are invited: they set one by a link."""

    email: Email = Field(title="E-mail")
    name: Name | None = Field(default=None, title="Name")
    role: Role = Field(default="runner", title="Role")
    password: SecretStr | None = Field(default=None, max_length=MOST, title="Password")


class UserPatch(Frozen):
    """What may change of a person; what is absent stays."""

    email: Email | None = Field(default=None, title="E-mail")
    name: Name | None = Field(default=None, title="Name")
    role: Role | None = Field(default=None, title="Role")
    disabled: bool | None = Field(default=None, title="Disabled")
    password: SecretStr | None = Field(default=None, max_length=MOST, title="Password")


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, and their link, whose token is told this once; none for who has a password."""

    user: Doc
    link: NewLink | None


class Users:
    """The use cases of people's accounts. One admin who can sign in always stays."""

    def __init__(
        self, database: Database, gate: Gate, links: Links, passwords: Passwords, clock: Clock
    ) -> None:
        self._database = database
        self._gate = gate
        self._links = links
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

    async def get(self, actor: Actor, ref: str) -> Doc:
        await self._gate.require(actor, "user.manage")
        async with self._database.reading() as unit:
            return view(await self._found(unit, ref))

    async def create(self, actor: Actor, payload: Any) -> Invited:
        """`{"email", "name", "role"}`: invite somebody. With a password, they have it at once."""
        await self._gate.require(actor, "user.manage")
        given = validate(UserSpec, require_object(payload))
        hashed = ""
        if given.password is not None:
            hashed = await self._passwords.hash_chosen(given.password, email=given.email)
        now = self._clock()
        name = given.name or given.email.partition("@")[0][:100]
        row = UserRow(new_id("usr"), given.email, name, given.role, hashed, now, now)
        async with self._database.transaction() as unit:
            try:
                await unit.users.add(row)
            except NameTaken as taken:
                raise _address_taken(given.email) from taken
            link = None if hashed else await self._links.make_for(unit, row)
            detail = {"role": row.role, "state": state_of(row)}
            unit.audit.add(line_of(actor, "user.create", row, at=now, detail=detail))
        return Invited(view(row), link)

    async def new_link(self, actor: Actor, ref: str) -> Invited:
        """Another link for somebody who is invited; for others, a way to a new password. Links made
        before end; a password that they have stays until the link is used."""
        await self._gate.require(actor, "user.manage")
        async with self._database.transaction() as unit:
            row = await self._found(unit, ref)
            if row.disabled:
                words = f"{row.email} is disabled; enable them first."
                raise Refused("conflict", "disabled", words)
            link = await self._links.make_for(unit, row)
            detail: Doc = {"state": state_of(row), "expires_at": link.expires_at.isoformat()}
            unit.audit.add(line_of(actor, "user.link", row, at=self._clock(), detail=detail))
        return Invited(view(row), link)

    async def patch(self, actor: Actor, ref: str, payload: Any) -> Doc:
        """Role, name, address, password, or whether they may sign in at all. Sessions and links end
        with a change of any but the name."""
        await self._gate.require(actor, "user.manage")
        given = validate(UserPatch, require_object(payload))
        changes: Doc = given.model_dump(exclude_none=True, exclude={"password"})
        if given.password is not None:
            async with self._database.reading() as unit:
                row = await self._found(unit, ref)
            hashed = await self._passwords.hash_chosen(given.password, email=row.email)
            changes["password_hash"] = hashed
        async with self._database.transaction() as unit:
            admins = await unit.users.active_admins()
            row = await self._found(unit, ref)
            new = replace(row, **changes)
            if new.role != "admin" or new.disabled:
                _require_other_admin(admins, row)
            try:
                changed = await unit.users.change(new)
            except NameTaken as taken:
                raise _address_taken(new.email) from taken
            if changes.keys() - {"name"}:
                await unit.sessions.remove_of_user(row.id)
                await unit.links.remove_of_user(row.id)
            detail = _told(given, changed)
            at = changed.updated_at
            unit.audit.add(line_of(actor, "user.update", changed, at=at, detail=detail))
        return view(changed)

    async def delete(self, actor: Actor, ref: str) -> None:
        await self._gate.require(actor, "user.manage")
        async with self._database.transaction() as unit:
            admins = await unit.users.active_admins()
            row = await self._found(unit, ref)
            _require_other_admin(admins, row)
            await unit.users.remove(row.id)
            unit.audit.add(line_of(actor, "user.delete", row, at=self._clock()))

    async def _found(self, unit: Unit, ref: str) -> UserRow:
        row = await unit.users.find(ref)
        if row is None:
            raise not_found("person", ref)
        return row


def _require_other_admin(admins: Sequence[UserRow], row: UserRow) -> None:
    if {admin.id for admin in admins} == {row.id}:
        words = "This is the last admin who can sign in; make another one first."
        raise Refused("conflict", "last_admin", words)


def _told(given: UserPatch, changed: UserRow) -> Doc:
    """Which fields were sent, and what a right or a bar became."""
    fields = sorted(given.model_fields_set)
    told: Doc = {name: getattr(changed, name) for name in ("role", "disabled") if name in fields}
    return {"fields": fields} | told


def _address_taken(email: str) -> Invalid:
    words = f'The address "{email}" belongs to someone already.'
    return Invalid([Fault("/email", "name_taken", words)])
