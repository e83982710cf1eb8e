"""Ideas that wait are compared with the others: the least grave of the signals says that one is very close."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "resemblances",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_resemblances_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["ideas.id"], name=op.f("fk_resemblances_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_resemblances")),
    )
    op.create_index(op.f("ix_resemblances_other_id"), "resemblances", ["other_id"])
    # Ideas are sorted by their signals, the gravest in the highest bit: the others make room below.
    op.execute("UPDATE ideas SET signals = signals * 2 WHERE signals > 0")


def downgrade() -> None:
    op.execute("UPDATE ideas SET signals = signals / 2 WHERE signals > 0")
    op.drop_table("resemblances")
