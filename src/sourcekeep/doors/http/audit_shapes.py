"""The audit as shapes for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from sourcekeep.doors.http.shapes import Actor, Shape


class AuditTarget(Shape):
    kind: str | None
    id: str | None
    name: str | None


class AuditItem(Shape):
    seq: int
    at: datetime
    actor: Actor
    door: str
    action: str
    target: AuditTarget
    outcome: Literal["ok", "failed", "denied"]
    detail: dict[str, Any]
    prev_hash: str
    hash: str


class BrokenLine(Shape):
    seq: int
    detail: str


class AuditCheck(Shape):
    """Whether the audit is as it was written; `broken` is the first line that is not."""

    ok: bool
    lines: int = Field(description="How many lines were found right.")
    broken: BrokenLine | None
