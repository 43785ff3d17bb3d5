"""Sessions: who a signed-in browser stands for, and how it ends.

A session id is random, its hash alone is stored, and it is known from a snapshot in memory. It ends
with sign-out, a change of password, the person's removal or bar, `idle` without use, or `longest`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Refused
from sourcekeep.services.account import line_of, view
from sourcekeep.services.answers import Doc, Page, not_found
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.store.rows import SessionRow, UserRow
from sourcekeep.store.unit import Unit

_NOTED_EVERY = timedelta(minutes=5)
_ID_LENGTH = 24  # of the hash, which says nothing of the session id


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


class Sessions:
    """Begins sessions for who may sign in, knows them, lists and ends them."""

    def __init__(self, database: Database, gate: Gate, clock: Clock, life: SessionLife) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._life = life
        self._known: dict[str, _Known] = {}
        self._revision: int | None = None

    async def begin(self, unit: Unit, user: UserRow, user_agent: str) -> SessionStart:
        """A new session of a person who has proved who they are. Raises store Gone."""
        session_id = secrets.token_urlsafe(32)
        now = self._clock()
        expires = now + min(self._life.idle, self._life.longest)
        session = SessionRow(hash_of(session_id), user.id, now, expires, now, user_agent[:200])
        await unit.sessions.remove_expired(now)
        await unit.sessions.add(session)
        await unit.users.touch(user.id, now)
        unit.audit.add(line_of(actor_of(user), "session.start", user, at=now))
        return SessionStart(session_id, view(user), now + self._life.longest)

    async def actor_of_session(self, session_id: str) -> Actor:
        """Who the session stands for. Refused("not_signed_in") when it has ended."""
        return (await self._look_up(session_id)).actor

    async def who(self, actor: Actor, session_id: str | None) -> Doc:
        """`{"user", "actor"}`: who calls; `user` is None for a caller token."""
        await self._gate.require(actor, "account.read")
        user = None if session_id is None else (await self._look_up(session_id)).user
        told = {"kind": actor.kind, "id": actor.id, "name": actor.name, "role": actor.role}
        return {"user": user, "actor": told}

    async def list(self, actor: Actor, session_id: str) -> Page:
        """One's own, the one used last first."""
        await self._gate.require(actor, "account.manage")
        now = self._clock()
        async with self._database.reading() as unit:
            rows = await unit.sessions.of_user(actor.id)
        here = hash_of(session_id)
        live = [row for row in rows if row.expires_at > now]
        return Page([_view(row, current=row.hash == here) for row in live], None)

    async def end(self, actor: Actor, id: str) -> None:
        """End one of one's own."""
        await self._gate.require(actor, "account.manage")
        async with self._database.transaction() as unit:
            rows = await unit.sessions.of_user(actor.id)
            wanted = next((row for row in rows if _id(row) == id), None)
            if wanted is None or not await unit.sessions.remove(wanted.hash):
                raise not_found("session", id)
            unit.audit.add(line(actor, "session.end", at=self._clock()))

    async def end_all(self, actor: Actor) -> None:
        """Sign out everywhere: this session ends too."""
        await self._gate.require(actor, "account.manage")
        async with self._database.transaction() as unit:
            ended = await unit.sessions.remove_of_user(actor.id)
            detail = {"sessions": ended}
            unit.audit.add(line(actor, "session.end_all", at=self._clock(), detail=detail))

    async def sign_out(self, session_id: str) -> None:
        """End the session; one that has ended already is no error."""
        try:
            known = await self._look_up(session_id)
        except Refused as refused:
            if refused.kind == "unavailable":
                raise
            return
        await self._gate.require(known.actor, "account.manage")
        async with self._database.transaction() as unit:
            if await unit.sessions.remove(known.session.hash):
                unit.audit.add(line(known.actor, "session.end", at=self._clock()))

    async def _look_up(self, session_id: str) -> _Known:
        hash = hash_of(session_id)
        revision = self._database.revision()
        if revision != self._revision:
            self._known, self._revision = {}, revision
        known = self._known.get(hash)
        now = self._clock()
        if known is None or known.expires_at <= now:  # it may have been used in another process
            known = await self._load(hash)
            if self._revision == revision:  # else it may have ended since it was read
                self._known[hash] = known
        if known.expires_at <= now:
            raise no_session()
        if now - known.noted_at >= _NOTED_EVERY:
            await self._note_use(known, now)
        return known

    async def _note_use(self, known: _Known, now: datetime) -> None:
        known.noted_at = now
        longest = known.session.created_at + self._life.longest
        known.expires_at = min(now + self._life.idle, longest)
        async with self._database.transaction() as unit:
            await unit.sessions.touch(known.session.hash, now, known.expires_at)
            await unit.users.touch(known.actor.id, now)

    async def _load(self, hash: str) -> _Known:
        async with self._database.reading() as unit:
            session = await unit.sessions.get(hash)
            user = await unit.users.get(session.user_id) if session is not None else None
        if session is None or user is None or user.disabled:
            raise no_session()
        actor = actor_of(user)
        return _Known(session, actor, view(user), session.last_seen_at, session.expires_at)


def actor_of(user: UserRow) -> Actor:
    """A person as they act through the page."""
    return Actor("user", user.id, user.email, user.role, "web")


def unknown() -> Actor:
    """Whoever it is that could not prove who they are."""
    return Actor("system", "", "unknown", "runner", "web")


def hash_of(text: str) -> str:
    """SHA-256 in hex: session ids and links have 256 bits of chance."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def no_session() -> Refused:
    return Refused("not_signed_in", "not_signed_in", "Sign in first.")


def _id(row: SessionRow) -> str:
    """The name under which a session is listed and ended; it opens nothing."""
    return f"ses_{row.hash[:_ID_LENGTH]}"


def _view(row: SessionRow, *, current: bool) -> Doc:
    return {
        "id": _id(row),
        "created_at": rfc3339(row.created_at),
        "last_seen_at": rfc3339(row.last_seen_at),
        "user_agent": row.user_agent,
        "current": current,
    }
