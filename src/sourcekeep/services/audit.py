"""One audit line: who did what to what, through which door, and how it ended. Names, no values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sourcekeep.model.policy import Actor, Thing
from sourcekeep.store.rows import AuditLine

Outcome = Literal["ok", "failed", "denied"]


def line(
    actor: Actor,
    action: str,
    *,
    at: datetime,
    target_kind: str | None = None,
    target: Thing | None = None,
    outcome: Outcome = "ok",
    detail: Mapping[str, Any] | None = None,
) -> AuditLine:
    """The line for the store. `detail` holds names, ids, status and counts."""
    return AuditLine(
        at,
        actor.kind,
        actor.id,
        actor.name,
        actor.door,
        action,
        target_kind,
        target.id if target else None,
        target.name if target else None,
        outcome,
        dict(detail or {}),
    )
