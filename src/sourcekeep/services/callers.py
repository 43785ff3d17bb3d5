"""Caller tokens: made once, shown once, known by their hash; what each may do is its policy.

`actor_of_token` is on the way of every request: it reads a snapshot in memory, never the database,
unless a configuration changed somewhere. Rates are kept per process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from sourcekeep.kit.checked_token import is_well_formed, new_token
from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.ids import new_id
from sourcekeep.kit.token_bucket import TokenBucket
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.policy import NO_LIMITS, Actor, Door, Policy, Role, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import TokenRow

PREFIX = "sk"


class TokenSpec(Frozen):
    """What a person says about a new token."""

    name: Name = Field(title="Name")
    role: Role = Field(default="runner", title="Role")
    policy: Policy = Field(default=NO_LIMITS, title="Policy")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `token` is its text, this once; `doc` is what lists show of it."""

    token: str
    doc: Doc


@dataclass(frozen=True, slots=True)
class _Known:
    actor: Actor
    expires_at: datetime | None
    bucket: TokenBucket | None


class Callers:
    """The use cases of a caller token, and who it stands for."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._known: dict[tuple[str, Door], _Known] = {}
        self._buckets: dict[str, tuple[int, TokenBucket]] = {}
        self._used: dict[str, datetime] = {}
        self._revision: int | None = None

    async def create(self, actor: Actor, payload: Any) -> NewToken:
        """`{"name", "role", "policy"}` of contract 10. Raises Invalid."""
        await self._gate.require(actor, "token.manage")
        spec = validate(TokenSpec, require_object(payload))
        now = self._clock()
        if spec.policy.expires_at is not None and spec.policy.expires_at <= now:
            fault = Fault("/policy/expires_at", "in_the_past", "'Expires' must be in the future.")
            raise Invalid([fault])
        text = new_token(PREFIX)
        row = TokenRow(
            id=new_id("tok"),
            name=spec.name,
            hash=hash_of(text),
            role=spec.role,
            policy=spec.policy.model_dump(mode="json", exclude_none=True),
            created_by=actor.id,
            created_at=now,
            expires_at=spec.policy.expires_at,
        )
        async with self._database.transaction() as unit:
            await unit.tokens.add(row)
            detail = {"role": row.role, "policy": row.policy}
            unit.audit.add(self._line(actor, "token.create", row, detail))
        return NewToken(text, view(row))

    async def list(
        self, actor: Actor, *, cursor: str | None = None, limit: int | None = None
    ) -> Page:
        """Newest first, revoked ones too; never a token's text."""
        await self._gate.require(actor, "token.manage")
        await self.note_use()
        async with self._database.reading() as unit:
            rows, following = await unit.tokens.list(cursor=cursor, limit=checked_limit(limit))
        return Page([view(row) for row in rows], following)

    async def revoke(self, actor: Actor, ref: str) -> None:
        """End the token (id or name) at once, in every process."""
        await self._gate.require(actor, "token.manage")
        async with self._database.transaction() as unit:
            row = await unit.tokens.find(ref)
            if row is None or not await unit.tokens.revoke(row.id, self._clock()):
                raise not_found("token", ref)
            unit.audit.add(self._line(actor, "token.revoke", row, None))

    async def actor_of_token(self, text: str, door: Door) -> Actor:
        """Who the token stands for. Refused("not_signed_in") for none that is live; 429 past its
        rate."""
        known = await self._look_up(text, door)
        now = self._clock()
        if known.expires_at is not None and known.expires_at <= now:
            raise Refused("not_signed_in", "token_expired", "The caller token has expired.")
        if known.bucket is not None:
            wait = known.bucket.take()
            if wait:
                words = "The caller token's rate is used up; wait and try again."
                raise Refused("throttled", "rate_limited", words, retry_after_s=wait)
        self._used[known.actor.id] = now
        return known.actor

    async def note_use(self) -> None:
        """Write down when tokens were last used. Called now and then, not for every request."""
        used, self._used = self._used, {}
        if used:
            async with self._database.transaction() as unit:
                await unit.tokens.touch(used)

    async def _look_up(self, text: str, door: Door) -> _Known:
        hash = hash_of(text)
        revision = self._database.revision()
        if revision != self._revision:
            self._known, self._revision = {}, revision
        known = self._known.get((hash, door))
        if known is None:
            if not is_well_formed(text, PREFIX):  # no look-up for what can't be one
                raise _unknown()
            async with self._database.reading() as unit:
                row = await unit.tokens.by_hash(hash)
            if row is None or row.revoked_at is not None:
                raise _unknown()
            known = self._know(row, door)
            if self._revision == revision:
                self._known[(hash, door)] = known
        return known

    def _know(self, row: TokenRow, door: Door) -> _Known:
        policy = Policy.model_validate(row.policy) if row.policy else NO_LIMITS
        role: Role = row.role  # type: ignore[assignment]  # written by create alone
        actor = Actor("token", row.id, row.name, role, door, policy)
        return _Known(actor, row.expires_at, self._bucket(row.id, policy.rate_per_minute))

    def _bucket(self, id: str, rate: int | None) -> TokenBucket | None:
        """The token's bucket, which outlives changes of the configuration."""
        if rate is None:
            return None
        if self._buckets.get(id, (0,))[0] != rate:
            self._buckets[id] = (rate, TokenBucket(rate))
        return self._buckets[id][1]

    def _line(self, actor: Actor, action: str, row: TokenRow, detail: Doc | None) -> Any:
        target = Thing(row.id, row.name)
        at = self._clock()
        return line(actor, action, at=at, target_kind="token", target=target, detail=detail)


def hash_of(text: str) -> str:
    """SHA-256 in hex. The text has 190 bits of chance, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def view(row: TokenRow) -> Doc:
    """A token as lists show it."""

    def moment(value: datetime | None) -> str | None:
        return None if value is None else rfc3339(value)

    return {
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "policy": row.policy,
        "created_by": row.created_by,
        "created_at": rfc3339(row.created_at),
        "expires_at": moment(row.expires_at),
        "last_used_at": moment(row.last_used_at),
        "revoked_at": moment(row.revoked_at),
    }


def _unknown() -> Refused:
    return Refused("not_signed_in", "token_unknown", "The caller token is not valid.")
