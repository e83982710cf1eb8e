"""Answers that are written before they are published, together or at a given hour."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

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
    table = "prepared_answers"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("dataset_url", sa.String(length=500), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("passed_to_id", sa.Integer(), nullable=True),
        sa.Column("seen_step", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"outcome IN ({listed})", name=op.f(f"ck_{table}_outcome_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f(f"fk_{table}_campaign_id")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f(f"fk_{table}_cluster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["producers.id"], name=op.f(f"fk_{table}_body_id")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f(f"fk_{table}_dataset_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f(f"fk_{table}_producer_id")),
        sa.ForeignKeyConstraint(["passed_to_id"], ["producers.id"], name=op.f(f"fk_{table}_passed_to_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    for name in ("campaign_id", "cluster_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    op.create_table(
        "prepared_ideas",
        sa.Column("prepared_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prepared_id"], [f"{table}.id"], name=op.f("fk_prepared_ideas_prepared_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_prepared_ideas_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("prepared_id", "idea_id", name=op.f("pk_prepared_ideas")),
    )
    op.create_index(op.f("ix_prepared_ideas_idea_id"), "prepared_ideas", ["idea_id"])


def downgrade() -> None:
    op.drop_table("prepared_ideas")
    op.drop_table("prepared_answers")
