"""A campaign may have its ideas read after they are public."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("moderation", sa.String(length=10), nullable=False, server_default="before"))


def downgrade() -> None:
    # What is online unread says so by the highest bit of its signals.
    op.execute("UPDATE ideas SET signals = signals - 64 WHERE signals >= 64")
    op.drop_column("campaigns", "moderation")
