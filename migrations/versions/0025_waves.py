"""Waves of near-identical ideas, and what a person says each is."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_count", sa.Integer(), nullable=False),
        sa.Column("young_count", sa.Integer(), nullable=False),
        sa.Column("rush_count", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("label IN ('', 'coordinated', 'call', 'unrelated')", name=op.f("ck_waves_label_known")),
        sa.CheckConstraint("(label = '') = (decision_id IS NULL)", name=op.f("ck_waves_said_by_a_decision")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_waves_campaign_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_waves_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.create_index(op.f("ix_waves_campaign_id"), "waves", ["campaign_id"])
    op.create_table(
        "wave_ideas",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_wave_ideas_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_wave_ideas_wave_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_wave_ideas")),
    )
    op.create_index(op.f("ix_wave_ideas_wave_id"), "wave_ideas", ["wave_id"])


def downgrade() -> None:
    op.drop_table("wave_ideas")
    op.drop_table("waves")
