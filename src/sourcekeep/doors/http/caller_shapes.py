"""Who calls: people, their sessions, caller tokens and what those may, as shapes for the OpenAPI
document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from sourcekeep.doors.http.shapes import Actor, Named, Shape
from sourcekeep.model.policy import Policy, Role


class Caller(Actor):
    role: Role


class User(Shape):
    id: str
    email: str
    name: str
    role: Role
    state: Literal["invited", "active", "disabled"]
    disabled: bool
    last_seen_at: datetime | None
    created_at: datetime
    updated_at: datetime


class InvitedUser(User):
    link: str | None = Field(description="Opens once; told this once. Null with a password.")
    link_expires_at: datetime | None


class Link(Shape):
    """What a one-time link is for. Nobody yet, when it is the first sign-in."""

    kind: Literal["first", "invite", "reset"]
    email: str | None
    name: str | None
    role: Role
    expires_at: datetime


class Session(Shape):
    user: User | None
    actor: Caller


class SignedInSession(Shape):
    id: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    current: bool


class Token(Shape):
    id: str
    name: str
    role: Role
    policy: Policy
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenMade(Token):
    token: str = Field(description="The token's text, this once.")


class ReachedSource(Named):
    queries: list[Named] = Field(description="Saved queries that it may run.")


class UnknownNames(Shape):
    sources: list[str]
    queries: list[str]


class Explanation(Shape):
    """What a caller token with a role and a policy could do."""

    sources: list[ReachedSource]
    doors: list[str]
    methods: list[str] | None = Field(description="Null does not limit.")
    paths: list[str] | None = Field(description="Null does not limit.")
    unknown: UnknownNames = Field(description="Names in the policy that nothing has.")
    sentence: str
