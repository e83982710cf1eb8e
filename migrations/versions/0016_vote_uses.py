"""A supporter may say in a line what they would do with the data."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

STATES = "state IN ('waiting', 'published', 'refused')"


def upgrade() -> None:
    op.create_table(
        "vote_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_vote_uses_state_known")),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_vote_uses_vote_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_uses")),
        sa.UniqueConstraint("vote_id", name=op.f("uq_vote_uses_vote_id")),
    )
    op.create_index(op.f("ix_vote_uses_waiting"), "vote_uses", ["state", "written_at"])


def downgrade() -> None:
    op.drop_table("vote_uses")
