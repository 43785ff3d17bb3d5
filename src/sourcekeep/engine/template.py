"""Templates: `{{ params.x }}`, `{{ constants.x }}`, `{{ secrets.x }}`, and small expressions.

A text is compiled once into typed pieces. A plain variable is looked up directly; anything more is
an expression (`expression.py`), evaluated with bounds. A value is put in once and never looked at
for templates again. What a piece is encoded as is the business of the place it stands in
(`rows.py`, `body.py`, `json_text.py`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sourcekeep.engine.expression import UnknownName, Unusable, evaluate, names_in
from sourcekeep.engine.value_text import text_of
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem

Root = Literal["params", "constants", "secrets"]
ROOTS: tuple[Root, ...] = ("params", "constants", "secrets")
# Characters of values in one request: a call may name a value of some MB, and a query a thousand times.
MOST_PUT_IN = 64 * 1024 * 1024
_SMALL = 32  # characters of a number of everyday size, with room
_PLAIN = re.compile(r"(params|constants|secrets)\.([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Slot:
    """One `{{ … }}`. A plain variable has a `root`; an expression lists what it `uses`."""

    source: str
    root: Root | None
    name: str
    uses: tuple[tuple[Root, str], ...]

    @property
    def secret_names(self) -> tuple[str, ...]:
        return tuple(name for root, name in self.uses if root == "secrets")


Piece = str | Slot


@dataclass(slots=True)
class Scope:
    """What the templates of one request may name, and how much of it they may still put in.

    A lazy mapping is looked up only for the names that are used.
    """

    params: Mapping[str, Any]
    constants: Mapping[str, str]
    secrets: Mapping[str, str]
    # What expressions made of secrets: it is secret too, though no store knows it.
    derived: list[str] = field(default_factory=list)
    left: int = MOST_PUT_IN

    def of(self, root: Root) -> Mapping[str, Any]:
        if root == "params":
            return self.params
        return self.constants if root == "constants" else self.secrets


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text: typed pieces and slots in order, without empty pieces."""

    pieces: tuple[Piece, ...]

    @property
    def static(self) -> str | None:
        """The text itself, when it has no slot."""
        if not self.pieces:
            return ""
        only = self.pieces[0]
        return only if len(self.pieces) == 1 and isinstance(only, str) else None

    @property
    def whole(self) -> Slot | None:
        """The slot that is all of the text, when there is just that."""
        only = self.pieces[0] if len(self.pieces) == 1 else None
        return only if isinstance(only, Slot) else None

    @property
    def secret_names(self) -> tuple[str, ...]:
        return tuple(
            n for piece in self.pieces if isinstance(piece, Slot) for n in piece.secret_names
        )

    def text(self, scope: Scope, encode: Callable[[str], str] | None = None) -> str:
        """The text with every value in its place, each through `encode`."""
        return join(self.pieces, scope, encode)


def join(pieces: Iterable[Piece], scope: Scope, encode: Callable[[str], str] | None = None) -> str:
    """Pieces put together: typed text as it is, values as text through `encode`."""
    out = []
    for piece in pieces:
        if isinstance(piece, str):
            out.append(piece)
        else:
            value = text_of(value_of(piece, scope))
            out.append(value if encode is None else encode(value))
    return "".join(out)


# -- values ----------------------------------------------------------------------------------------


def value_of(slot: Slot, scope: Scope) -> Any:
    """The slot's value with its own type, counted as put in once more.

    `Failed(unknown_variable | template_error)`.
    """
    if slot.root is None:
        value = _evaluate(slot, scope)
    else:
        try:
            value = scope.of(slot.root)[slot.name]
        except KeyError:
            raise Failed(_unknown(slot.root, slot.name, scope.of(slot.root))) from None
    scope.left -= _length(value)
    if scope.left < 0:
        raise Failed(_too_much(slot.source))
    return value


def _length(value: Any) -> int:
    """How many characters it puts in, before they are encoded; of a small number, no fewer."""
    if isinstance(value, str):
        return len(value)
    if value is None or isinstance(value, (bool, float)):
        return _SMALL
    if isinstance(value, int):
        return _SMALL + value.bit_length() // 3
    return len(text_of(value))


def _too_much(source: str) -> Problem:
    return problem(
        "template_error",
        f"The values that templates put into the request come to more than {MOST_PUT_IN >> 20} MiB,"
        f" at {{{{ {source[:80]} }}}}.",
        hint="Put a long value in less often, or send a shorter one.",
    )


def _evaluate(slot: Slot, scope: Scope) -> Any:
    context: dict[str, dict[str, Any]] = {}
    for root, name in slot.uses:
        known = scope.of(root)
        try:
            context.setdefault(root, {})[name] = known[name]
        except KeyError:
            raise Failed(_unknown(root, name, known)) from None
    try:
        value = evaluate(slot.source, context)
    except Unusable as error:
        # A message can quote values: with a secret among them, only the place is told.
        why = "it could not be evaluated" if slot.secret_names else str(error)
        raise Failed(_broken(slot.source, why)) from None
    if slot.secret_names:
        scope.derived.append(text_of(value))
    return value


def _broken(source: str, why: str) -> Problem:
    return problem("template_error", f"The template {{{{ {source} }}}} failed: {why}.")


def _unknown(root: str, name: str, known: Collection[str]) -> Problem:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    tail = ""
    if near:
        tail = " Did you mean " + " or ".join(f"{root}.{other}" for other in near) + "?"
    elif names and root == "params":
        tail = " Known: " + ", ".join(f"{root}.{other}" for other in sorted(names)[:8]) + "."
    where = {
        "params": "Declare it in the query's Parameters, or correct its name.",
        "constants": "Add the constant, or correct its name.",
        "secrets": "Add the secret, or correct its name.",
    }[root]
    return problem("unknown_variable", f"{root}.{name} is not known.{tail}", hint=where)


# -- compiling -------------------------------------------------------------------------------------


def compile_template(text: str, params: Collection[str]) -> Template:
    """Cut a text into pieces. `params` are the declared parameters; naming another one fails."""
    if "{{" not in text:
        return Template((text,) if text else ())
    pieces: list[Piece] = []
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            pieces.append(text[position:start])
        end = end_of_slot(text, start)
        pieces.append(compile_slot(text[start + 2 : end - 2].strip(), params))
        position = end
    if position < len(text):
        pieces.append(text[position:])
    return Template(tuple(pieces))


def end_of_slot(text: str, start: int, *, escaped: bool = False) -> int:
    """Where the slot that opens at `start` ends; quotes inside the expression hide a `}}`.

    `escaped` says that the slot stands in a JSON string, where a quote may be written `\\"`.
    """
    quote = ""
    position = start + 2
    while position < len(text):
        mark = text[position]
        if escaped and text.startswith('\\"', position):
            mark = '"'
            position += 1
        elif quote and mark == "\\":
            position += 3 if escaped and text.startswith("\\\\\\", position) else 1
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif text.startswith("}}", position):
            return position + 2
        position += 1
    raise Failed(
        problem(
            "template_error",
            f"A template is not closed: {text[start : start + 40]!r}.",
            hint="Close it with }}, or write {{ '{{' }} for two braces that are meant.",
        )
    )


def compile_slot(source: str, params: Collection[str]) -> Slot:
    """One expression, checked for syntax and for names that can't be known."""
    plain = _PLAIN.fullmatch(source)
    if plain is not None:
        root = _root(plain.group(1))
        slot = Slot(source, root, plain.group(2), ((root, plain.group(2)),))
    else:
        slot = Slot(source, None, "", _used(source))
    for root, name in slot.uses:
        if root == "params" and name not in params:
            raise Failed(_unknown("params", name, params))
    return slot


def _root(text: str) -> Root:
    return next(root for root in ROOTS if root == text)


def _used(source: str) -> tuple[tuple[Root, str], ...]:
    """The variables that an expression names; anything that is not a known root is refused."""
    try:
        found = names_in(source)
    except UnknownName as unknown:
        raise Failed(_no_root(unknown.name)) from None
    except Unusable as error:
        raise Failed(_broken(source, str(error))) from None
    return tuple((_root(root), name) for root, name in found)


def _no_root(name: str) -> Problem:
    return problem(
        "unknown_variable",
        f"{name} is not known. Variables are params.…, constants.… and secrets.….",
        hint=f"Write params.{name} for a parameter of the query, or constants.{name}.",
    )
