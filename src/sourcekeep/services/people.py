"""People: the first sign-in, sign-in and out, sessions. (Who there is: `users.py`.)

A session id is random, its hash alone is stored, and it is known from a snapshot in memory. It ends
with sign-out, a change of password, the person's removal, `idle` without use, or `longest`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock
from sourcekeep.kit.ids import new_id
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.policy import Actor, Role, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.answers import Doc
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.passwords import Passwords, faults_of
from sourcekeep.services.throttle import Throttle
from sourcekeep.services.users import Email, view
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import Gone, NameTaken
from sourcekeep.store.rows import LinkRow, SessionRow, UserRow
from sourcekeep.store.unit import Unit

FIRST_LINK = "first_sign_in"
LINK_LASTS = timedelta(hours=24)
_NOTED_EVERY = timedelta(minutes=5)


class FirstPerson(Frozen):
    """What the first person says about themselves."""

    token: str = Field(min_length=1, max_length=200, title="Link")
    email: Email = Field(title="E-mail")
    name: Name = Field(title="Name")
    password: SecretStr = Field(title="Password")


class Credentials(Frozen):
    """What a person signs in with."""

    email: str = Field(max_length=320, title="E-mail")
    password: SecretStr = Field(max_length=1000, title="Password")


class PasswordChange(Frozen):
    """The present password and the next one."""

    password: SecretStr = Field(max_length=1000, title="Password")
    new_password: SecretStr = Field(title="New password")


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session lasts: without use, and at the longest."""

    idle: timedelta = timedelta(days=7)
    longest: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A session just begun. `session_id` goes into the cookie and is not kept."""

    session_id: str
    user: Doc
    expires_at: datetime


@dataclass(slots=True)
class _Known:
    session: SessionRow
    actor: Actor
    user: Doc
    noted_at: datetime
    expires_at: datetime


class People:
    """The use cases of signing in, and who a session stands for."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        throttle: Throttle,
        clock: Clock,
        life: SessionLife,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self._life = life
        self._known: dict[str, _Known] = {}
        self._revision: int | None = None

    async def first_link(self) -> str | None:
        """The token of a new first sign-in link, while nobody exists; older links end."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        async with self._database.transaction() as unit:
            if await unit.users.count():
                return None
            await unit.links.remove_kind(FIRST_LINK)
            row = LinkRow(_hash(token), FIRST_LINK, now, now + LINK_LASTS)
            await unit.links.add(row)
        return token

    async def start_first(self, payload: Any, *, address: str, user_agent: str) -> SessionStart:
        """Make the first person, an admin, and sign them in. The link works once."""
        self._refuse_haste(f"link:{address}")
        given = validate(FirstPerson, payload)
        password = given.password.get_secret_value()
        faults = faults_of(password, given.email)
        if faults:
            raise Invalid(faults)
        await self._require_link(given.token, address)
        hashed = await self._passwords.hash(password)
        now = self._clock()
        user = UserRow(new_id("usr"), given.email, given.name, "admin", hashed, now, now)
        async with self._database.transaction() as unit:
            if await unit.users.count() or not await unit.links.use(_hash(given.token), now):
                raise _bad_link()
            try:
                await unit.users.add(user)
            except NameTaken as taken:  # two first persons at once, on two processes
                raise _bad_link() from taken
            unit.audit.add(self._line(user, "user.create", detail={"role": "admin"}))
            return await self._begin(unit, user, user_agent)

    async def sign_in(self, payload: Any, *, address: str, user_agent: str) -> SessionStart:
        """Begin a session. Refused("not_signed_in") without a word on which half was wrong."""
        given = validate(Credentials, payload)
        keys = (f"account:{given.email.casefold()}", f"address:{address}")
        self._refuse_haste(*keys)
        self._throttle.failed(*keys)  # counted first, so that guesses at once count one by one
        async with self._database.reading() as unit:
            user = await unit.users.find(given.email) if "@" in given.email else None
        right = await self._passwords.fits(
            given.password.get_secret_value(), user.password_hash if user else None
        )
        if user is None or not right or user.disabled:
            await self._note_failure(user)
            words = "The e-mail address or the password is wrong."
            raise Refused("not_signed_in", "wrong_credentials", words)
        self._throttle.succeeded(*keys)
        async with self._database.transaction() as unit:
            await unit.sessions.remove_expired(self._clock())
            try:
                return await self._begin(unit, user, user_agent)
            except Gone as gone:
                raise _no_session() from gone

    async def actor_of_session(self, session_id: str) -> Actor:
        """Who the session stands for. Refused("not_signed_in") when it has ended."""
        return (await self._look_up(session_id)).actor

    async def user_of_session(self, session_id: str) -> Doc:
        """The person as the page shows them."""
        return (await self._look_up(session_id)).user

    async def sign_out(self, session_id: str) -> None:
        """End the session; one that has ended already is no error."""
        try:
            known = await self._look_up(session_id)
        except Refused as refused:
            if refused.kind == "unavailable":
                raise
            return
        async with self._database.transaction() as unit:
            if await unit.sessions.remove(known.session.hash):
                unit.audit.add(line(known.actor, "session.end", at=self._clock()))

    async def change_password(self, actor: Actor, session_id: str, payload: Any) -> None:
        """`{"password", "new_password"}`; every other session of the person ends."""
        given = validate(PasswordChange, payload)
        keys = (f"account:{actor.id}",)
        self._refuse_haste(*keys)
        async with self._database.reading() as unit:
            user = await unit.users.get(actor.id)
        if actor.kind != "user" or user is None:
            raise _no_session()
        if not await self._passwords.fits(given.password.get_secret_value(), user.password_hash):
            self._throttle.failed(*keys)
            raise Invalid([Fault("/password", "wrong", "The present password is wrong.")])
        new = given.new_password.get_secret_value()
        faults = faults_of(new, user.email, "/new_password")
        if faults:
            raise Invalid(faults)
        hashed = await self._passwords.hash(new)
        async with self._database.transaction() as unit:
            current = await unit.users.get(actor.id)
            if current is None:
                raise _no_session()
            await unit.users.change(_with_hash(current, hashed))
            await unit.sessions.remove_of_user(actor.id, keep=_hash(session_id))
            unit.audit.add(self._line(current, "user.password"))

    async def _look_up(self, session_id: str) -> _Known:
        hash = _hash(session_id)
        revision = self._database.revision()
        if revision != self._revision:
            self._known, self._revision = {}, revision
        known = self._known.get(hash)
        if known is None:
            known = await self._load(hash)
            if self._revision == revision:
                self._known[hash] = known
        now = self._clock()
        if known.expires_at <= now:  # unless it was used meanwhile, in another process
            known = self._known[hash] = await self._load(hash)
            if known.expires_at <= now:
                raise _no_session()
        if now - known.noted_at >= _NOTED_EVERY:
            known.noted_at = now
            longest = known.session.created_at + self._life.longest
            known.expires_at = min(now + self._life.idle, longest)
            async with self._database.transaction() as unit:
                await unit.sessions.touch(hash, now, known.expires_at)
        return known

    async def _load(self, hash: str) -> _Known:
        async with self._database.reading() as unit:
            session = await unit.sessions.get(hash)
            user = await unit.users.get(session.user_id) if session is not None else None
        if session is None or user is None or user.disabled:
            raise _no_session()
        actor = _actor(user)
        return _Known(session, actor, view(user), session.last_seen_at, session.expires_at)

    async def _begin(self, unit: Unit, user: UserRow, user_agent: str) -> SessionStart:
        session_id = secrets.token_urlsafe(32)
        now = self._clock()
        expires = now + min(self._life.idle, self._life.longest)
        session = SessionRow(_hash(session_id), user.id, now, expires, now, user_agent[:200])
        await unit.sessions.add(session)
        unit.audit.add(self._line(user, "session.start"))
        return SessionStart(session_id, view(user), now + self._life.longest)

    async def _require_link(self, token: str, address: str) -> None:
        """Before the costly hash: a link that does not work is refused at once."""
        async with self._database.reading() as unit:
            link = await unit.links.get(_hash(token))
            taken = await unit.users.count()
        now = self._clock()
        if (
            taken
            or link is None
            or link.kind != FIRST_LINK
            or link.used_at
            or link.expires_at <= now
        ):
            self._throttle.failed(f"link:{address}")
            raise _bad_link()

    async def _note_failure(self, user: UserRow | None) -> None:
        """A known account is named; what was typed for an unknown one may be a password: it isn't."""
        unknown = Actor("system", "", "unknown", "runner", "web")
        actor = unknown if user is None else _actor(user)
        detail = {"code": "wrong_credentials"}
        denied = line(actor, "session.start", at=self._clock(), outcome="denied", detail=detail)
        await self._database.record(None, denied)

    def _refuse_haste(self, *keys: str) -> None:
        wait = self._throttle.wait_s(*keys)
        if wait:
            words = f"Too many failed attempts; try again in {wait} s."
            raise Refused("throttled", "too_many_attempts", words, retry_after_s=wait)

    def _line(self, user: UserRow, action: str, *, detail: Doc | None = None) -> Any:
        target = Thing(user.id, user.email)
        actor = _actor(user)
        at = self._clock()
        return line(actor, action, at=at, target_kind="user", target=target, detail=detail)


def _actor(user: UserRow) -> Actor:
    role: Role = user.role  # type: ignore[assignment]  # written by services/users alone
    return Actor("user", user.id, user.email, role, "web")


def _with_hash(user: UserRow, hashed: str) -> UserRow:
    return replace(user, password_hash=hashed)


def _hash(text: str) -> str:
    """SHA-256 in hex: session ids and links have 256 bits of chance."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _bad_link() -> Refused:
    words = (
        "This link does not work (any more). Restart Sourcekeep to get a new one on its console."
    )
    return Refused("forbidden", "link_not_valid", words)


def _no_session() -> Refused:
    return Refused("not_signed_in", "not_signed_in", "Sign in first.")
