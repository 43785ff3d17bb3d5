"""The components of the OpenAPI document: every shape that is written or read.

What a data source looks like on either side is `source_schemas.py`'s matter.
"""

from __future__ import annotations

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
from sourcekeep.doors.http.source_schemas import (
    REFERENCES,
    SECRET_IN,
    Schema,
    data_source_schemas,
    listed,
    merge_patch,
    with_secrets_as,
)
from sourcekeep.model.query import QuerySpec, RequestSpec
from sourcekeep.services.callers import PolicyQuestion, TokenPatch, TokenSpec
from sourcekeep.services.constants import ConstantSpec, SecretSpec
from sourcekeep.services.keys import RotationOrder
from sourcekeep.services.links import LinkAnswer, LinkToken
from sourcekeep.services.people import Credentials, PasswordChange
from sourcekeep.services.users import UserPatch, UserSpec

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
_ANY_OBJECT = {"type": "object", "additionalProperties": True}


def components(source_model: type[BaseModel]) -> dict[str, Schema]:
    read = _definitions({model.__name__: model for model in _READ}, "serialization")
    written = _definitions(WRITTEN, "validation")
    schemas = {**written, **read, **data_source_schemas(source_model)}
    for shape in _PAGES:
        schemas[f"{shape}Page"] = _page(shape)
    schemas["ListedDataSource"] = listed(schemas["DataSource"])
    schemas["DataSourcePage"] = _page("ListedDataSource")
    schemas["SecretValue"] = with_secrets_as(SECRET_IN, schemas["SecretValue"])
    schemas["AuditPage"] = _page("AuditItem")
    schemas["QueryPatch"] = merge_patch(schemas["NewQuery"], "NewQuery")
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
    places, found = models_json_schema(asked, ref_template=REFERENCES)
    schemas: dict[str, Schema] = dict(found["$defs"])
    for name, model in models.items():
        own = places[model, mode]["$ref"].rpartition("/")[2]
        schemas[name] = schemas.pop(own) if own != name else schemas[own]
    return schemas


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
