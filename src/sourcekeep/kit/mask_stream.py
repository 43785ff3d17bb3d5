"""Masks text that comes in pieces, the same as if it had come whole (`redact.py`).

No more is held back than may still turn out to be part of a secret: the length of the longest form
at the end of what came, and where that end stands in base64, the run of base64 that a mask would
widen over. Each piece costs its own length and what is held back, whatever came before.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A secret's place in a text: from where to where the mask goes, where the form itself begins,
    and whether the mask would go further if the text went on with base64."""

    start: int
    stop: int
    form: int
    grows: bool


@dataclass(frozen=True, slots=True)
class MaskRules:
    """What a redactor knows, as a stream needs it.

    `find` gives every place in a text; `longest` is the longest form in characters, and
    `run_before` the length of base64 before a place that a mask there would cover. `words` are
    secrets that are masked only where they stand alone.
    """

    find: Callable[[str], list[Found]]
    longest: int
    run_before: Callable[[str, int], int]
    words: re.Pattern[str] | None
    longest_word: int
    mask: str


class MaskStream:
    """Text in pieces through `feed`, and `end` for what is held back."""

    __slots__ = ("_forms", "_words")

    def __init__(self, rules: MaskRules) -> None:
        self._forms = _Forms(rules)
        self._words = _Words(rules)

    def feed(self, text: str) -> str:
        """What is certain by now, masked."""
        return self._words.feed(self._forms.feed(text))

    def end(self) -> str:
        """The rest. Nothing may be fed after it."""
        return self._words.feed(self._forms.end()) + self._words.end()


class ByteMaskStream:
    """The same for bytes; what is not UTF-8 stays as it is."""

    __slots__ = ("_decoder", "_masking")

    def __init__(self, masking: MaskStream) -> None:
        self._masking = masking
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def feed(self, data: bytes) -> bytes:
        """What is certain by now, masked."""
        return _encoded(self._masking.feed(self._decoder.decode(data)))

    def end(self) -> bytes:
        """The rest. Nothing may be fed after it."""
        rest = self._decoder.decode(b"", final=True)
        return _encoded(self._masking.feed(rest) + self._masking.end())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class _Forms:
    """The first step: every form of every secret, with overlapping ones under one mask.

    `_held` is the end of what came. Of it, `_done` characters are out already and stay only as the
    beginning of what may still grow; up to `_covered` they lie under a mask that is out.
    """

    __slots__ = ("_covered", "_done", "_held", "_rules")

    def __init__(self, rules: MaskRules) -> None:
        self._rules = rules
        self._held = ""
        self._done = 0
        self._covered = 0

    def feed(self, text: str) -> str:
        self._held += text
        return self._out(self._certain())

    def end(self) -> str:
        return self._out(len(self._held), last=True)

    def _certain(self) -> int:
        """Up to here no mask can begin that is not seen yet."""
        certain = max(0, len(self._held) - self._rules.longest + 1)
        certain -= self._rules.run_before(self._held, certain)
        return max(certain, self._done)

    def _out(self, certain: int, *, last: bool = False) -> str:
        held, rules = self._held, self._rules
        out: list[str] = []
        position, covered, keep = self._done, self._covered, certain
        for found in sorted(rules.find(held), key=lambda one: one.start):
            if found.grows and not last:
                keep = min(keep, found.form)
            if found.start >= certain:
                continue
            if found.start >= covered:
                out += (held[max(position, covered) : found.start], rules.mask)
                position = found.start
            covered = max(covered, found.stop)
        if covered < certain:
            out.append(held[max(position, covered) : certain])
        self._held = held[keep:]
        self._done, self._covered = certain - keep, max(0, covered - keep)
        return "".join(out)


class _Words:
    """The second step: short secrets where they stand alone, in what the first step gave.

    One character before is kept, and at the end a word and one more: what stands beside a word
    decides whether it is one.
    """

    __slots__ = ("_done", "_held", "_rules")

    def __init__(self, rules: MaskRules) -> None:
        self._rules = rules
        self._held = ""
        self._done = 0

    def feed(self, text: str) -> str:
        if self._rules.words is None:
            return text
        self._held += text
        return self._out(max(self._done, len(self._held) - self._rules.longest_word))

    def end(self) -> str:
        return self._out(len(self._held)) if self._rules.words is not None else ""

    def _out(self, certain: int) -> str:
        words = self._rules.words
        out: list[str] = []
        position = self._done
        for match in words.finditer(self._held, self._done) if words is not None else ():
            if match.start() >= certain:
                break
            out += (self._held[position : match.start()], self._rules.mask)
            position = match.end()
        certain = max(certain, position)
        out.append(self._held[position:certain])
        keep = max(0, certain - 1)
        self._held, self._done = self._held[keep:], certain - keep
        return "".join(out)
