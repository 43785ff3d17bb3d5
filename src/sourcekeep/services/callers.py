"""Caller tokens: made once, shown once, known by their hash; what each may do is its policy.

`actor_of_token` is on the way of every request: it reads a snapshot in memory, never the database,
unless a configuration changed somewhere; `known_actor` is its short way. (Rates: rates.py.)
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from sourcekeep.kit.checked_token import is_well_formed, new_token
from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.ids import new_id
from sourcekeep.model.entry import Frozen, Name
from sourcekeep.model.policy import NO_LIMITS, Actor, Door, Policy, Role, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.services.answers import Doc, Page, checked_limit, not_found, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.explain import explain
from sourcekeep.services.gate import Gate
from sourcekeep.services.rates import Rates
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import TokenRow
from sourcekeep.store.unit import Unit

PREFIX = "sk"
R = TypeVar("R")


class PolicyQuestion(Frozen):
    """What a token with this role and policy could do."""

    role: Role = Field(default="runner", title="Role")
    policy: Policy = Field(default=NO_LIMITS, title="Policy")


class TokenPatch(Frozen):
    """What may change of a token; what is absent stays. A policy is one value: it is replaced."""

    name: Name | None = Field(default=None, title="Name")
    policy: Policy | None = Field(default=None, title="Policy")

    @field_validator("name", "policy", mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        """Null would say "the default", which for a policy is no limit at all: that is written {}."""
        if value is None:
            raise PydanticCustomError("required", "Leave it out to keep it as it is.")
        return value


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
    rate_per_minute: int | None


class Callers:
    """The use cases of a caller token, and who it stands for."""

    def __init__(self, database: Database, gate: Gate, rates: Rates, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._rates = rates
        self._clock = clock
        self._known: dict[tuple[str, Door], _Known] = {}
        self._used: dict[str, datetime] = {}
        self._revision: int | None = None

    async def create(self, actor: Actor, payload: Any) -> NewToken:
        """`{"name", "role", "policy"}` of contract 10. Raises Invalid."""
        await self._gate.require(actor, "token.manage")
        spec = validate(TokenSpec, require_object(payload))
        now = self._clock()
        _require_future(spec.policy, now)
        text = new_token(PREFIX)
        row = TokenRow(
            id=new_id("tok"),
            name=spec.name,
            hash=hash_of(text),
            role=spec.role,
            policy=_doc(spec.policy),
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

    async def get(self, actor: Actor, ref: str) -> Doc:
        """By id or name; never its text."""
        await self._gate.require(actor, "token.manage")
        await self.note_use()
        async with self._database.reading() as unit:
            return view(await self._found(unit, ref))

    async def patch(self, actor: Actor, ref: str, payload: Any) -> Doc:
        """Another name or policy, which holds at once, everywhere. Raises Invalid."""
        await self._gate.require(actor, "token.manage")
        given = validate(TokenPatch, require_object(payload))
        policy = given.policy
        if policy is not None:
            _require_future(policy, self._clock())
        async with self._database.transaction() as unit:
            row = await self._found(unit, ref)
            if row.revoked_at is not None:
                raise Refused("conflict", "revoked", "The caller token was revoked.")
            new = replace(row, name=given.name or row.name)
            detail: Doc = {"fields": sorted(given.model_fields_set)}
            if policy is not None:
                new = replace(new, policy=_doc(policy), expires_at=policy.expires_at)
                detail["policy"] = new.policy
            await unit.tokens.change(new)
            unit.audit.add(self._line(actor, "token.update", new, detail))
        return view(new)

    async def explain(self, actor: Actor, payload: Any) -> Doc:
        """What a token with `{"role", "policy"}` could do now (explain.py)."""
        await self._gate.require(actor, "token.manage")
        asked = validate(PolicyQuestion, require_object(payload))
        async with self._database.reading() as unit:
            sources = [row async for row in _all(unit.sources.list)]
            queries = [row async for row in _all(unit.queries.list)]
        return explain(asked.role, asked.policy, sources, queries)

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
        hash = hash_of(text)
        return self._admit(self._at_hand(hash, door) or await self._look_up(hash, text, door))

    def known_actor(self, text: str, door: Door) -> Actor | None:
        """The same without waiting, for a token that is in memory; None for any other."""
        known = self._at_hand(hash_of(text), door)
        return None if known is None else self._admit(known)

    def _admit(self, known: _Known) -> Actor:
        now = self._clock()
        if known.expires_at is not None and known.expires_at <= now:
            raise Refused("not_signed_in", "token_expired", "The caller token has expired.")
        if known.rate_per_minute is not None:
            wait = self._rates.take(known.actor.id, known.rate_per_minute)
            if wait:
                words = "The caller token's rate is used up; wait and try again."
                raise Refused("throttled", "rate_limited", words, retry_after_s=wait)
        self._used[known.actor.id] = now
        return known.actor

    async def note_use(self) -> None:
        """Write down when tokens were last used. Called now and then, not for every request."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            async with self._database.transaction() as unit:
                await unit.tokens.touch(used)
        except Refused:
            self._used = used | self._used  # next time
            raise

    async def _found(self, unit: Unit, ref: str) -> TokenRow:
        row = await unit.tokens.find(ref)
        if row is None:
            raise not_found("token", ref)
        return row

    def _at_hand(self, hash: str, door: Door) -> _Known | None:
        """The token as it is known since the last change of the configuration."""
        revision = self._database.revision()
        if revision != self._revision:
            self._known, self._revision = {}, revision
        return self._known.get((hash, door))

    async def _look_up(self, hash: str, text: str, door: Door) -> _Known:
        if not is_well_formed(text, PREFIX):  # no look-up for what can't be one
            raise _unknown()
        revision = self._revision
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
        actor = Actor("token", row.id, row.name, row.role, door, policy)
        return _Known(actor, row.expires_at, policy.rate_per_minute)

    def _line(self, actor: Actor, action: str, row: TokenRow, detail: Doc | None) -> Any:
        target = Thing(row.id, row.name)
        at = self._clock()
        return line(actor, action, at=at, target_kind="token", target=target, detail=detail)


async def _all(
    listing: Callable[..., Awaitable[tuple[Sequence[R], str | None]]],
) -> AsyncIterator[R]:
    """Every row of a list, page by page."""
    cursor: str | None = None
    while True:
        rows, cursor = await listing(cursor=cursor, limit=1000)
        for row in rows:
            yield row
        if cursor is None:
            return


def _doc(policy: Policy) -> Doc:
    return policy.model_dump(mode="json", exclude_none=True)


def _require_future(policy: Policy, now: datetime) -> None:
    if policy.expires_at is not None and policy.expires_at <= now:
        fault = Fault("/policy/expires_at", "in_the_past", "'Expires' must be in the future.")
        raise Invalid([fault])


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
