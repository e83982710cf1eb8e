"""Authors edit their ideas once they are online: each change is kept, field by field."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

STATES = "state IN ('waiting', 'published', 'refused')"


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_revisions_state_known")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_revisions_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_idea"), "revisions", ["idea_id", "state"])
    op.create_index(op.f("ix_revisions_waiting"), "revisions", ["state", "written_at"])
    op.create_table(
        "revision_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_revision_changes_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_changes")),
    )
    op.create_index(op.f("ix_revision_changes_revision_id"), "revision_changes", ["revision_id"])


def downgrade() -> None:
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    told = sa.select(events.c.id).where(events.c.kind.in_(("edited", "edit_published", "edit_refused")))
    op.execute(sa.delete(sa.table("notices", sa.column("event_id"))).where(sa.column("event_id").in_(told)))
    op.execute(sa.delete(events).where(events.c.id.in_(told)))
    op.drop_table("revision_changes")
    op.drop_table("revisions")
