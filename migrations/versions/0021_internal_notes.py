"""What staff write to each other about an idea or a subject."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "internal_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(idea_id IS NULL) <> (cluster_id IS NULL)", name=op.f("ck_internal_notes_one_thing")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_internal_notes_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_internal_notes_cluster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_internal_notes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_notes")),
    )
    for name in ("idea_id", "cluster_id"):
        op.create_index(op.f(f"ix_internal_notes_{name}"), "internal_notes", [name])


def downgrade() -> None:
    op.drop_table("internal_notes")
