"""Rows to store, each as small as it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sourcekeep.kit.ids import new_id
from sourcekeep.store import (
    SHAPE_VERSIONS,
    AuditLine,
    QueryRow,
    RunRow,
    SecretRow,
    SessionRow,
    SourceRow,
    TokenRow,
    UserRow,
)

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


def source(name: str, **other: Any) -> SourceRow:
    row = SourceRow(
        id=new_id("src"),
        name=name,
        kind="restapi",
        shape_version=SHAPE_VERSIONS["source"],
        version=1,
        doc={"description": "", "base_url": "https://api.example.com/v1/"},
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(row, **other)


def query(name: str, of: SourceRow, **other: Any) -> QueryRow:
    row = QueryRow(
        id=new_id("qry"),
        name=name,
        data_source_id=of.id,
        shape_version=SHAPE_VERSIONS["query"],
        version=1,
        doc={"method": "GET", "path": "/users"},
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(row, **other)


def secret(of: SourceRow, field: str = "auth/token", **other: Any) -> SecretRow:
    row = SecretRow(
        owner_kind="source",
        owner_id=of.id,
        field=field,
        key_id="0011223344556677",
        wrapped_key=b"\x00wrapped\xff",
        ciphertext=b"\x00cipher\xff",
        updated_at=NOON,
    )
    return replace(row, **other)


def user(email: str, **other: Any) -> UserRow:
    row = UserRow(
        id=new_id("usr"),
        email=email,
        name="Ada",
        role="admin",
        password_hash="$argon2id$…",
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(row, **other)


def session(of: UserRow, **other: Any) -> SessionRow:
    row = SessionRow(
        hash=new_id("hash"),
        user_id=of.id,
        created_at=NOON,
        expires_at=NOON.replace(hour=20),
        last_seen_at=NOON,
        user_agent="Firefox",
    )
    return replace(row, **other)


def token(name: str, **other: Any) -> TokenRow:
    row = TokenRow(
        id=new_id("tok"),
        name=name,
        hash=new_id("hash"),
        role="runner",
        policy={"doors": ["api"]},
        created_by="usr_1",
        created_at=NOON,
    )
    return replace(row, **other)


def run(**other: Any) -> RunRow:
    row = RunRow(
        id=new_id("run"),
        query_id="qry_1",
        query_name="restapi1",
        source_id="src_1",
        source_name="restapi",
        actor_kind="user",
        actor_id="usr_1",
        actor_name="Ada",
        door="web",
        status="ok",
        started_at=NOON,
        finished_at=NOON,
        method="GET",
        url="https://api.example.com/v1/users",
        response_status=200,
        error_code=None,
        error_stage=None,
        size_bytes=123,
        duration_ms=4.5,
        detail={"headers": [["Authorization", "••••••"]]},
    )
    return replace(row, **other)


def line(action: str = "query.run", **other: Any) -> AuditLine:
    row = AuditLine(
        at=NOON,
        actor_kind="user",
        actor_id="usr_1",
        actor_name="Ada",
        door="web",
        action=action,
        target_kind="query",
        target_id="qry_1",
        target_name="restapi1",
        outcome="ok",
        detail={"status": 200, "bytes": 123},
    )
    return replace(row, **other)
