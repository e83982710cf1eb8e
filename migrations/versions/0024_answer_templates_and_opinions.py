"""Texts that answers begin with, and whether those who asked found an answer useful."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

OUTCOMES = (
    "received",
    "routed",
    "awaiting_producer",
    "question_to_author",
    "scheduled",
    "postponed",
    "opened",
    "already_open",
    "partly_opened",
    "refused",
    "not_held",
    "out_of_scope",
    "abandoned",
)


def upgrade() -> None:
    listed = ", ".join(f"'{word}'" for word in OUTCOMES)
    table = "answer_templates"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(f"outcome IN ({listed})", name=op.f(f"ck_{table}_outcome_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f(f"fk_{table}_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("campaign_id", "title", name=op.f(f"uq_{table}_campaign_id_title")),
    )
    table = "answer_opinions"
    op.create_table(
        table,
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f(f"fk_{table}_answer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "person_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    op.drop_table("answer_opinions")
    op.drop_table("answer_templates")
