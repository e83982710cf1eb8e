"""What a campaign says in other languages and in plain words, its rules and help, and when it stops taking ideas."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("texts", sa.JSON(), nullable=False, server_default="{}"))
        campaigns.add_column(sa.Column("ideas_close_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.alter_column("texts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_column("ideas_close_at")
        campaigns.drop_column("texts")
