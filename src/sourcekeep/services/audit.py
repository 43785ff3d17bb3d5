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
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        door=actor.door,
        action=action,
        target_kind=target_kind,
        target_id=target.id if target else None,
        target_name=target.name if target else None,
        outcome=outcome,
        detail=dict(detail or {}),
    )
