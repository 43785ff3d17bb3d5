"""Rows of headers, params and cookies: compiled once, merged by name, turned into entries.

`plan.py` says the rules; this file keeps them for each kind of row. A row without a template is a
finished entry from the start, so that a plan only has to do what depends on values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcekeep.engine import headers as rules
from sourcekeep.engine.percent import as_typed_field, as_value
from sourcekeep.engine.template import (
    Piece,
    Scope,
    Template,
    compile_template,
    join,
    value_of,
)
from sourcekeep.engine.value_text import text_of
from sourcekeep.kit.record import record
from sourcekeep.model.auth import Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.entry import Scalar
from sourcekeep.model.problem import Failed, Problem

Layer = Literal["query", "source", "auth", "engine"]


@record
class Entry:
    """One header, param or cookie that will be sent, and whom it replaced.

    `encoded` is a param as it stands in the URL; `line` is a header as bytes, where it was known
    beforehand. A sealed header has no value but a `secret_key`.
    """

    name: str
    value: str | None
    from_: Layer
    overrides: tuple[Layer, ...] = ()
    secret_key: str | None = None
    encoded: str = ""
    line: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as a person typed it, from either layer. `value` None takes away."""

    name: str
    value: Scalar | None
    from_: Layer
    pointer: str
    locked: bool = False
    secret_key: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A compiled row. `entry` is finished when nothing has to be put in, else a blank form."""

    place: Place
    entry: Entry
    pieces: tuple[Piece, ...]
    encoded: tuple[Piece, ...]
    pointer: str
    dynamic: bool

    def render(self, scope: Scope) -> Entry | None:
        """The entry with its values; None when the row is one template whose value is null."""
        if not self.dynamic:
            return self.entry
        try:
            return self._rendered(scope)
        except Failed as failed:
            raise Failed(failed.problem.at(self.pointer)) from None

    def _rendered(self, scope: Scope) -> Entry | None:
        lone = self.pieces[0] if len(self.pieces) == 1 else ""
        if isinstance(lone, str):
            value = join(self.pieces, scope, rules.as_cookie_value if self._cookie else None)
        else:
            found = value_of(lone, scope)
            if found is None:
                return None
            text = text_of(found)
            value = rules.as_cookie_value(text) if self._cookie else text
        form = self.entry
        encoded = ""
        if self.place == "query":
            encoded = form.encoded + join(self.encoded, scope, as_value)
        elif self.place == "header":
            rules.refuse(rules.value_problem(form.name, value))
        return Entry(form.name, value, form.from_, form.overrides, None, encoded)

    @property
    def _cookie(self) -> bool:
        return self.place == "cookie"


def render_all(rows: Sequence[Row], scope: Scope) -> tuple[Entry, ...]:
    """All rows with their values, without those that turned out null."""
    if not rows:
        return ()
    return tuple([entry for row in rows if (entry := row.render(scope)) is not None])


def finished(rows: Sequence[Row]) -> tuple[Entry, ...] | None:
    """The entries of rows that no value changes; None when one has to be rendered."""
    return None if any(row.dynamic for row in rows) else tuple(row.entry for row in rows)


def fold(place: Place, name: str) -> str:
    """The name under which rows compete: header names have no case (RFC 9110 5.1)."""
    return name.lower() if place == "header" else name


@dataclass(frozen=True, slots=True)
class Merged:
    """What remains of two layers: the rows to send and the names that somebody took away."""

    rows: tuple[Row, ...]
    removed: frozenset[str]


def merge(
    place: Place,
    source: Sequence[Typed],
    query: Sequence[Typed],
    params: Collection[str],
    report: Callable[[Problem], None],
) -> Merged:
    """Query over source by name. Everything wrong goes to `report`, so that all is told at once."""
    theirs = {
        fold(place, row.name): row for row in source if row.value is not None or row.secret_key
    }
    locked = {fold(place, row.name) for row in source if row.locked}
    replacing = {fold(place, row.name) for row in query}
    rows: list[Row] = []
    for row in (*(r for r in source if fold(place, r.name) not in replacing), *query):
        name = fold(place, row.name)
        if row.from_ == "query" and name in locked:
            report(_locked(row))
            continue
        compiled = _compile(place, row, params, report)
        if compiled is not None:
            if row.from_ == "query" and name in theirs:
                compiled = replace(compiled, entry=replace(compiled.entry, overrides=("source",)))
            rows.append(compiled)
    removed = {
        fold(place, r.name) for r in (*source, *query) if r.value is None and not r.secret_key
    }
    return Merged(tuple(rows), frozenset(removed))


def _locked(row: Typed) -> Problem:
    detail = f"The data source locks the header {row.name}; the query can't change it."
    return problem("header_locked", detail).at(f"{row.pointer}/name")


def _compile(
    place: Place, row: Typed, params: Collection[str], report: Callable[[Problem], None]
) -> Row | None:
    """One row, checked; None when it is null or wrong (then it was reported)."""
    wrong = _name_problem(place, row.name)
    if wrong is not None:
        report(wrong.at(f"{row.pointer}/name"))
        return None
    if row.secret_key is not None:
        return _sealed(place, row)
    if row.value is None:
        return None
    pointer = f"{row.pointer}/value"
    try:
        template = compile_template(text_of(row.value), params)
        _check_typed(place, row.name, template)
    except Failed as failed:
        report(failed.problem.at(pointer))
        return None
    return _row(place, row, template, pointer)


def _row(place: Place, row: Typed, template: Template, pointer: str) -> Row:
    static = template.static
    encoded: tuple[Piece, ...] = ()
    prefix = ""
    if place == "query":
        prefix = f"{as_typed_field(row.name)}="
        encoded = tuple(
            as_typed_field(piece) if isinstance(piece, str) else piece for piece in template.pieces
        )
        if static is not None:
            prefix += as_typed_field(static)
    line = (row.name.encode(), static.encode()) if place == "header" and static else None
    entry = Entry(row.name, static, row.from_, encoded=prefix, line=line)
    return Row(place, entry, template.pieces, encoded, pointer, dynamic=static is None)


def _sealed(place: Place, row: Typed) -> Row:
    entry = Entry(row.name, None, row.from_, secret_key=row.secret_key)
    return Row(place, entry, (), (), row.pointer, dynamic=False)


def _name_problem(place: Place, name: str) -> Problem | None:
    if place == "header":
        return rules.name_problem(name)
    if place == "cookie":
        return rules.cookie_name_problem(name)
    if not name.strip():
        return problem("invalid_url", "A param has no name.", hint="Name it, or remove the row.")
    if "{{" in name:
        detail = f"The param name {name!r} holds a template."
        return problem("template_error", detail, hint="Put the template into the value.")
    return None


def _check_typed(place: Place, name: str, template: Template) -> None:
    """The typed parts of a value, whatever the templates will bring."""
    for piece in template.pieces:
        if isinstance(piece, str):
            if place == "header":
                rules.refuse(rules.value_problem(name, piece))
            elif place == "cookie":
                rules.refuse(rules.cookie_value_problem(name, piece))


def names(place: Place, rows: Iterable[Row]) -> frozenset[str]:
    """The names under which these rows stand."""
    return frozenset(fold(place, row.entry.name) for row in rows)
