"""What services answer with: a document with its version, a page of a list, and entity tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sourcekeep.model.problem import Fault, Invalid, Refused

Doc = dict[str, Any]
MOST_ITEMS = 1000
MOST_LEVELS = 200


@dataclass(frozen=True, slots=True)
class Versioned:
    """A document as doors answer it, and the entity tag of its version (RFC 9110 8.8.3)."""

    doc: Doc
    etag: str


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `next` is the cursor of the part after it, None at the end."""

    items: list[Doc]
    next: str | None


def etag(version: int) -> str:
    """`3` -> `"3"`."""
    return f'"{version}"'


def require_match(if_match: str | None, version: int) -> None:
    """`If-Match` of RFC 9110 13.1.1: `*`, or a list of tags of which one must be the present.

    Raises Refused("stale"). A weak tag never matches, as the comparison is the strong one.
    """
    if if_match is None or if_match.strip() == "*":
        return
    tags = re.findall(r'(W/)?"([^"]*)"', if_match)
    if not any(not weak and tag == str(version) for weak, tag in tags):
        raise Refused(
            "stale", "stale", "It was changed in the meantime; load it again and repeat the change."
        )


def checked_limit(limit: int | None, *, default: int = 50) -> int:
    """The page size, 1 to 1000."""
    if limit is None:
        return default
    if not 1 <= limit <= MOST_ITEMS:
        raise Invalid([Fault("/limit", "limit", f"limit must be 1 to {MOST_ITEMS}.")])
    return limit


def not_found(noun: str, ref: str) -> Refused:
    return Refused("not_found", "not_found", f'There is no {noun} "{ref[:200]}".')


def name_taken(name: str) -> Invalid:
    return Invalid([Fault("/name", "name_taken", f'The name "{name}" is taken; choose another.')])


def require_object(value: Any) -> Doc:
    """A JSON object of sane depth, or Invalid: what walks it goes level by level."""
    if not isinstance(value, dict):
        raise Invalid([Fault("", "type", "The body must be a JSON object.")])
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS):
        level = [child for one in level for child in _children(one)]
        if not level:
            return value
    raise Invalid([Fault("", "too_deep", f"The body has more than {MOST_LEVELS} levels.")])


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
