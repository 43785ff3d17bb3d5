"""Who may do what: one place decides, and says why not.

Roles are of security.md; a caller token narrows its role by a policy (contract 10). A key that is
absent does not limit, an empty list allows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field

from sourcekeep.model.entry import Frozen

Role = Literal["admin", "editor", "runner"]
Door = Literal["web", "api", "cli", "library", "gateway", "mcp", "timer"]


class Policy(Frozen):
    """What a caller token may do at most."""

    doors: tuple[Door, ...] | None = None
    sources: tuple[str, ...] | None = None
    queries: tuple[str, ...] | None = None
    methods: tuple[str, ...] | None = None
    paths: tuple[str, ...] | None = None
    rate_per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which door, with which rights."""

    kind: Literal["user", "token", "system"]
    id: str
    name: str
    role: Role
    door: Door
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No, with a stable code and the reason in words."""

    code: str
    reason: str


Verdict = Allowed | Denied
