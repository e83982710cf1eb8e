"""What happens to a line beside a support is told to whoever wrote it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("use_id", sa.Integer(), nullable=True))
        events.create_foreign_key(op.f("fk_events_use_id"), "vote_uses", ["use_id"], ["id"], ondelete="CASCADE")
        events.create_index(op.f("ix_events_use_id"), ["use_id"])


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE event_id IN (SELECT id FROM events WHERE use_id IS NOT NULL)")
    op.execute("DELETE FROM events WHERE use_id IS NOT NULL")
    with op.batch_alter_table("events") as events:
        events.drop_index(op.f("ix_events_use_id"))
        events.drop_constraint(op.f("fk_events_use_id"), type_="foreignkey")
        events.drop_column("use_id")
