"""The audit chain, pure: each line's hash covers the line and the hash of the line before it.

`hash = SHA-256(prev_hash + "\\n" + line)`, both as text, where `line` is the audit item of contract
10 without its two hashes, as JSON with sorted members and no spaces. So anyone who reads the items
can check them. The first line's `prev_hash` is 64 zeros.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import orjson

from sourcekeep.store.columns import micros_of, moment_of, storable
from sourcekeep.store.rows import AuditLine

GENESIS = "0" * 64
COLUMNS = (
    "seq",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "door",
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "outcome",
    "detail",
    "prev_hash",
    "hash",
)
_NAMES = tuple(field.name for field in fields(AuditLine))
Link = tuple[Any, ...]  # the values of COLUMNS, `at` in microseconds, `detail` as JSON text


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last line's number and hash."""

    seq: int = 0
    hash: str = GENESIS


def append(head: Head, lines: Iterable[AuditLine]) -> tuple[list[Link], Head]:
    """The lines as links after `head`, and the new head."""
    links: list[Link] = []
    seq, prev = head.seq, head.hash
    for line in lines:
        seq += 1
        link = _link(seq, prev, line)
        links.append(link)
        prev = link[-1]
    return links, Head(seq, prev)


def hash_of(link: Link) -> str:
    """The hash that a stored link should have, from its columns as they stand in the table."""
    return _hash(link[-2], link[:-2])


def _link(seq: int, prev: str, line: AuditLine) -> Link:
    detail = orjson.dumps(line.detail, option=orjson.OPT_SORT_KEYS).decode()
    content = (
        seq,
        micros_of(line.at) // 1000 * 1000,  # as the item shows it: milliseconds
        line.actor_kind,
        line.actor_id,
        line.actor_name,
        line.door,
        line.action,
        line.target_kind,
        line.target_id,
        line.target_name,
        line.outcome,
        detail,
    )
    return (*content, prev, _hash(prev, content))


def _hash(prev: str, content: Link) -> str:
    (seq, at, a_kind, a_id, a_name, door, action, t_kind, t_id, t_name, outcome, detail) = content
    line = orjson.dumps(
        {
            "action": action,
            "actor": {"id": a_id, "kind": a_kind, "name": a_name},
            "at": _at(at),
            "detail": orjson.Fragment(detail),
            "door": door,
            "outcome": outcome,
            "seq": seq,
            "target": {"id": t_id, "kind": t_kind, "name": t_name},
        }
    )
    return hashlib.sha256(prev.encode() + b"\n" + line).hexdigest()


def _at(micros: int) -> str:
    """RFC 3339 with milliseconds; digits below them (nobody writes any) would show."""
    second, rest = divmod(micros, 1_000_000)
    millis, odd = divmod(rest, 1000)
    return f"{_second(second)}.{millis:03}Z" if odd == 0 else moment_of(micros).isoformat()


@lru_cache(maxsize=16)
def _second(second: int) -> str:
    """Most lines of one transaction are of one second."""
    return moment_of(second * 1_000_000).strftime("%Y-%m-%dT%H:%M:%S")


def cleaned(line: AuditLine) -> AuditLine:
    """The line in a form that can be hashed and stored, whatever it holds: U+FFFD for characters
    that no database takes, text for numbers beyond 64 bits and for what is not JSON."""
    values = {name: getattr(line, name) for name in _NAMES}
    texts = {name: storable(value) for name, value in values.items() if isinstance(value, str)}
    return AuditLine(**values | texts | {"detail": _clean(line.detail)})


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {storable(str(name)): _clean(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    small = isinstance(value, int) and -(2**63) <= value < 2**64
    if value is None or small or isinstance(value, float):
        return value
    return storable(str(value))
