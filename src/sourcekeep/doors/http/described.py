"""What a route takes and gives, in words of the OpenAPI document: names of its components.

The components themselves are put in by `openapi`, which alone needs the kinds of data source.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

PREFIX = "/api/v1"


_REFUSED = {
    "description": "Refused, in the words of RFC 9457.",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    },
}


def reference(shape: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape}"}


def answers(shape: str | None, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The good answer of a route, and the one shape of every other answer."""
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if shape is not None:
        described["content"] = {"application/json": {"schema": reference(shape)}}
    return {status: described, "default": _REFUSED}


def describe_lines(shape: str) -> dict[int | str, dict[str, Any]]:
    """The same for an answer of many documents, one on each line (NDJSON)."""
    described = {
        "description": f"{shape} documents, one on each line.",
        "content": {"application/x-ndjson": {"schema": reference(shape)}},
    }
    return {200: described, "default": _REFUSED}


def takes(shape: str, *, merge_patch: bool = False, required: bool = True) -> dict[str, Any]:
    """The JSON body of a route."""
    types = (
        ["application/json", "application/merge-patch+json"]
        if merge_patch
        else ["application/json"]
    )
    content = {media_type: {"schema": reference(shape)} for media_type in types}
    return {"requestBody": {"required": required, "content": content}}
