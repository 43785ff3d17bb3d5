"""Secrets of the workspace: which sources may use one, and where one is that is kept elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("constants", sa.Column("reference", words))
    op.add_column("constants", sa.Column("data_sources", sa.Text()))
