"""Proofs of work that were accepted, so that each serves once."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "spent_proofs",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_spent_proofs")),
    )
    op.create_index(op.f("ix_spent_proofs_ends_at"), "spent_proofs", ["ends_at"])


def downgrade() -> None:
    op.drop_table("spent_proofs")
