"""What the API answers, as shapes for the OpenAPI document: what the others (`…_shapes.py`) are made
of, and a refusal. Services make the documents themselves; `tests/contract/http` holds that real answers
fit these shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcekeep.model.problem import Stage


class Shape(BaseModel):
    """Every member is always there, and no other."""

    model_config = ConfigDict(extra="forbid")


class ProblemError(Shape):
    pointer: str = Field(description="JSON Pointer (RFC 6901) into the body that was sent.")
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. `code` is stable; `errors` is there when the input is not valid."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError] | None = None
    names: list[str] | None = Field(default=None, description="Of what is in the way, with 409.")
    stage: Stage | None = None
    hint: str | None = None
    id: str | None = Field(default=None, description="Under which the server's log has a fault.")


class Warning(Shape):
    code: str
    detail: str


class CertificateFacts(BaseModel):
    subject: str
    issuer: str
    san: list[str]
    not_before: datetime
    not_after: datetime
    sha256: str
    self_signed: bool
    is_ca: bool


class Named(Shape):
    id: str
    name: str


class Actor(Shape):
    kind: Literal["user", "token", "system"]
    id: str
    name: str
