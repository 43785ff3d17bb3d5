"""What a run returns, what it would send, and its place in the history, as shapes for the OpenAPI
document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcekeep.doors.http.shapes import Actor, CertificateFacts, Named, Shape, Warning
from sourcekeep.model.problem import Stage


class ResultError(Shape):
    code: str
    stage: Stage
    title: str
    detail: str
    hint: str
    retryable: bool
    certificates: list[CertificateFacts] = Field(
        description="What the server presented, leaf first, where TLS failed; else empty."
    )


class ResultRequest(Shape):
    method: str
    url: str = Field(description="With secrets masked.")
    headers: list[tuple[str, str]] = Field(description="With secrets masked.")


class ResultResponse(Shape):
    status: int
    reason: str
    http_version: str
    headers: list[tuple[str, str]]
    content_type: str | None
    size_bytes: int
    truncated: bool


class Timings(Shape):
    queue: float
    dns: float
    connect: float
    tls: float
    send: float
    wait: float
    read: float
    total: float


class Attempt(Shape):
    status: int | None
    error: str | None
    waited_ms: float
    duration_ms: float


class Result(Shape):
    """What a run returns, whether it went well or not."""

    run: str
    status: Literal["ok", "failed", "cancelled"]
    data: Any = Field(description="Parsed JSON, text, or null; see `data_encoding`.")
    data_encoding: Literal["json", "text", "base64"] | None
    error: ResultError | None
    request: ResultRequest
    response: ResultResponse | None
    timings_ms: Timings
    attempts: list[Attempt]
    warnings: list[Warning]


class PreviewEntry(Shape):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str
    value: str
    from_: Literal["query", "source", "auth", "engine"] = Field(alias="from")
    overrides: list[str]


class PreviewBody(Shape):
    content_type: str | None
    size_bytes: int
    text: str | None


class Preview(BaseModel):
    """The request that a run would send. Nothing was sent; secrets are masked."""

    method: str
    url: str
    headers: list[PreviewEntry]
    params: list[PreviewEntry]
    cookies: list[PreviewEntry]
    body: PreviewBody | None
    curl: str


class Run(Shape):
    """One run as the history keeps it: everything but the data."""

    id: str
    status: Literal["running", "ok", "failed", "cancelled"]
    query: Named | None = Field(description="Null for a query that was not saved.")
    data_source: Named
    actor: Actor
    door: str
    started_at: datetime
    finished_at: datetime | None
    duration_ms: float
    size_bytes: int | None
    request: ResultRequest
    response: ResultResponse | None
    error: ResultError | None
    timings_ms: Timings | None
    attempts: list[Attempt]
    warnings: list[Warning]
