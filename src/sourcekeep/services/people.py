"""People: signing in with a password, and changing it. (Who there is: `users.py`.)"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import Field, SecretStr

from sourcekeep.kit.clock import Clock
from sourcekeep.model.entry import Frozen
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.account import line_of
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.passwords import MOST, Passwords
from sourcekeep.services.sessions import (
    Sessions,
    SessionStart,
    actor_of,
    hash_of,
    no_session,
    unknown,
)
from sourcekeep.services.throttle import Throttle, Try, account, network
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import UserRow


class Credentials(Frozen):
    """What a person signs in with."""

    email: str = Field(max_length=320, title="E-mail")
    password: SecretStr = Field(max_length=MOST, title="Password")


class PasswordChange(Frozen):
    """The present password and the next one."""

    current: SecretStr = Field(max_length=MOST, title="Present password")
    new: SecretStr = Field(max_length=MOST, title="New password")


class People:
    """The use cases of a password."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        sessions: Sessions,
        passwords: Passwords,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock

    async def sign_in(self, payload: Any, *, address: str, user_agent: str) -> SessionStart:
        """Begin a session. Refused("not_signed_in") without a word on which half was wrong."""
        given = validate(Credentials, payload)
        async with self._throttle.heard(account(given.email), network(address)) as tried:
            async with self._database.reading() as unit:
                user = await unit.users.find(given.email) if "@" in given.email else None
            right = await self._fits(given.password, user)
            if user is None or not right or user.disabled:
                await self._note_failure(user, tried)
                raise _wrong_credentials()
            return await self._start(user, tried, user_agent)

    async def change_password(self, actor: Actor, session_id: str, payload: Any) -> None:
        """`{"current", "new"}`; every other session of the person ends, and every link to them."""
        await self._gate.require(actor, "account.manage")
        given = validate(PasswordChange, payload)
        async with self._throttle.heard(account(actor.name)) as tried:
            async with self._database.reading() as unit:
                user = await unit.users.get(actor.id)
            if user is None:
                raise no_session()
            if not await self._fits(given.current, user):
                await self._note_wrong(actor, user, tried)
                raise _wrong_password()
            hashed = await self._passwords.hash_chosen(given.new, email=user.email, pointer="/new")
            await self._change(actor, user, hashed, tried, keep=session_id)

    async def _change(
        self, actor: Actor, checked: UserRow, hashed: str, tried: Try, *, keep: str
    ) -> None:
        async with self._database.transaction() as unit:
            user = await unit.users.get(actor.id)
            if user is None or user.disabled:
                raise no_session()
            if user.password_hash != checked.password_hash:  # set anew while this one was hashed
                raise _wrong_password()
            await unit.users.change(replace(user, password_hash=hashed))
            await unit.sessions.remove_of_user(actor.id, keep=hash_of(keep))
            await unit.links.remove_of_user(actor.id)
            await tried.succeeded(unit)
            unit.audit.add(line_of(actor, "user.password", user, at=self._clock()))

    async def _note_wrong(self, actor: Actor, user: UserRow, tried: Try) -> None:
        """Somebody at a session that is not theirs may be guessing."""
        at, detail = self._clock(), {"code": "wrong_credentials"}
        async with self._database.transaction() as unit:
            await self._throttle.failed(unit, tried)
            unit.audit.add(
                line_of(actor, "user.password", user, at=at, outcome="denied", detail=detail)
            )

    async def _start(self, user: UserRow, tried: Try, user_agent: str) -> SessionStart:
        """`user` is as their password was found right; it may have been set anew since."""
        async with self._database.transaction() as unit:
            now = await unit.users.get(user.id)
            if now is None or now.disabled or now.password_hash != user.password_hash:
                raise _wrong_credentials()
            start = await self._sessions.begin(unit, now, user_agent)
            await tried.succeeded(unit)
        return start

    async def _fits(self, password: SecretStr, user: UserRow | None) -> bool:
        """Nobody, and somebody without a password yet, take as long as a wrong one."""
        hashed = user.password_hash if user is not None else ""
        return await self._passwords.fits(password.get_secret_value(), hashed or None)

    async def _note_failure(self, user: UserRow | None, tried: Try) -> None:
        """A known account is named; what was typed for an unknown one may be a password: it isn't."""
        actor = unknown() if user is None else actor_of(user)
        detail = {"code": "wrong_credentials"}
        async with self._database.transaction() as unit:
            await self._throttle.failed(unit, tried)
            at = self._clock()
            unit.audit.add(line(actor, "session.start", at=at, outcome="denied", detail=detail))


def _wrong_credentials() -> Refused:
    words = "The e-mail address or the password is wrong."
    return Refused("not_signed_in", "wrong_credentials", words)


def _wrong_password() -> Invalid:
    return Invalid([Fault("/current", "wrong", "The present password is wrong.")])
