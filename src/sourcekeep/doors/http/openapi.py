"""The OpenAPI 3.1 document: FastAPI's routes, the run routes beside it, and all components.

`python -m tools.checks.openapi` writes it to `openapi.json`, which is what the server answers with.
What a data source looks like on either side is `source_schemas.py`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sourcekeep.doors.http import diagnosis_shapes, shapes
from sourcekeep.doors.http.described import PREFIX, answers, reference, takes
from sourcekeep.doors.http.gate import PUBLIC
from sourcekeep.doors.http.identity import COOKIE
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
    shapes.AuditCheck,
    shapes.AuditItem,
    shapes.Certificates,
    diagnosis_shapes.ConnectionTest,
    diagnosis_shapes.Examination,
    diagnosis_shapes.Health,
    shapes.Constant,
    shapes.Explanation,
    shapes.InvitedUser,
    shapes.KeyRotation,
    shapes.Kinds,
    shapes.Link,
    shapes.MasterKey,
    shapes.NewTokenMade,
    shapes.Preview,
    shapes.ProblemDetails,
    shapes.Query,
    shapes.Result,
    shapes.Run,
    shapes.Secret,
    shapes.Session,
    shapes.SignedInSession,
    shapes.Token,
    shapes.User,
)
_WRITTEN: dict[str, type[BaseModel]] = {
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
    "SecretReference": shapes.SecretReference,
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


def document(api: FastAPI, source_model: type[BaseModel]) -> Schema:
    """The whole document, in a stable order."""
    made = get_openapi(
        title="Sourcekeep",
        version="1",
        summary="Keeps your REST API data sources and spends their credentials for you.",
        openapi_version="3.1.0",
        routes=api.routes,
    )
    made["paths"] |= dict(_run_paths())
    _mark_public(made["paths"])
    _write_summaries_alike(made["paths"])
    made["components"] = {
        "schemas": dict(sorted(_components(source_model).items())),
        "securitySchemes": {
            "callerToken": {"type": "http", "scheme": "bearer", "bearerFormat": "sk_…"},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        },
    }
    made["security"] = [{"callerToken": []}, {"session": []}]
    made["paths"] = dict(sorted(made["paths"].items()))
    return made


def _mark_public(paths: Schema) -> None:
    for method, path in PUBLIC:
        operation = paths.get(path, {}).get(method.lower())
        if operation is not None:
            operation["security"] = []


def _write_summaries_alike(paths: Schema) -> None:
    """FastAPI makes Titles Of Function Names, which stand beside sentences of ours."""
    for operations in paths.values():
        for operation in operations.values():
            operation["summary"] = operation["summary"].capitalize()


def _run_paths() -> Iterator[tuple[str, Schema]]:
    """The four run routes, which FastAPI does not know of."""
    for noun, one, order in (
        ("queries", "query", "RunOrder"),
        ("data-sources", "source", "UnsavedRunOrder"),
    ):
        for verb, shape in (("run", "Result"), ("preview", "Preview")):
            yield (
                f"{PREFIX}/{noun}/{{{one}}}/{verb}",
                {"post": _run_operation(one, order, verb, shape)},
            )


def _run_operation(one: str, order: str, verb: str, shape: str) -> Schema:
    saved = one == "query"
    what = "a saved query" if saved else "a query that is not saved"
    told = {
        "run": "Answers 200 whenever it was attempted, also when the upstream failed; "
        "422 when the call itself is wrong. A run whose caller goes away is cancelled.",
        "preview": "Shows the request that a run would send. Nothing is sent, secrets are masked.",
    }
    described = {str(status): answer for status, answer in answers(shape).items()}
    return {
        "tags": ["runs"],
        "summary": f"{verb.capitalize()} {what}",
        "description": told[verb],
        "operationId": f"{verb}_{'query' if saved else 'unsaved_query'}",
        "parameters": [
            {
                "name": one,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "description": "Id or name.",
            }
        ],
        **takes(order, required=not saved),
        "responses": described,
    }


def _components(source_model: type[BaseModel]) -> dict[str, Schema]:
    read = _definitions({model.__name__: model for model in _READ}, "serialization")
    written = _definitions(_WRITTEN, "validation")
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
