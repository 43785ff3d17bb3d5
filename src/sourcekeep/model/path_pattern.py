"""Path patterns of a policy: `*` is one segment (or part of one), `**` any number of them.

The path is matched as the upstream may come to read it: decoded, with dot segments resolved. How
often an upstream decodes, whether it takes `//` for `/`, and whether it drops what follows a `;` in a
segment (RFC 3986 3.3; Java's servers do, and read `..;` as `..`) is not ours to know, so a path that
reads differently matches only when every reading does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_MOST_DECODINGS = 4


def path_matches(pattern: str, path: str) -> bool:
    """Whether a final path (percent-encoded, without the query string) fits the pattern.

    Who writes the path may not be who wrote the pattern: the time is at most the product of their
    lengths, whatever either holds.
    """
    spellings = _spellings(path)
    if not _all_fit(_compiled(pattern), spellings):
        return False
    bare = [reading for text in spellings if ";" in text for reading in _slashes_read(_bare(text))]
    return not bare or _all_fit(_compiled(_bare(pattern)), bare)


def _all_fit(wanted: tuple[re.Pattern[str] | None, ...], spellings: list[str]) -> bool:
    readings = {_resolve(text) for text in spellings}
    return all(_fits(wanted, reading.split("/")[1:]) for reading in readings)


def _bare(path: str) -> str:
    """Without the parameters of its segments."""
    return "/".join(segment.partition(";")[0] for segment in path.split("/"))


def _fits(wanted: tuple[re.Pattern[str] | None, ...], segments: list[str]) -> bool:
    """Whether all segments fit. Only the last `**` ever takes more: an earlier one need not, since
    what follows it was found at the first place where it is."""
    at = place = 0
    resume: tuple[int, int] | None = None  # after the last `**`, and the segment it would take next
    while place < len(segments):
        if at < len(wanted) and (one := wanted[at]) is None:
            at += 1
            resume = (at, place)
        elif at < len(wanted) and one is not None and one.fullmatch(segments[place]):
            at, place = at + 1, place + 1
        elif resume is not None:
            at, place = resume[0], resume[1] + 1
            resume = (at, place)
        else:
            return False
    return all(one is None for one in wanted[at:])


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """What each segment must fit; None for `**`."""
    return tuple(
        None if segment == "**" else _segment(segment)
        for segment in pattern.removeprefix("/").split("/")
    )


def _segment(segment: str) -> re.Pattern[str]:
    """One segment's pattern. Each piece is taken where it first is, and never looked for again."""
    if segment == "*":
        return re.compile(".+", re.DOTALL)
    first, *pieces = (re.escape(piece) for piece in segment.split("*"))
    found = "".join(f"(?>.*?{piece})" for piece in pieces[:-1])
    last = f".*{pieces[-1]}" if pieces else ""
    return re.compile(first + found + last, re.DOTALL)


def _spellings(path: str) -> list[str]:
    """The path as one or the other upstream decodes it, with its dot segments."""
    if "%" not in path and "//" not in path and "\\" not in path and "/." not in path:
        return [path or "/"]
    spellings: list[str] = []
    text = path or "/"
    for _ in range(_MOST_DECODINGS):
        spellings += _slashes_read(text.replace("\\", "/"))
        decoded = unquote(text, errors="surrogateescape")
        if decoded == text:
            break
        text = decoded
    # The first may still hold percent-encoding, where it is not what anyone matches.
    return spellings if len(spellings) == 2 else spellings[2:]


def _slashes_read(text: str) -> list[str]:
    """`//` as it stands, and taken for `/`."""
    return [text, re.sub("/{2,}", "/", text)]


def _resolve(path: str) -> str:
    """Dot segments removed (RFC 3986 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
            continue
        if index == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)
