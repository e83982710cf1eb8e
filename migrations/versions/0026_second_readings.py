"""Subjects drawn to be read again, the pairs that a second person reads, and where the machine alone puts each idea."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("near_ideas", sa.Column("own_group", sa.Integer(), nullable=True))
    op.create_table(
        "second_draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("reviewed_count", sa.Integer(), nullable=False),
        sa.Column("drawn_count", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_second_draws_campaign_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_second_draws_run_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_second_draws_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_draws")),
    )
    op.create_index(op.f("ix_second_draws_campaign_id"), "second_draws", ["campaign_id"])
    op.create_table(
        "second_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("review_decision_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.String(length=64), nullable=False),
        sa.Column("first_says", sa.Boolean(), nullable=False),
        sa.Column("machine_says", sa.Boolean(), nullable=True),
        sa.Column("second_says", sa.Boolean(), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_second_pairs_in_order")),
        sa.CheckConstraint("(second_says IS NULL) = (read_at IS NULL)", name=op.f("ck_second_pairs_read_once_said")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["second_draws.id"], name=op.f("fk_second_pairs_draw_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_second_pairs_cluster_id")),
        sa.ForeignKeyConstraint(
            ["review_decision_id"], ["decisions.id"], name=op.f("fk_second_pairs_review_decision_id")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["ideas.id"], name=op.f("fk_second_pairs_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["ideas.id"], name=op.f("fk_second_pairs_second_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name=op.f("fk_second_pairs_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_pairs")),
        sa.UniqueConstraint(
            "draw_id", "first_id", "second_id", name=op.f("uq_second_pairs_draw_id_first_id_second_id")
        ),
    )
    op.create_index(op.f("ix_second_pairs_reader_id"), "second_pairs", ["reader_id"])


def downgrade() -> None:
    op.drop_table("second_pairs")
    op.drop_table("second_draws")
    op.drop_column("near_ideas", "own_group")
