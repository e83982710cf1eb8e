"""Jobs that the worker runs; mails that are also written in HTML."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IS_LIVE = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(32), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_jobs_state_known")),
        sa.CheckConstraint("progress >= 0 AND progress <= 1", name=op.f("ck_jobs_progress_is_a_share")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_jobs_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "uq_jobs_live", "jobs", ["kind", "key"], unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "due_at"])
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("html", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("html", server_default=None)


def downgrade() -> None:
    # The version before can neither run nor see what was asked for; mails lose their pictured half, never their text.
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("html")
    op.drop_table("jobs")
