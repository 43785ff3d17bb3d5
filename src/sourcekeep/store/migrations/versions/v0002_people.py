"""People by link, when they were last seen, what processes share, and where the audit begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _words() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _wide() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.add_column("users", sa.Column("last_seen_at", sa.BigInteger()))
    with op.batch_alter_table("links") as links:
        links.add_column(sa.Column("user_id", _words()))
        links.create_foreign_key(
            "fk_links_user_id", "users", ["user_id"], ["id"], ondelete="CASCADE"
        )
        links.create_index("ix_links_user_id", ["user_id"])
    _shared()
    op.add_column("audit_head", sa.Column("cut_seq", _wide(), nullable=False, server_default="0"))
    op.add_column(
        "audit_head", sa.Column("cut_hash", _words(), nullable=False, server_default="0" * 64)
    )


def _shared() -> None:
    op.create_table(
        "failures",
        sa.Column("key", _words(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _moment("last_at"),
        _moment("until"),
        sa.PrimaryKeyConstraint("key", name="pk_failures"),
    )
    op.create_index("ix_failures_last_at", "failures", ["last_at"])
    op.create_table(
        "rates",
        sa.Column("token_id", _words(), nullable=False),
        sa.Column("left", sa.Double(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("token_id", name="pk_rates"),
    )
    op.create_table(
        "cancellations",
        sa.Column("run_id", _words(), nullable=False),
        _moment("asked_at"),
        sa.PrimaryKeyConstraint("run_id", name="pk_cancellations"),
    )
