"""The stored shapes and how an old one becomes the present one.

A shape is the JSON document of a source or a query. When one changes, its version goes up here, a
step from the version before is added, and the old golden file stays under `tests/golden/shapes/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from sourcekeep.store.errors import Unusable

Noun = Literal["source", "query"]
Doc = dict[str, Any]
Step = Callable[[Doc], Doc]

SHAPE_VERSIONS: Mapping[Noun, int] = MappingProxyType({"source": 3, "query": 1})


def _with_next(doc: Doc) -> Doc:
    """Source 2: an authentication that holds secrets has a place for the next ones."""
    auth = doc["auth"]
    return doc if auth["type"] == "none" else {**doc, "auth": {**auth, "next": None}}


def _with_strict(doc: Doc) -> Doc:
    """Source 3: certificates may be held to all rules of RFC 5280."""
    return {**doc, "tls": {**doc["tls"], "strict": False}}


# (noun, version) -> the step that makes version + 1 of it. Version 1 is the first.
STEPS: Mapping[tuple[Noun, int], Step] = MappingProxyType(
    {("source", 1): _with_next, ("source", 2): _with_strict}
)


def upgrade(
    noun: Noun,
    version: int,
    doc: Doc,
    *,
    steps: Mapping[tuple[Noun, int], Step] = STEPS,
    present: Mapping[Noun, int] = SHAPE_VERSIONS,
) -> Doc:
    """The document in the present shape. Raises Unusable for one that a newer program wrote."""
    if version > present[noun]:
        raise Unusable(
            f"A {noun} is stored in shape {version}, newer than this program knows "
            f"({present[noun]}). Start the newer Sourcekeep that wrote it."
        )
    while version < present[noun]:
        doc = steps[noun, version](doc)
        version += 1
    return doc
