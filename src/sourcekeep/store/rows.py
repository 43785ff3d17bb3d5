"""The rows of the store: frozen values, one for each noun.

All moments are aware datetimes in UTC; `doc`, `detail` and `policy` are JSON values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sourcekeep.kit.record import record
from sourcekeep.model.policy import Role

Doc = dict[str, Any]
RunStatus = Literal["running", "ok", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A data source. `doc` holds it without its secrets; `version` counts its changes from 1."""

    id: str
    name: str
    kind: str
    shape_version: int
    version: int
    doc: Doc
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A saved query against one source."""

    id: str
    name: str
    data_source_id: str
    shape_version: int
    version: int
    doc: Doc
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A sealed secret: whose it is (`owner_kind`, `owner_id`), which field, and the ciphertext."""

    owner_kind: str
    owner_id: str
    field: str
    key_id: str
    wrapped_key: bytes
    ciphertext: bytes
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person who may sign in. The e-mail address is unique without regard to case.

    Somebody invited has no password yet: `password_hash` is empty.
    """

    id: str
    email: str
    name: str
    role: Role
    password_hash: str
    created_at: datetime
    updated_at: datetime
    disabled: bool = False
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser. `hash` is the SHA-256 (hex) of the session id, which is not kept."""

    hash: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that works once. `hash` is the SHA-256 (hex) of its token; `user_id` whom it is for."""

    hash: str
    kind: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Failed sign-ins under one key (a hash), and until when the next try is not heard."""

    key: str
    count: int
    last_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A caller token. `hash` is the SHA-256 (hex) of its text, which is not kept."""

    id: str
    name: str
    hash: str
    role: Role
    policy: Doc
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConstantRow:
    """A workspace value. A secret's `value` is None: its ciphertext is a `SecretRow`, or its text
    is kept elsewhere and `reference` says where. `data_sources` are the ids of the sources that
    may use a secret; None is every one."""

    name: str
    value: str | None
    secret: bool
    updated_at: datetime
    reference: str | None = None
    data_sources: list[str] | None = None


@dataclass(frozen=True, slots=True)
class SourceTestRow:
    """The last connection test of a source as it is saved. It failed when there is a `stage`."""

    source_id: str
    at: datetime
    stage: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """Certificates that were seen at a place, leaf first: each the facts of contract 5."""

    place: str
    chain: list[Doc]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run of a source ended."""

    source_id: str
    status: RunStatus
    finished_at: datetime
    response_status: int | None
    error_code: str | None
    error_stage: str | None


@record
class RunRow:
    """One execution of a query, masked. While it goes on, `status` is `running`, no `finished_at`.

    Ids come from `kit.ids.new_id("run")`: they sort by age, and lists go by them.
    """

    id: str
    query_id: str | None
    query_name: str | None
    source_id: str
    source_name: str
    actor_kind: str
    actor_id: str
    actor_name: str
    door: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    method: str
    url: str
    response_status: int | None
    error_code: str | None
    error_stage: str | None
    size_bytes: int
    duration_ms: float
    detail: Doc


@record
class AuditLine:
    """Who did what to what, through which door, and how it ended. Names and counts, no values."""

    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    door: str
    action: str
    target_kind: str | None
    target_id: str | None
    target_name: str | None
    outcome: Literal["ok", "failed", "denied"]
    detail: Doc


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line in its place in the chain. `at` has milliseconds; hashes are SHA-256 in hex."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    door: str
    action: str
    target_kind: str | None
    target_id: str | None
    target_name: str | None
    outcome: str
    detail: Doc
    prev_hash: str
    hash: str
