"""Which fields of a source are secret, as its kind's JSON Schema says (`writeOnly`)."""

from collections.abc import Iterator
from typing import Any


def write_only_fields(kinds: dict[str, Any]) -> frozenset[str]:
    """The dotted names of all secret fields of all kinds, e.g. `auth.token`."""
    return frozenset(
        name
        for item in kinds["items"]
        for name in _found(item["schema"], item["schema"].get("$defs", {}), ())
    )


def _found(
    schema: dict[str, Any], definitions: dict[str, Any], way: tuple[str, ...]
) -> Iterator[str]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if schema.get("writeOnly"):
        yield ".".join(way)
    for key in ("oneOf", "anyOf"):
        for member in schema.get(key, ()):
            yield from _found(member, definitions, way)
    for name, member in schema.get("properties", {}).items():
        yield from _found(member, definitions, (*way, name))
