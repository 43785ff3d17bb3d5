"""Base URL + path -> the one address a request goes to, inside the data source's origin.

`can_ada` (the WHATWG URL standard) is the only parser here, for the check and for the dial: the
origin that is compared is the origin that is connected to. The rules (contract 2, "Query"):

* Exactly one slash stands between base and path; the base's own path and query string are kept;
  an empty path is the base URL as it is.
* What a person typed is sent as typed; only what no URL may hold is percent-encoded.
* Dot segments that the author typed are resolved as RFC 3986 5.2.4 says, and may not climb above
  the base path; neither may a path in which they are hidden by encoding.
* A template value is one segment, whatever it holds: it never makes structure.
* An absolute URL, `//host` and their disguises are refused, unless the origin is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import can_ada

from sourcekeep.engine.percent import as_typed, fully_decoded
from sourcekeep.engine.source_url import Base, origin_of, origin_text
from sourcekeep.engine.wire.values import Origin
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem

Hole = TypeVar("Hole")

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_DROPPED_BY_PARSERS = re.compile(r"[\t\n\r]")
_LEADING_BLANK = "".join(map(chr, range(0x21)))
_SPECIAL_SCHEME = re.compile(r"(?:https?|wss?|ftp|file):|[A-Za-z][A-Za-z0-9+.\-]*://", re.I)
_ABSOLUTE = re.compile(r"(?:(https?):)?//([^/?#\\]*)(.*)", re.I | re.S)
_SLASHES = re.compile(r"[/\\]")
_ONE_DOT = {".", "%2e"}
_TWO_DOTS = {"..", ".%2e", "%2e.", "%2e%2e"}
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: the origin to dial, and the request target as sent (origin-form).

    `root` is the origin as text.
    """

    origin: Origin
    path_query: str
    root: str

    @property
    def url(self) -> str:
        return self.root + self.path_query

    @property
    def host(self) -> str:
        """The value of the Host header (RFC 9110 7.2)."""
        return self.root.partition("://")[2]

    @property
    def path(self) -> str:
        """The path as sent, without the query string."""
        return self.path_query.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Reference(Generic[Hole]):
    """A compiled path: its origin and everything of its structure are settled before any value.

    `path` follows the prefix: the segments, each with the slash before it.
    """

    origin: Origin
    root: str
    prefix: str
    path: tuple[str | Hole, ...]
    query: tuple[str | Hole, ...]
    base_query: str


# -- base + path -------------------------------------------------------------------------------


def refer(
    base: Base, parts: Sequence[str | Hole], allowed: Collection[Origin] = ()
) -> Reference[Hole]:
    """Join a compiled path (typed text and holes for values) to its base; everything is checked.

    `allowed` are the origins besides the base's own that an absolute URL may name.
    """
    _refuse_disguise("".join(part if isinstance(part, str) else "x" for part in parts))
    lead = parts[0] if parts and isinstance(parts[0], str) else ""
    absolute = _ABSOLUTE.match(lead)
    if absolute is not None:
        origin = _allowed_origin(base, absolute, lone=len(parts) == 1, allowed=allowed)
        base = Base(origin=origin, path="", query="")
        parts = [absolute.group(3), *parts[1:]]
    elif _SPECIAL_SCHEME.match(lead):
        raise Failed(_leaves(_shortened(lead)))
    path, query = _at_question_mark(parts)
    segments = _without_dots(_at_slashes(path)) if path else ()
    prefix = base.path.rstrip("/") if segments else base.path or "/"
    return Reference(
        origin=base.origin,
        root=origin_text(base.origin),
        prefix=prefix,
        path=tuple(_pieces(segments)),
        query=tuple(_encoded(piece) for piece in query),
        base_query=base.query,
    )


def _pieces(segments: Sequence[Sequence[str | Hole]]) -> list[str | Hole]:
    """The segments in one row, typed text put together."""
    pieces: list[str | Hole] = []
    for segment in segments:
        parts: list[str | Hole] = ["/", *(_encoded(piece) for piece in segment)]
        for piece in parts:
            last = pieces[-1] if pieces else None
            if isinstance(piece, str) and isinstance(last, str):
                pieces[-1] = last + piece
            else:
                pieces.append(piece)
    return pieces


def _encoded(piece: str | Hole) -> str | Hole:
    return as_typed(piece) if isinstance(piece, str) else piece


def _allowed_origin(
    base: Base, absolute: re.Match[str], *, lone: bool, allowed: Collection[Origin]
) -> Origin:
    scheme, authority, tail = absolute.groups()
    whole = f"{scheme or base.origin.scheme}://{authority}"
    try:
        url = can_ada.parse(whole)
    except ValueError:
        raise Failed(_leaves(_shortened(absolute.group()))) from None
    open_ended = not lone and not tail  # a template goes on where the host would
    if open_ended or "@" in authority or origin_of(url) not in allowed:
        raise Failed(_leaves(_shortened(absolute.group()), own=origin_of(url) == base.origin))
    return origin_of(url)


def _shortened(typed: str) -> str:
    return typed if len(typed) <= _MOST_SHOWN else f"{typed[:_MOST_SHOWN]}…"


def _leaves(where: str, *, own: bool = False) -> Problem:
    if own:
        detail = f"The path {where!r} is a whole URL."
        hint = "Write only what comes after the base URL."
        return problem("origin_not_allowed", detail, hint=hint)
    detail = f"The path {where!r} names another place than the data source's base URL."
    return problem("origin_not_allowed", detail)


def _climbs() -> Problem:
    return problem(
        "origin_not_allowed",
        "The path climbs above the path of the base URL with '..'.",
        hint="Remove the '..', or shorten the base URL on the data source.",
    )


def _refuse_disguise(typed: str) -> None:
    """Backslashes and what URL parsers drop: readers disagree about them, so none is sent."""
    path = typed.partition("?")[0]
    control = _CONTROLS.search(typed) is not None
    if "#" in typed:
        raise Failed(
            problem(
                "invalid_url",
                "The path holds a #, and what follows it is never sent to a server.",
                hint="Remove it, or write %23 for a # that is meant.",
            )
        )
    if not control and "\\" not in path and not path.startswith(" "):
        return
    plain = _DROPPED_BY_PARSERS.sub("", path.lstrip(_LEADING_BLANK)).replace("\\", "/")
    if plain.startswith("//") or _SPECIAL_SCHEME.match(plain) or ".." in fully_decoded(plain):
        raise Failed(_leaves(_shortened(typed)))
    if control:
        detail = f"The path {typed!r} holds a tab, a line break or another control character."
        hint = "Remove it, or write it percent-encoded."
    elif "\\" in path:
        detail = f"The path {typed!r} holds a backslash."
        hint = "Write / between segments, or %5C for a backslash that is meant."
    else:
        detail = f"The path {typed!r} starts with a space."
        hint = "Remove it, or write %20 for a space that is meant."
    raise Failed(problem("invalid_url", detail, hint=hint))


def _at_question_mark(
    parts: Sequence[str | Hole],
) -> tuple[list[str | Hole], list[str | Hole]]:
    """The path's pieces and the query string's, cut at the first typed question mark."""
    for index, part in enumerate(parts):
        if isinstance(part, str) and "?" in part:
            before, _, after = part.partition("?")
            path = [*parts[:index], before] if before else list(parts[:index])
            return path, [after, *parts[index + 1 :]]
    return [part for part in parts if part != ""], []


def _at_slashes(path: Sequence[str | Hole]) -> list[list[str | Hole]]:
    """The path's segments. A leading slash is the one that the join makes anyway."""
    segments: list[list[str | Hole]] = [[]]
    for part in path:
        if isinstance(part, str):
            first, *more = part.split("/")
            segments[-1].append(first)
            segments.extend([text] for text in more)
        else:
            segments[-1].append(part)
    return segments[1:] if segments[0] == [""] and len(segments) > 1 else segments


def _without_dots(segments: Sequence[list[str | Hole]]) -> list[list[str | Hole]]:
    """Typed dot segments resolved (RFC 3986 5.2.4); `Failed` when they climb above the base."""
    kept: list[list[str | Hole]] = []
    for index, segment in enumerate(segments):
        word = segment[0].lower() if len(segment) == 1 and isinstance(segment[0], str) else None
        last = index == len(segments) - 1
        if word in _TWO_DOTS:
            if not kept:
                raise Failed(_climbs())
            kept.pop()
        elif word not in _ONE_DOT:
            kept.append(segment)
            continue
        if last:
            kept.append([""])
    return kept


# -- the last look, on the URL that goes on the wire ----------------------------------------------


def settle(reference: Reference[Hole], path: str, query: str) -> Target:
    """The composed address, once the parser agrees that it says what we think it says.

    `path` is what was joined to the base's own. `Failed(origin_not_allowed)` when a value made a
    dot segment, or when decoding would reveal one that climbs.
    """
    whole = reference.prefix + path
    target = Target(reference.origin, f"{whole}?{query}" if query else whole, reference.root)
    url = can_ada.parse(target.root + target.path_query)
    if url.pathname != whole or f"{url.protocol}//{url.host}" != reference.root:
        raise Failed(
            problem(
                "origin_not_allowed",
                "A template value in the path is '.' or '..', which would change the path.",
                hint="Send a value that names something.",
            )
        )
    if ("%" in path or ".." in path) and _climbs_when_decoded(path):
        raise Failed(_climbs())
    return target


def _climbs_when_decoded(path: str) -> bool:
    """Read as the most eager server might: decoded to the end, `..;x` taken for `..`."""
    plain = fully_decoded(path)
    if ".." not in plain:
        return False
    depth = 0
    for whole in _SLASHES.split(plain.lstrip("/")):
        segment = whole.partition(";")[0]
        if segment == "..":
            depth -= 1
        elif segment != ".":
            depth += 1
        if depth < 0:
            return True
    return False


def follow(current: Target, location: str, allowed: Collection[Origin]) -> Target:
    """The target of a redirect (RFC 9110 10.2.2): `allowed` are all origins it may lead to."""
    try:
        url = can_ada.parse(current.url) + location
    except ValueError:
        raise Failed(_redirect(location, "it is not a valid URL")) from None
    if url.protocol not in ("http:", "https:"):
        raise Failed(_redirect(location, "it is neither http nor https"))
    if url.username or url.password:
        raise Failed(_redirect(location, "it holds a user name or password"))
    origin = origin_of(url)
    if origin not in allowed:
        raise Failed(_redirect(location, f"{origin_text(origin)} is not an allowed origin"))
    return Target(origin, url.pathname + url.search, origin_text(origin))


def _redirect(location: str, why: str) -> Problem:
    return problem(
        "redirect_refused",
        f"The server redirects to {location}, and {why}. Nothing was sent there.",
    )
