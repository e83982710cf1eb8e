"""Owners choose when ideas are reviewed, and how wide subjects are."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    for name, usual in (("moderation", "before"), ("grain", "usual")):
        op.add_column("campaigns", sa.Column(name, sa.String(length=10), nullable=False, server_default=usual))


def downgrade() -> None:
    # What is online unread says so by the highest bit of its signals.
    op.execute("UPDATE ideas SET signals = signals - 64 WHERE signals >= 64")
    op.drop_column("campaigns", "grain")
    op.drop_column("campaigns", "moderation")
