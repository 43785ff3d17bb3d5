"""Path patterns of a policy: `*` is one segment (or part of one), `**` any number of them.

The path is matched as the upstream may come to read it: decoded, with dot segments resolved. How
often an upstream decodes, and whether it takes `//` for `/`, is not ours to know, so a path that
reads differently matches only when every reading does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_MOST_DECODINGS = 4


def path_matches(pattern: str, path: str) -> bool:
    """Whether a final path (percent-encoded, without the query string) fits the pattern."""
    fits = _compiled(pattern).fullmatch
    return all(fits(reading) for reading in _readings(path))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for segment in pattern.removeprefix("/").split("/"):
        if segment == "**":
            parts.append("(?:/[^/]*)*")
        elif segment == "*":
            parts.append("/[^/]+")
        else:
            parts.append("/" + "[^/]*".join(re.escape(piece) for piece in segment.split("*")))
    return re.compile("".join(parts), re.DOTALL)


def _readings(path: str) -> list[str]:
    if "%" not in path and "//" not in path and "\\" not in path and "/." not in path:
        return [path or "/"]
    readings = []
    text = path or "/"
    for _ in range(_MOST_DECODINGS):
        slashed = text.replace("\\", "/")
        readings += [_resolve(slashed), _resolve(re.sub("/{2,}", "/", slashed))]
        decoded = unquote(text, errors="surrogateescape")
        if decoded == text:
            break
        text = decoded
    # The first reading may still hold percent-encoding, where it is not what anyone matches.
    return list(dict.fromkeys(readings if len(readings) == 2 else readings[2:]))


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
