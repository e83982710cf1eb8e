"""A campaign may take comments on its ideas, which can be reported and whose writers are told."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

EVENTS = sa.table("events", sa.column("id"), sa.column("kind"))
STATES = "state IN ('waiting', 'published', 'refused')"


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_comments_state_known")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_comments_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_comments_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_idea"), "comments", ["idea_id", "state"])
    op.create_index(op.f("ix_comments_waiting"), "comments", ["state", "written_at"])
    op.create_index(op.f("ix_comments_person_id"), "comments", ["person_id"])
    op.add_column("campaigns", sa.Column("takes_comments", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, when_deleted in (("reports", "CASCADE"), ("events", "SET NULL")):
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column("comment_id", sa.Integer(), nullable=True))
            altered.create_foreign_key(
                op.f(f"fk_{table}_comment_id"), "comments", ["comment_id"], ["id"], ondelete=when_deleted
            )
            altered.create_index(op.f(f"ix_{table}_comment_id"), ["comment_id"])


def downgrade() -> None:
    told = sa.select(EVENTS.c.id).where(EVENTS.c.kind.in_(("commented", "comment_published", "comment_refused")))
    op.execute(sa.delete(sa.table("notices", sa.column("event_id"))).where(sa.column("event_id").in_(told)))
    op.execute(sa.delete(EVENTS).where(EVENTS.c.id.in_(told)))
    op.execute("DELETE FROM reports WHERE comment_id IS NOT NULL")
    for table in ("reports", "events"):
        with op.batch_alter_table(table) as altered:
            altered.drop_index(op.f(f"ix_{table}_comment_id"))
            altered.drop_constraint(op.f(f"fk_{table}_comment_id"), type_="foreignkey")
            altered.drop_column("comment_id")
    op.drop_column("campaigns", "takes_comments")
    op.drop_table("comments")
