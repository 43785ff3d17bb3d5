"""JSON text with templates in it, compiled once.

The typed text is sent byte for byte; only the templates are replaced, by what fits their place:
a template that stands alone, quoted or not, becomes a JSON value of its own type; one inside a
longer string, or in a member's name, becomes escaped text. Whether the text is JSON is settled
before any value is known, and said with line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from sourcekeep.engine.template import Scope, Slot, compile_slot, end_of_slot, value_of
from sourcekeep.engine.value_text import text_of
from sourcekeep.kit import exact_json
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem

_OPENS = re.compile(r'"|\{\{')
_STRING_STOPS = re.compile(r'["\\]|\{\{')
_ESCAPE = re.compile(r"\\([\"\\/])")
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class JsonSlot:
    """A slot and its place: a whole value, or text inside a string."""

    slot: Slot
    whole: bool


@dataclass(frozen=True, slots=True)
class JsonText:
    """Compiled JSON text. `static` is the finished bytes when nothing has to be put in."""

    pieces: tuple[str | JsonSlot, ...]
    static: bytes | None

    @property
    def secret_names(self) -> tuple[str, ...]:
        slots = (piece.slot for piece in self.pieces if isinstance(piece, JsonSlot))
        return tuple(name for slot in slots for name in slot.secret_names)

    def render(self, scope: Scope) -> bytes:
        """The JSON text with every value in its place."""
        if self.static is not None:
            return self.static
        return b"".join(_rendered(piece, scope) for piece in self.pieces)


def _rendered(piece: str | JsonSlot, scope: Scope) -> bytes:
    if isinstance(piece, str):
        return piece.encode()
    value = value_of(piece.slot, scope)
    if piece.whole:
        return exact_json.dumps(value)
    return exact_json.dumps(text_of(value))[1:-1]


def compile_json_text(text: str, params: Collection[str]) -> JsonText:
    """Cut JSON text into pieces. `Failed(invalid_body | unknown_variable | template_error)`."""
    if not text.strip():
        raise Failed(
            problem("invalid_body", "The JSON body is empty.", hint="Write JSON, or choose None.")
        )
    pieces: list[str | JsonSlot] = []
    shadow: list[str] = []  # the text with harmless values, to see whether the rest is JSON
    position = 0
    while (opening := _OPENS.search(text, position)) is not None:
        _literal(text[position : opening.start()], pieces, shadow)
        if opening.group() == '"':
            position = _string(text, opening.start(), params, pieces, shadow)
        else:
            position = end_of_slot(text, opening.start())
            source = text[opening.start() + 2 : position - 2].strip()
            pieces.append(JsonSlot(compile_slot(source, params), whole=True))
            shadow.append("0".ljust(position - opening.start()))
    _literal(text[position:], pieces, shadow)
    _check("".join(shadow), text)
    dynamic = any(isinstance(piece, JsonSlot) for piece in pieces)
    return JsonText(tuple(pieces), None if dynamic else text.encode())


def _literal(text: str, pieces: list[str | JsonSlot], shadow: list[str]) -> None:
    if text:
        pieces.append(text)
        shadow.append(text)


def _string(
    text: str,
    start: int,
    params: Collection[str],
    pieces: list[str | JsonSlot],
    shadow: list[str],
) -> int:
    """Take over one string token that opens at `start`; where it ends."""
    inner: list[str | JsonSlot] = []
    position = mark = start + 1
    while (stop := _STRING_STOPS.search(text, position)) is not None:
        if stop.group() == '"':
            break
        if stop.group() == "\\":
            position = stop.end() + 1
            continue
        if stop.start() > mark:
            inner.append(text[mark : stop.start()])
        position = mark = end_of_slot(text, stop.start(), escaped=True)
        source = _unescaped(text[stop.start() + 2 : position - 2]).strip()
        inner.append(JsonSlot(compile_slot(source, params), whole=False))
    end = len(text) if stop is None else stop.end()
    if stop is not None and stop.start() > mark:
        inner.append(text[mark : stop.start()])
    if stop is None or not any(isinstance(piece, JsonSlot) for piece in inner):
        _literal(text[start:end], pieces, shadow)
        return end
    lone = inner[0] if len(inner) == 1 else None
    if isinstance(lone, JsonSlot) and not _is_name(text, end):
        pieces.append(JsonSlot(lone.slot, whole=True))
        shadow.append("0".ljust(end - start))
    else:
        pieces.extend(('"', *inner, '"'))
        shadow.append('"' + "x" * (end - start - 2) + '"')
    return end


def _unescaped(source: str) -> str:
    """An expression as it was meant, out of a JSON string (RFC 8259 7)."""
    return _ESCAPE.sub(lambda match: match.group(1), source)


def _is_name(text: str, end: int) -> bool:
    """Whether the string that ended here is a member's name: a colon follows."""
    blank = _BLANK.match(text, end)
    return text[blank.end() if blank else end :][:1] == ":"


def _check(shadow: str, typed: str) -> None:
    try:
        exact_json.loads(shadow)
    except json.JSONDecodeError as error:
        raise Failed(_not_json(error, typed)) from None
    except (ValueError, RecursionError) as error:
        raise Failed(problem("invalid_body", f"The body is not JSON: {error}.")) from None


def _not_json(error: json.JSONDecodeError, typed: str) -> Problem:
    rest = typed[error.pos :].lstrip()
    before = typed[: error.pos].rstrip()
    what, hint = error.msg[:1].lower() + error.msg[1:], None
    if rest.startswith(("//", "/*", "#")):
        what, hint = "JSON has no comments", "Remove the comment."
    elif (before.endswith(",") and rest[:1] in ("}", "]")) or (
        rest.startswith(",") and rest[1:].lstrip()[:1] in ("}", "]")
    ):
        what, hint = "a comma stands before the closing bracket", "Remove that comma."
    elif rest.startswith("'"):
        what, hint = "text stands in single quotes", "Write double quotes."
    where = f"line {error.lineno}, column {error.colno}"
    return problem("invalid_body", f"The body is not JSON at {where}: {what}.", hint=hint)
