"""What a caller token could do, said before it is made: the same decisions, asked for everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.policy import Action, Actor, Allowed, Door, Policy, Role, Thing, decide
from sourcekeep.services.answers import Doc
from sourcekeep.store.rows import QueryRow, SourceRow

TOKEN_DOORS: tuple[Door, ...] = ("api", "gateway", "mcp")  # that a caller token can come through
_IN_WORDS: dict[str, str] = {"api": "the API", "gateway": "the gateway", "mcp": "MCP"}
_ROLE_WORDS: dict[Role, str] = {
    "admin": "Being an admin, it may also change sources, queries, secrets, people and tokens.",
    "editor": "Being an editor, it may also change sources and queries.",
    "runner": "",
}
_NARROW_ADMIN = (
    "Being an admin with a policy, it may change sources and queries, not people or tokens."
)


@dataclass(frozen=True, slots=True)
class Reach:
    """A source that the token reaches, and which of its saved queries it may run."""

    source: SourceRow
    queries: tuple[QueryRow, ...]
    unsaved: bool  # requests that are not saved too, or any through the gateway


def explain(
    role: Role, policy: Policy, sources: Sequence[SourceRow], queries: Sequence[QueryRow]
) -> Doc:
    """`{"sources", "doors", "methods", "paths", "unknown", "sentence"}`; `unknown` are the names in
    the policy that nothing has. `methods` and `paths` are None where they are not limited."""
    doors = [door for door in TOKEN_DOORS if policy.doors is None or door in policy.doors]
    reached = list(_reached(role, policy, doors, sources, queries))
    return {
        "sources": [_shown(reach) for reach in reached],
        "doors": doors,
        "methods": None if policy.methods is None else list(policy.methods),
        "paths": None if policy.paths is None else list(policy.paths),
        "unknown": {
            "sources": _unknown(policy.sources, (_thing(row) for row in sources)),
            "queries": _unknown(policy.queries, (_thing(row) for row in queries)),
        },
        "sentence": sentence(role, policy, doors, reached),
    }


def sentence(role: Role, policy: Policy, doors: Sequence[Door], reached: Sequence[Reach]) -> str:
    """The same in words for a person."""
    if not doors:
        return "May do nothing: no door is open to it."
    if not reached or policy.methods == () or policy.paths == ():
        return "May send nothing: no data source, query, method or path is left to it."
    parts = [f"May {_what(policy, reached)} through {_and([_IN_WORDS[d] for d in doors])}"]
    if policy.methods is not None:
        parts.append(f"with {_or(policy.methods)} only")
    if policy.paths is not None:
        parts.append(f"on paths that fit {_or(policy.paths)}")
    if policy.rate_per_minute is not None:
        times = "once" if policy.rate_per_minute == 1 else f"{policy.rate_per_minute} times"
        parts.append(f"at most {times} a minute")
    if policy.expires_at is not None:
        parts.append(f"until {rfc3339(policy.expires_at)}")
    more = _NARROW_ADMIN if role == "admin" and policy != Policy() else _ROLE_WORDS[role]
    return f"{', '.join(parts)}. {more}".strip()


def _what(policy: Policy, reached: Sequence[Reach]) -> str:
    saved = [row.name for reach in reached for row in reach.queries]
    named = [reach.source.name for reach in reached]
    where = "every data source" if policy.sources is None else _and(named)
    if not any(reach.unsaved for reach in reached):
        if policy.queries is not None:
            return f"run the saved {'query' if len(saved) == 1 else 'queries'} {_and(saved)}"
        return f"run every saved query of {where}"
    return f"run every saved query of, and send any request to, {where}"


def _reached(
    role: Role,
    policy: Policy,
    doors: Sequence[Door],
    sources: Sequence[SourceRow],
    queries: Sequence[QueryRow],
) -> Iterable[Reach]:
    # Doors are said apart, so each thing is asked for through a door that is open.
    actor = Actor("token", "", "", role, "api", _without_doors(policy))

    def may(action: Action, source: Thing, query: Thing | None = None) -> bool:
        return isinstance(decide(actor, action, source=source, query=query), Allowed)

    of_source: defaultdict[str, list[QueryRow]] = defaultdict(list)
    for query in queries:
        of_source[query.data_source_id].append(query)
    for row in sources if doors else ():
        source, own = _thing(row), of_source[row.id]
        runs = tuple(one for one in own if may("query.run", source, _thing(one)))
        through = "gateway" in doors and policy.queries is None and may("source.read", source)
        unsaved = may("source.run", source) or through
        if runs or unsaved or (policy.queries is None and may("query.run", source)):
            yield Reach(row, runs, unsaved)


def _without_doors(policy: Policy) -> Policy:
    """The policy without what is said of doors and time, which does not depend on the thing."""
    return policy.model_copy(update={"doors": None, "expires_at": None})


def _shown(reach: Reach) -> Doc:
    queries = [{"id": row.id, "name": row.name} for row in reach.queries]
    return {"id": reach.source.id, "name": reach.source.name, "queries": queries}


def _unknown(refs: Sequence[str] | None, things: Iterable[Thing]) -> list[str]:
    if not refs:
        return []
    known = {text for thing in things for text in (thing.id, thing.name.casefold())}
    return [ref for ref in refs if ref not in known and ref.casefold() not in known]


def _thing(row: Any) -> Thing:
    return Thing(row.id, row.name)


def _and(words: Sequence[str]) -> str:
    return _joined(words, "and")


def _or(words: Sequence[str]) -> str:
    return _joined(words, "or")


def _joined(words: Sequence[str], last: str) -> str:
    """`a, b and c`; of more than five, how many the rest are."""
    if len(words) > 5:
        return f"{', '.join(words[:4])} and {len(words) - 4} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
