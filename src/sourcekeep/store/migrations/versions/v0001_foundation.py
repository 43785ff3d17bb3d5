"""The foundation: sources, queries, secrets, people, callers, constants, runs and the audit chain."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _words() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _wide() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, _words(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _json(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    _configuration()
    _people()
    _history()
    _single_rows()


def _configuration() -> None:
    op.create_table(
        "sources",
        _text("id"),
        _text("name"),
        _text("name_key"),
        _text("kind"),
        sa.Column("shape_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _json("doc"),
        _text("search"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("name_key", name="uq_sources_name_key"),
    )
    op.create_table(
        "queries",
        _text("id"),
        _text("name"),
        _text("name_key"),
        _text("data_source_id"),
        sa.Column("shape_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _json("doc"),
        _text("search"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        sa.UniqueConstraint("name_key", name="uq_queries_name_key"),
        sa.ForeignKeyConstraint(
            ["data_source_id"], ["sources.id"], name="fk_queries_data_source_id"
        ),
    )
    op.create_index("ix_queries_data_source_id_name_key", "queries", ["data_source_id", "name_key"])
    op.create_table(
        "secrets",
        _text("owner_kind"),
        _text("owner_id"),
        _text("field"),
        _text("key_id"),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("owner_kind", "owner_id", "field", name="pk_secrets"),
    )
    op.create_index("ix_secrets_key_id", "secrets", ["key_id"])
    op.create_table(
        "constants",
        _text("name"),
        sa.Column("secret", sa.Boolean(), nullable=False),
        _text("value", null=True),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("name", "secret", name="pk_constants"),
    )


def _people() -> None:
    op.create_table(
        "users",
        _text("id"),
        _text("email"),
        _text("email_key"),
        _text("name"),
        _text("role"),
        _text("password_hash"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    op.create_table(
        "sessions",
        _text("hash"),
        _text("user_id"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("last_seen_at"),
        _text("user_agent"),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "links",
        _text("hash"),
        _text("kind"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", null=True),
        sa.PrimaryKeyConstraint("hash", name="pk_links"),
    )
    op.create_table(
        "tokens",
        _text("id"),
        _text("name"),
        _text("hash"),
        _text("role"),
        _json("policy"),
        _text("created_by"),
        _moment("created_at"),
        _moment("expires_at", null=True),
        _moment("last_used_at", null=True),
        _moment("revoked_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )


def _history() -> None:
    op.create_table(
        "runs",
        _text("id"),
        _text("query_id", null=True),
        _text("query_name", null=True),
        _text("source_id"),
        _text("source_name"),
        _text("actor_kind"),
        _text("actor_id"),
        _text("actor_name"),
        _text("door"),
        _text("status"),
        _moment("started_at"),
        _moment("finished_at", null=True),
        _text("method"),
        _text("url"),
        sa.Column("response_status", sa.Integer()),
        _text("error_code", null=True),
        _text("error_stage", null=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=False),
        _json("detail"),
        _text("owner", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    for column in ("query_id", "source_id"):
        op.create_index(f"ix_runs_{column}_id", "runs", [column, "id"])
    op.create_index("ix_runs_status_id", "runs", ["status", "id"], **_where("status <> 'ok'"))
    op.create_table(
        "audit",
        sa.Column("seq", _wide(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("actor_kind"),
        _text("actor_id"),
        _text("actor_name"),
        _text("door"),
        _text("action"),
        _text("target_kind", null=True),
        _text("target_id", null=True),
        _text("target_name", null=True),
        _text("outcome"),
        _text("detail"),
        _text("prev_hash"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_at_seq", "audit", ["at", "seq"])
    for column in ("actor_id", "target_id"):
        op.create_index(f"ix_audit_{column}_at_seq", "audit", [column, "at", "seq"])
    rare = _where("action NOT IN ('query.run', 'gateway.request')")
    op.create_index("ix_audit_action_at_seq", "audit", ["action", "at", "seq"], **rare)


def _single_rows() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _wide(), nullable=False),
        _text("hash"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    count = op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", _wide(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    op.bulk_insert(count, [{"id": 1, "value": 1}])
