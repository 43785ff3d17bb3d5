"""What is seen of sources beside what people write: the last test, and certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "source_tests",
        sa.Column("source_id", words, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stage", words, nullable=True),
        sa.Column("code", words, nullable=True),
        sa.PrimaryKeyConstraint("source_id", name="pk_source_tests"),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["sources.id"],
            name="fk_source_tests_source_id",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "certificates",
        sa.Column("place", words, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_certificates"),
    )
    op.create_index("ix_certificates_seen_at", "certificates", ["seen_at"])
