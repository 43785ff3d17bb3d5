"""Who may do what: one place decides, and says why not.

Roles are of security.md: an admin does all, an editor shapes sources and queries and never reads a
secret, a runner runs saved queries and sees what came of them. A caller token narrows its role by
a policy (contract 10): a key that is absent does not limit, an empty list allows nothing. What no
row below allows is denied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sourcekeep.model import bounds
from sourcekeep.model.entry import Frozen
from sourcekeep.model.path_pattern import path_matches

Role = Literal["admin", "editor", "runner"]
Door = Literal["web", "api", "cli", "library", "gateway", "mcp", "timer"]
Action = Literal[
    "kind.read",
    "source.read",
    "source.create",
    "source.update",
    "source.delete",
    "source.run",
    "source.test",
    "query.read",
    "query.create",
    "query.update",
    "query.delete",
    "query.run",
    "run.read",
    "run.read_all",
    "run.cancel",
    "constant.read",
    "constant.write",
    "secret.read",
    "secret.write",
    "secret.repoint",
    "key.manage",
    "token.manage",
    "user.manage",
    "account.read",
    "account.manage",
    "audit.read",
    "audit.cut",
    "doctor.read",
]

_ADMIN: frozenset[Role] = frozenset({"admin"})
_EDITORS: frozenset[Role] = frozenset({"admin", "editor"})
_ALL: frozenset[Role] = frozenset({"admin", "editor", "runner"})

# Secrets of the workspace are for admins: `{{ secrets.x }}` goes wherever a template sends it, so
# who may write both the secret's use and its target could read it. `secret.read` is names only.
WHO_MAY: dict[Action, frozenset[Role]] = {
    "kind.read": _ALL,
    "source.read": _ALL,
    "source.create": _EDITORS,
    "source.update": _EDITORS,
    "source.delete": _EDITORS,
    "source.run": _EDITORS,
    "source.test": _EDITORS,
    "query.read": _ALL,
    "query.create": _EDITORS,
    "query.update": _EDITORS,
    "query.delete": _EDITORS,
    "query.run": _ALL,
    "run.read": _ALL,
    "run.read_all": _EDITORS,
    "run.cancel": _ALL,
    "constant.read": _EDITORS,
    "constant.write": _EDITORS,
    "secret.read": _EDITORS,
    "secret.write": _ADMIN,
    "secret.repoint": _ADMIN,
    "key.manage": _ADMIN,
    "token.manage": _ADMIN,
    "user.manage": _ADMIN,
    "account.read": _ALL,
    "account.manage": _ALL,
    "audit.read": _ADMIN,
    "audit.cut": _ADMIN,
    "doctor.read": _ADMIN,
}

# A narrowed token must not be able to make itself, or another, a wider one.
_NEEDS_NO_POLICY: frozenset[Action] = frozenset(
    {"key.manage", "token.manage", "user.manage", "secret.repoint", "audit.cut"}
)
# One's own sessions and password: a caller token has none.
_NEEDS_PERSON: frozenset[Action] = frozenset({"account.manage"})
# What belongs to no single source or query is out of reach of a token that is tied to some.
_NEEDS_ALL_SOURCES: frozenset[Action] = frozenset(
    {
        "source.create",
        "constant.write",
        "secret.write",
        "run.read_all",
        "audit.read",
        "doctor.read",
    }
)
# Nor may a token that is tied to some queries make others, or change what they all go to.
_NEEDS_ALL_QUERIES: frozenset[Action] = frozenset(
    {"source.update", "source.delete", "source.run", "source.test", "query.create"}
)
_STANDARD_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def _method(text: str) -> str:
    """Methods are case-sensitive (RFC 9110 9.1); a standard one typed small is meant large."""
    return text.upper() if text.upper() in _STANDARD_METHODS else text


def _path_pattern(text: str) -> str:
    if not text.startswith("/"):
        raise PydanticCustomError(
            "path_pattern", "A path pattern begins with '/', as '/v1/users/*'."
        )
    return text


def _moment(value: Any) -> Any:
    """Times are RFC 3339 (contract 2): a number could be seconds or milliseconds."""
    if not isinstance(value, str | datetime) or (isinstance(value, str) and "-" not in value):
        raise PydanticCustomError("datetime_type", "A time is text.")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_type", "The time has no date in UTC.") from None


T = TypeVar("T")
Some = Annotated[tuple[T, ...], Field(max_length=bounds.MOST_ENTRIES)]
Reference = Annotated[str, StringConstraints(max_length=bounds.NAME)]  # an id or a name
Method = Annotated[str, StringConstraints(max_length=64), AfterValidator(_method)]
PathPattern = Annotated[
    str, StringConstraints(max_length=bounds.WORD), AfterValidator(_path_pattern)
]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_in_utc)]


class Policy(Frozen):
    """What a caller token may do at most."""

    doors: Some[Door] | None = Field(default=None, title="Doors")
    sources: Some[Reference] | None = Field(default=None, title="Data sources")
    queries: Some[Reference] | None = Field(default=None, title="Queries")
    methods: Some[Method] | None = Field(default=None, title="Methods")
    paths: Some[PathPattern] | None = Field(default=None, title="Paths")
    rate_per_minute: int | None = Field(
        default=None, ge=1, le=1_000_000, title="Requests per minute"
    )
    expires_at: Moment | None = Field(default=None, title="Expires")


NO_LIMITS = Policy()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which door, with which rights."""

    kind: Literal["user", "token", "system"]
    id: str
    name: str
    role: Role
    door: Door
    policy: Policy = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Thing:
    """A source or a query as a policy names it: by its id or by its name, in any case."""

    id: str
    name: str

    def among(self, refs: Iterable[str]) -> bool:
        name = self.name.casefold()
        return any(ref == self.id or ref.casefold() == name for ref in refs)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No, with a stable code and the reason in words."""

    code: str
    reason: str


Verdict = Allowed | Denied
_YES = Allowed()


def decide(
    actor: Actor,
    action: Action,
    *,
    source: Thing | None = None,
    query: Thing | None = None,
    now: datetime | None = None,
) -> Verdict:
    """Whether the actor may do this, to this source and query where there is one."""
    if actor.role not in WHO_MAY.get(action, ()):
        return Denied("role_not_allowed", f"The role {actor.role} may not do this ({action}).")
    if action in _NEEDS_PERSON and actor.kind != "user":
        return Denied(
            "not_a_person", "This is for people who sign in; a caller token cannot do it."
        )
    policy = actor.policy
    if policy is NO_LIMITS:
        return _YES
    if policy.expires_at is not None and policy.expires_at <= (now or datetime.now(UTC)):
        return Denied("token_expired", "The caller token has expired.")
    if policy.doors is not None and actor.door not in policy.doors:
        return Denied(
            "door_not_allowed", f"The token's policy does not allow the door {actor.door}."
        )
    return _decide_reach(policy, action, source, query)


def _decide_reach(
    policy: Policy, action: Action, source: Thing | None, query: Thing | None
) -> Verdict:
    if action in _NEEDS_NO_POLICY and policy != NO_LIMITS:
        return Denied("policy_not_allowed", f"A token with a policy may not do this ({action}).")
    if (policy.sources is not None or policy.queries is not None) and action in _NEEDS_ALL_SOURCES:
        return Denied("policy_not_allowed", f"The token's policy does not reach this ({action}).")
    if policy.sources is not None and source is not None and not source.among(policy.sources):
        return Denied(
            "source_not_allowed",
            f'The token\'s policy does not allow the data source "{source.name}".',
        )
    if policy.queries is not None:
        if query is not None and not query.among(policy.queries):
            return Denied(
                "query_not_allowed", f'The token\'s policy does not allow the query "{query.name}".'
            )
        if query is None and action in _NEEDS_ALL_QUERIES:
            return Denied(
                "query_not_allowed", "The token's policy allows only the queries that it names."
            )
    return _YES


def decide_request(actor: Actor, *, method: str, path: str) -> Verdict:
    """Whether the actor may send this method to this path: the final one, as it goes on the wire."""
    policy = actor.policy
    if policy.methods is not None and method not in policy.methods:
        return Denied(
            "method_not_allowed", f"The token's policy does not allow the method {method}."
        )
    if policy.paths is not None and not any(path_matches(p, path) for p in policy.paths):
        return Denied("path_not_allowed", f"The token's policy does not allow the path {path}.")
    return _YES
