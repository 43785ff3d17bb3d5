"""The tables as they are now. How they came to be is in `migrations/`; a test holds both equal.

`name_key` is what makes a name unique (no case), `search` what a search looks into. Lists go by
the indexed order that ends in the id, so that a page costs the same at ten million rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from sourcekeep.store.columns import Json, Moment, Words, wide_integer

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Most rows are of these sorts and are found soon without an index; the rare ones are indexed. A
# condition must stand in a query word for word, or SQLite does not see that the index serves it.
NOT_OK = "status <> 'ok'"
FREQUENT_ACTIONS = ("query.run", "gateway.request")
NOT_FREQUENT = "action NOT IN ('query.run', 'gateway.request')"


def where(condition: str) -> dict[str, Any]:
    """An index over the rows of this condition only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


sources = Table(
    "sources",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("shape_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("doc", Json, nullable=False),
    Column("search", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

queries = Table(
    "queries",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False, unique=True),
    Column("data_source_id", ForeignKey("sources.id"), nullable=False),
    Column("shape_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("doc", Json, nullable=False),
    Column("search", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "data_source_id", "name_key"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("owner_kind", Words, primary_key=True),
    Column("owner_id", Words, primary_key=True),
    Column("field", Words, primary_key=True),
    Column("key_id", Words, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "key_id"),
)

users = Table(
    "users",
    metadata,
    Column("id", Words, primary_key=True),
    Column("email", Words, nullable=False),
    Column("email_key", Words, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("password_hash", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("last_seen_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("last_seen_at", Moment, nullable=False),
    Column("user_agent", Words, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), index=True),
)

# What several processes must know of each other: failed sign-ins by the hash of who tried, what is
# left of tokens' rates, and runs that somebody asked another process to cancel.
failures = Table(
    "failures",
    metadata,
    Column("key", Words, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("until", Moment, nullable=False),
)

rates = Table(
    "rates",
    metadata,
    Column("token_id", Words, primary_key=True),
    Column("left", Double, nullable=False),
    Column("at", Moment, nullable=False),
)

cancellations = Table(
    "cancellations",
    metadata,
    Column("run_id", Words, primary_key=True),
    Column("asked_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("hash", Words, nullable=False, unique=True),
    Column("role", Words, nullable=False),
    Column("policy", Json, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
)

constants = Table(
    "constants",
    metadata,
    Column("name", Words, primary_key=True),
    Column("secret", Boolean, primary_key=True),
    Column("value", Words),
    Column("updated_at", Moment, nullable=False),
    Column("reference", Words),
    Column("data_sources", Json),
)

# How the last connection test of a source as it is saved went: `stage` and `code` when it failed.
source_tests = Table(
    "source_tests",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("stage", Words),
    Column("code", Words),
)

# Facts of certificates by the place where they were seen: a server's origin, a source's own.
certificates = Table(
    "certificates",
    metadata,
    Column("place", Words, primary_key=True),
    Column("chain", Json, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)

# No foreign keys: history outlives what it tells of. `owner` is the process that a running row
# belongs to, so that another one's start can tell what was abandoned.
runs = Table(
    "runs",
    metadata,
    Column("id", Words, primary_key=True),
    Column("query_id", Words),
    Column("query_name", Words),
    Column("source_id", Words, nullable=False),
    Column("source_name", Words, nullable=False),
    Column("actor_kind", Words, nullable=False),
    Column("actor_id", Words, nullable=False),
    Column("actor_name", Words, nullable=False),
    Column("door", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("method", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("response_status", Integer),
    Column("error_code", Words),
    Column("error_stage", Words),
    Column("size_bytes", BigInteger, nullable=False),
    Column("duration_ms", Double, nullable=False),
    Column("detail", Json, nullable=False),
    Column("owner", Words),
    Index(None, "query_id", "id"),
    Index(None, "source_id", "id"),
    Index("ix_runs_status_id", "status", "id", **where(NOT_OK)),
)

# `at` and `detail` are kept as the chain wrote them (chain.py), so that a check sees every byte.
audit = Table(
    "audit",
    metadata,
    Column("seq", wide_integer(), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor_kind", Words, nullable=False),
    Column("actor_id", Words, nullable=False),
    Column("actor_name", Words, nullable=False),
    Column("door", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("target_kind", Words),
    Column("target_id", Words),
    Column("target_name", Words),
    Column("outcome", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("prev_hash", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Index(None, "at", "seq"),
    Index(None, "actor_id", "at", "seq"),
    Index(None, "target_id", "at", "seq"),
    Index("ix_audit_action_at_seq", "action", "at", "seq", **where(NOT_FREQUENT)),
)

# One row each: the end of the audit chain (and where it begins, once old lines were cut off), and the
# count of configuration changes.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", wide_integer(), nullable=False),
    Column("hash", Words, nullable=False),
    Column("cut_seq", wide_integer(), nullable=False),
    Column("cut_hash", Words, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", wide_integer(), nullable=False),
)
