"""Which constants and secrets a source's rows and a query name, as their compiled templates say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from sourcekeep.engine.body import compile_body
from sourcekeep.engine.plan import AnyName
from sourcekeep.engine.template import Root, Slot, compile_template
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec

Names = frozenset[tuple[Root, str]]
_ROWS = ("headers", "params", "cookies")
_ANY = AnyName()


def names_in_source(doc: Mapping[str, Any]) -> Names:
    """What the rows of a source's doc name; sealed values hold no templates."""
    rows = (row for kind in _ROWS for row in doc.get(kind, ()))
    return _names(_texts(row["value"] for row in rows))


def names_in_request(request: RequestSpec) -> Names:
    """What a query names, wherever a template can stand in it."""
    rows = (row.value for kind in _ROWS for row in getattr(request, kind))
    return _names([*_texts([request.path, *rows]), lambda: compile_body(request.body, _ANY)])


def _texts(values: Iterable[Any]) -> list[Callable[[], Any]]:
    return [
        partial(compile_template, value, _ANY)
        for value in values
        if isinstance(value, str) and "{{" in value
    ]


def _names(compilations: Iterable[Callable[[], Any]]) -> Names:
    found: set[tuple[Root, str]] = set()
    for compile in compilations:
        try:
            compiled = compile()
        except Failed:  # what does not compile is never sent
            continue
        found.update(use for slot in _slots(compiled) for use in slot.uses if use[0] != "params")
    return frozenset(found)


def _slots(compiled: Any) -> Iterator[Slot]:
    """Every slot in a compiled template, however the body's type holds it."""
    if isinstance(compiled, Slot):
        yield compiled
    elif isinstance(compiled, tuple):
        for part in compiled:
            yield from _slots(part)
    elif is_dataclass(compiled):
        for field in fields(compiled):
            yield from _slots(getattr(compiled, field.name))
