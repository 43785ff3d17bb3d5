"""Reads WWW-Authenticate: what a server asks for when it does not accept a request as it is.

RFC 9110 11.6.1 lets a field hold several challenges, and a challenge several parameters, both with
commas between: a word is a scheme unless an equals sign follows it. Pure, and never raises: what
cannot be read ends the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_GAP = re.compile(r"[ \t,]*")
_SCHEME = re.compile(rf"({_WORD})(?=[ \t,]|$)[ \t]*")
_TOKEN68 = re.compile(r"([A-Za-z0-9\-._~+/]+=*)[ \t]*(?=,|$)")
_PARAMETER = re.compile(rf'({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))[ \t]*(?=,|$)')
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge. `parameters` have their names in small letters; `token68` is text like Base64
    that some schemes send in their place."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    token68: str | None = None

    @property
    def realm(self) -> str | None:
        return self.parameters.get("realm")


def challenges(values: Iterable[str]) -> list[Challenge]:
    """Every challenge of these field values, in order."""
    return [challenge for value in values for challenge in _in_one(value)]


def _in_one(value: str) -> Iterator[Challenge]:
    at = _after_gap(value, 0)
    while at < len(value):
        named = _SCHEME.match(value, at)
        if named is None:
            return
        at = named.end()
        token68 = _TOKEN68.match(value, at)
        if token68 is not None:
            yield Challenge(named[1], token68=token68[1])
            at = _after_gap(value, token68.end())
            continue
        parameters: dict[str, str] = {}
        at = _after_gap(value, at)
        while (found := _PARAMETER.match(value, at)) is not None:
            name, quoted, plain = found.groups()
            text = plain if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
            parameters.setdefault(name.lower(), text)
            at = _after_gap(value, found.end())
        yield Challenge(named[1], parameters)


def _after_gap(value: str, at: int) -> int:
    gap = _GAP.match(value, at)
    return gap.end() if gap is not None else at
