"""The components of the OpenAPI document: every shape that is written or read.

A data source has two shapes: one to write, where a secret is text, and one to read, where it is a
mark. Both come from the model, so that a new authentication type is in here by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sourcekeep.doors.http import (
    audit_shapes,
    caller_shapes,
    diagnosis_shapes,
    run_shapes,
    secret_shapes,
    shapes,
    source_shapes,
)
from sourcekeep.doors.http.described import reference
from sourcekeep.model.query import QuerySpec, RequestSpec
from sourcekeep.services.callers import PolicyQuestion, TokenPatch, TokenSpec
from sourcekeep.services.constants import ConstantSpec, SecretSpec
from sourcekeep.services.keys import RotationOrder
from sourcekeep.services.links import LinkAnswer, LinkToken
from sourcekeep.services.people import Credentials, PasswordChange
from sourcekeep.services.users import UserPatch, UserSpec

Schema = dict[str, Any]
_REFERENCES = "#/components/schemas/{model}"
_READ: tuple[type[BaseModel], ...] = (
    audit_shapes.AuditCheck,
    audit_shapes.AuditItem,
    source_shapes.Certificates,
    diagnosis_shapes.ConnectionTest,
    diagnosis_shapes.Examination,
    diagnosis_shapes.Health,
    secret_shapes.Constant,
    caller_shapes.Explanation,
    caller_shapes.InvitedUser,
    secret_shapes.KeyRotation,
    source_shapes.Kinds,
    caller_shapes.Link,
    secret_shapes.MasterKey,
    caller_shapes.NewTokenMade,
    run_shapes.Preview,
    shapes.ProblemDetails,
    source_shapes.Query,
    run_shapes.Result,
    run_shapes.Run,
    secret_shapes.Secret,
    caller_shapes.Session,
    caller_shapes.SignedInSession,
    caller_shapes.Token,
    caller_shapes.User,
)
WRITTEN: dict[str, type[BaseModel]] = {
    "NewQuery": QuerySpec,
    "UnsavedQuery": RequestSpec,
    "NewToken": TokenSpec,
    "TokenPatch": TokenPatch,
    "PolicyQuestion": PolicyQuestion,
    "NewUser": UserSpec,
    "UserPatch": UserPatch,
    "SignIn": Credentials,
    "LinkToken": LinkToken,
    "LinkAnswer": LinkAnswer,
    "PasswordChange": PasswordChange,
    "ConstantValue": ConstantSpec,
    "SecretValue": SecretSpec,
    "RotationOrder": RotationOrder,
    "SecretReference": secret_shapes.SecretReference,
}
_PAGES = (
    "Query",
    "Run",
    "Constant",
    "Secret",
    "MasterKey",
    "Token",
    "User",
    "SignedInSession",
)
_SECRET = {"type": "string", "format": "password", "writeOnly": True}
_SECRET_IN = {
    "description": "A secret is written as text. Its mark written back keeps it.",
    "anyOf": [_SECRET, reference("SecretMark"), reference("SecretReference")],
}
_ANY_OBJECT = {"type": "object", "additionalProperties": True}


def components(source_model: type[BaseModel]) -> dict[str, Schema]:
    read = _definitions({model.__name__: model for model in _READ}, "serialization")
    written = _definitions(WRITTEN, "validation")
    schemas = {**written, **read, **_data_source(source_model)}
    for shape in _PAGES:
        schemas[f"{shape}Page"] = _page(shape)
    schemas["ListedDataSource"] = _listed(schemas["DataSource"])
    schemas["DataSourcePage"] = _page("ListedDataSource")
    schemas["SecretValue"] = _changed(
        schemas["SecretValue"], secret=_SECRET_IN, name_of=lambda same: same
    )
    schemas["AuditPage"] = _page("AuditItem")
    schemas["QueryPatch"] = _merge_patch(schemas["NewQuery"], "NewQuery")
    schemas["NewQuery"]["required"] = ["data_source"]
    parameters = {**_ANY_OBJECT, "description": "Values of the query's parameters, by name."}
    patch = {"anyOf": [reference("DataSourcePatch"), {"type": "null"}]}
    schemas["TestOrder"] = _order({"patch": patch}, [])
    schemas["RunOrder"] = _order({"parameters": parameters}, [])
    schemas["UnsavedRunOrder"] = _order(
        {"query": reference("UnsavedQuery"), "parameters": parameters}, ["query"]
    )
    return schemas


def _definitions(models: dict[str, type[BaseModel]], mode: Any) -> dict[str, Schema]:
    """The models' schemas under these names, and those of what they hold under their own."""
    asked = [(model, mode) for model in models.values()]
    places, found = models_json_schema(asked, ref_template=_REFERENCES)
    schemas: dict[str, Schema] = dict(found["$defs"])
    for name, model in models.items():
        own = places[model, mode]["$ref"].rpartition("/")[2]
        schemas[name] = schemas.pop(own) if own != name else schemas[own]
    return schemas


def _data_source(source_model: type[BaseModel]) -> dict[str, Schema]:
    """`NewDataSource`, `DataSourcePatch` and `DataSource`, with the parts of each."""
    whole = source_model.model_json_schema(mode="validation", ref_template=_REFERENCES)
    parts: dict[str, Schema] = {**whole.pop("$defs"), "DataSource": whole}
    secretive = _secretive(parts)

    def name_in(name: str) -> str:
        return f"{name}Input" if name in secretive else name

    written = {
        name_in(name): _changed(part, secret=_SECRET_IN, name_of=name_in)
        for name, part in parts.items()
    }
    new = written.pop("DataSourceInput")
    new["required"] = ["kind"]
    mark = reference("SecretMark")
    read = {
        name: _complete(_changed(part, secret=mark, name_of=lambda same: same))
        for name, part in parts.items()
    }
    read["DataSource"] = _answered(read["DataSource"])
    return {
        **written,
        **read,
        "NewDataSource": {**new, "title": "NewDataSource"},
        "DataSourcePatch": _merge_patch(new, "NewDataSource"),
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


def _changed(schema: Any, *, secret: Schema, name_of: Callable[[str], str]) -> Any:
    """The schema with every secret replaced, and every part called by its name of this side."""
    if isinstance(schema, list):
        return [_changed(inner, secret=secret, name_of=name_of) for inner in schema]
    if not isinstance(schema, dict):
        return _renamed(schema, name_of)
    if schema.get("writeOnly") is True:
        kept = {key: schema[key] for key in ("title", "description") if key in schema}
        return {**secret, **kept}
    return {key: _changed(inner, secret=secret, name_of=name_of) for key, inner in schema.items()}


def _renamed(value: Any, name_of: Callable[[str], str]) -> Any:
    start = _REFERENCES.partition("{")[0]
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


def _listed(schema: Schema) -> Schema:
    """A data source among others has its health besides."""
    properties = {**schema["properties"], "health": reference("Health")}
    return _complete({**schema, "title": "ListedDataSource", "properties": properties})


def _merge_patch(schema: Schema, of: str) -> Schema:
    """RFC 7396: any member may be missing, and null says to go back to the default."""
    return {
        "type": "object",
        "description": f"A JSON merge patch (RFC 7396) of {of}.",
        "properties": {name: {} for name in schema["properties"]},
    }


def _order(properties: Schema, required: list[str]) -> Schema:
    order: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return {**order, "required": required} if required else order


def _page(shape: str) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": reference(shape)},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["items", "next"],
    }
