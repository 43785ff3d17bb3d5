"""A data source in the OpenAPI document: one shape to write, where a secret is text, and one to read,
where it is a mark. Both come from the model, so that a new authentication type is in there by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from sourcekeep.doors.http.described import reference

Schema = dict[str, Any]
REFERENCES = "#/components/schemas/{model}"
_SECRET = {"type": "string", "format": "password", "writeOnly": True}
SECRET_IN = {
    "description": "A secret is written as text. Its mark written back keeps it.",
    "anyOf": [_SECRET, reference("SecretMark"), reference("SecretReference")],
}


def data_source_schemas(source_model: type[BaseModel]) -> dict[str, Schema]:
    """`NewDataSource`, `DataSourcePatch` and `DataSource`, with the parts of each."""
    whole = source_model.model_json_schema(mode="validation", ref_template=REFERENCES)
    parts: dict[str, Schema] = {**whole.pop("$defs"), "DataSource": whole}
    secretive = _secretive(parts)

    def name_in(name: str) -> str:
        return f"{name}Input" if name in secretive else name

    written = {
        name_in(name): with_secrets_as(SECRET_IN, part, name_of=name_in)
        for name, part in parts.items()
    }
    new = written.pop("DataSourceInput")
    new["required"] = ["kind"]
    mark = reference("SecretMark")
    read = {name: _complete(with_secrets_as(mark, part)) for name, part in parts.items()}
    read["DataSource"] = _answered(read["DataSource"])
    return {
        **written,
        **read,
        "NewDataSource": {**new, "title": "NewDataSource"},
        "DataSourcePatch": merge_patch(new, "NewDataSource"),
    }


def _secretive(parts: dict[str, Schema]) -> set[str]:
    """The parts that hold a secret, by themselves or in a part of theirs."""
    found: set[str] = set()
    while True:
        more = {
            name
            for name, part in parts.items()
            if any(
                node.get("writeOnly") is True or str(node.get("$ref")).rpartition("/")[2] in found
                for node in _nodes(part)
            )
        }
        if more == found:
            return found
        found = more


def _nodes(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from _nodes(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _nodes(inner)


def with_secrets_as(
    secret: Schema, schema: Any, *, name_of: Callable[[str], str] = lambda same: same
) -> Any:
    """The schema with every secret replaced, and every part called by its name of this side."""
    if isinstance(schema, list):
        return [with_secrets_as(secret, inner, name_of=name_of) for inner in schema]
    if not isinstance(schema, dict):
        return _renamed(schema, name_of)
    if schema.get("writeOnly") is True:
        kept = {key: schema[key] for key in ("title", "description") if key in schema}
        return {**secret, **kept}
    return {key: with_secrets_as(secret, inner, name_of=name_of) for key, inner in schema.items()}


def _renamed(value: Any, name_of: Callable[[str], str]) -> Any:
    start = REFERENCES.partition("{")[0]
    if isinstance(value, str) and value.startswith(start):
        return start + name_of(value[len(start) :])
    return value


def _complete(schema: Schema) -> Schema:
    """What is read back has every member."""
    if "properties" in schema:
        schema["required"] = list(schema["properties"])
    return schema


def _answered(schema: Schema) -> Schema:
    moment = {"type": "string", "format": "date-time"}
    schema["properties"] = {
        "id": {"type": "string"},
        **schema["properties"],
        "certificates": reference("Certificates"),
        "warnings": {"type": "array", "items": reference("Warning")},
        "created_at": moment,
        "updated_at": moment,
    }
    return _complete(schema)


def listed(schema: Schema) -> Schema:
    """A data source among others has its health besides."""
    properties = {**schema["properties"], "health": reference("Health")}
    return _complete({**schema, "title": "ListedDataSource", "properties": properties})


def merge_patch(schema: Schema, of: str) -> Schema:
    """RFC 7396: any member may be missing, and null says to go back to the default."""
    return {
        "type": "object",
        "description": f"A JSON merge patch (RFC 7396) of {of}.",
        "properties": {name: {} for name in schema["properties"]},
    }
