"""A person's account as doors show it, and as audit lines name it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.services.answers import Doc
from sourcekeep.services.audit import Outcome, line
from sourcekeep.store.rows import AuditLine, UserRow

State = Literal["invited", "active", "disabled"]


def _address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or not text.isprintable() or " " in text:
        raise PydanticCustomError("email", "This is not an e-mail address; it looks like you@host.")
    return text


Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=320), AfterValidator(_address)
]


def state_of(row: UserRow) -> State:
    """Invited until they have set a password; disabled whatever they have."""
    if row.disabled:
        return "disabled"
    return "active" if row.password_hash else "invited"


def view(row: UserRow) -> Doc:
    """A person as doors show them."""
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "state": state_of(row),
        "disabled": row.disabled,
        "last_seen_at": None if row.last_seen_at is None else rfc3339(row.last_seen_at),
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def line_of(
    actor: Actor,
    action: str,
    row: UserRow,
    *,
    at: datetime,
    outcome: Outcome = "ok",
    detail: Doc | None = None,
) -> AuditLine:
    """What was done to a person."""
    return line(
        actor,
        action,
        at=at,
        target_kind="user",
        target=Thing(row.id, row.email),
        outcome=outcome,
        detail=detail,
    )
