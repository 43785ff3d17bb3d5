"""One-time links: the first sign-in, an invitation, a new password. Each opens `/welcome?token=…`.

A link has 256 bits of chance, is kept as its hash, works once and not for long, and a new one for
the same person ends the older ones.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.ids import new_id
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.account import Email, line_of
from sourcekeep.services.answers import Doc, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.passwords import MOST, Passwords
from sourcekeep.services.sessions import Sessions, SessionStart, actor_of, hash_of, unknown
from sourcekeep.services.throttle import Throttle, Try, network
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import Gone, NameTaken
from sourcekeep.store.rows import LinkRow, UserRow
from sourcekeep.store.unit import Unit

FIRST, INVITATION, RESET = "first_sign_in", "invite", "reset"
LASTS = {FIRST: timedelta(hours=24), INVITATION: timedelta(days=7), RESET: timedelta(hours=24)}


class LinkToken(Frozen):
    """The token of a link."""

    token: str = Field(min_length=1, max_length=200, title="Link")


class FirstPerson(LinkToken):
    """What the first person says about themselves."""

    email: Email = Field(title="E-mail")
    name: Name = Field(title="Name")
    password: SecretStr = Field(max_length=MOST, title="Password")


class LinkAnswer(LinkToken):
    """What the person says whom a link is for. The address is the link's; the name may stay as it is.
    The very first link is for nobody yet: it needs both."""

    email: Email | None = Field(default=None, title="E-mail")
    name: Name | None = Field(default=None, title="Name")
    password: SecretStr = Field(max_length=MOST, title="Password")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link just made: its token, this once, and until when it works."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    link: LinkRow
    user: UserRow | None  # None: the first sign-in


class Links:
    """Makes links, tells what one is for, and takes its answer."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        passwords: Passwords,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock

    async def first_link(self) -> str | None:
        """The token of a new first sign-in link, while nobody exists; older links end."""
        async with self._database.transaction() as unit:
            if await unit.users.count():
                return None
            await unit.links.remove_kind(FIRST)
            return (await self._make(unit, FIRST, None)).token

    async def make_for(self, unit: Unit, user: UserRow) -> NewLink:
        """A link for this person, to join or to set a new password; older ones of theirs end."""
        await unit.links.remove_expired(self._clock())
        await unit.links.remove_of_user(user.id)
        return await self._make(unit, RESET if user.password_hash else INVITATION, user.id)

    async def look(self, payload: Any, *, address: str) -> Doc:
        """What a link is for: `{"kind": "first"|"invite"|"reset", "email", "name", "role",
        "expires_at"}`. Raises Refused("forbidden") when it does not work."""
        given = validate(LinkToken, payload)
        async with self._throttle.heard(network(address)) as tried:
            found = await self._found(given.token, tried)
        user = found.user
        return {
            "kind": "first" if user is None else found.link.kind,
            "email": user and user.email,
            "name": user and user.name,
            "role": "admin" if user is None else user.role,
            "expires_at": rfc3339(found.link.expires_at),
        }

    async def use(self, payload: Any, *, address: str, user_agent: str) -> SessionStart:
        """Take the answer to a link: the person is made, or has their password, and is signed in."""
        async with self._throttle.heard(network(address)) as tried:
            token = require_object(payload).get("token")
            found = None
            if isinstance(token, str) and token:  # before the costly hash
                found = await self._found(token, tried)
            if found is None or found.user is None:
                return await self._make_first(validate(FirstPerson, payload), user_agent, tried)
            return await self._take(validate(LinkAnswer, payload), found.user, user_agent, tried)

    async def _make_first(self, given: FirstPerson, user_agent: str, tried: Try) -> SessionStart:
        hashed = await self._passwords.hash_chosen(given.password, email=given.email)
        now = self._clock()
        user = UserRow(new_id("usr"), given.email, given.name, "admin", hashed, now, now)
        async with self._database.transaction() as unit:
            used = await unit.links.use(hash_of(given.token), now)
            if await unit.users.count() or not used:
                raise _bad_link(first=True)
            try:
                await unit.users.add(user)
            except NameTaken as taken:  # two first persons at once, on two processes
                raise _bad_link(first=True) from taken
            await tried.succeeded(unit)
            detail = {"role": "admin"}
            unit.audit.add(line_of(actor_of(user), "user.create", user, at=now, detail=detail))
            return await self._sessions.begin(unit, user, user_agent)

    async def _take(
        self, given: LinkAnswer, user: UserRow, user_agent: str, tried: Try
    ) -> SessionStart:
        if given.email is not None and given.email.casefold() != user.email.casefold():
            raise Invalid([Fault("/email", "not_invited", f"This link is for {user.email}.")])
        hashed = await self._passwords.hash_chosen(given.password, email=user.email)
        now = self._clock()
        async with self._database.transaction() as unit:
            current = await unit.users.get(user.id)
            used = await unit.links.use(hash_of(given.token), now)
            if current is None or current.disabled or not used:
                raise _bad_link()
            joined = not current.password_hash
            new = replace(current, password_hash=hashed, name=given.name or current.name)
            try:
                changed = await unit.users.change(new)
            except Gone as gone:
                raise _bad_link() from gone
            await unit.sessions.remove_of_user(user.id)
            await unit.links.remove_of_user(user.id)
            await tried.succeeded(unit)
            action = "user.join" if joined else "user.password"
            unit.audit.add(line_of(actor_of(changed), action, changed, at=now))
            return await self._sessions.begin(unit, changed, user_agent)

    async def _found(self, token: str, tried: Try) -> _Found:
        async with self._database.reading() as unit:
            link = await unit.links.get(hash_of(token))
            user = None
            if link is not None and link.user_id is not None:
                user = await unit.users.get(link.user_id)
            anybody = await unit.users.count() > 0
        works = link is not None and link.used_at is None and link.expires_at > self._clock()
        fits = (
            not anybody
            if link is None or link.kind == FIRST
            else user is not None and not user.disabled
        )
        if link is None or not works or not fits:
            await self._note_failure(user, tried)
            raise _bad_link(first=not anybody)
        return _Found(link, user)

    async def _note_failure(self, user: UserRow | None, tried: Try) -> None:
        """Whose link it was is told, where it was somebody's; what was typed is not."""
        actor = unknown() if user is None else actor_of(user)
        detail = {"code": "link_not_valid"}
        async with self._database.transaction() as unit:
            await self._throttle.failed(unit, tried)
            at = self._clock()
            unit.audit.add(line(actor, "session.start", at=at, outcome="denied", detail=detail))

    async def _make(self, unit: Unit, kind: str, user_id: str | None) -> NewLink:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        expires_at = now + LASTS[kind]
        await unit.links.add(LinkRow(hash_of(token), kind, now, expires_at, user_id=user_id))
        return NewLink(token, expires_at)


def _bad_link(*, first: bool = False) -> Refused:
    remedy = (
        "Restart Sourcekeep to get a new one on its console."
        if first
        else "Ask an admin for a new one."
    )
    words = f"This link does not work (any more). {remedy}"
    return Refused("forbidden", "link_not_valid", words)
