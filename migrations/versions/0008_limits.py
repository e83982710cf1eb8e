"""What is counted to bound how often a thing is done, and what a sign-in was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "hits",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_hits")),
    )
    op.create_index(op.f("ix_hits_ends_at"), "hits", ["ends_at"])
    for name in ("draft_hash", "source_hash"):
        # A link that is under way when the version changes signs in, and asks for its idea to be sent again.
        op.add_column("sign_ins", sa.Column(name, sa.String(length=64), nullable=False, server_default=""))
    with op.batch_alter_table("sign_ins") as sign_ins:
        for name in ("draft_hash", "source_hash"):
            sign_ins.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sign_ins") as sign_ins:
        for name in ("draft_hash", "source_hash"):
            sign_ins.drop_column(name)
    op.drop_table("hits")
