"""How well things are, as shapes for the OpenAPI document: a connection test, a source's health, and
what the doctor finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from sourcekeep.doors.http.shapes import CertificateFacts, Shape


class PresentedCertificate(CertificateFacts):
    trusted: bool = Field(description="Whether the data source's trust accepted it just now.")


class TestStage(Shape):
    stage: Literal["dns", "tcp", "tls", "auth", "response"]
    ok: bool | None = Field(description="Null when the stage was not reached, or is not used.")
    ms: float | None
    code: str | None = Field(description="A code of a run's error, where the stage failed.")
    detail: str
    hint: str


class Fix(Shape):
    title: str
    patch: dict[str, Any] = Field(
        description="A JSON merge patch for the data source. None turns verification off."
    )


class ConnectionTest(Shape):
    """What came of a connection test."""

    ok: bool
    stages: list[TestStage] = Field(description="Always all five, in this order.")
    certificates: list[PresentedCertificate] = Field(
        description="What the server presented, leaf first; empty without TLS."
    )
    fixes: list[Fix]


class Health(Shape):
    """Whether a data source works, as far as its last run and its last test tell."""

    state: Literal["ok", "failing", "unknown"]
    at: datetime | None
    code: str | None = Field(description="The code of the failure.")


class ExaminedThing(Shape):
    check: str
    state: Literal["ok", "warning", "wrong"]
    detail: str
    hint: str
    source: str | None = Field(description="Name of the data source that it is about.")


class CertificateEnd(Shape):
    source: str
    role: Literal["CA", "client", "server"]
    subject: str
    sha256: str
    not_after: datetime
    days_left: int


class Examination(Shape):
    """What the doctor found. `ok` when nothing is wrong; certificates by their end."""

    ok: bool
    checks: list[ExaminedThing]
    certificates: list[CertificateEnd]
