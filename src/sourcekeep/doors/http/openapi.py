"""The OpenAPI 3.1 document: FastAPI's routes, the run routes beside it, and all components.

`python -m tools.checks.openapi` writes it to `openapi.json`, which is what the server answers with.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from sourcekeep.doors.http.components import components
from sourcekeep.doors.http.described import PREFIX, answers, takes
from sourcekeep.doors.http.gate import PUBLIC
from sourcekeep.doors.http.identity import COOKIE
from sourcekeep.doors.http.source_schemas import Schema


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
        "schemas": dict(sorted(components(source_model).items())),
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
