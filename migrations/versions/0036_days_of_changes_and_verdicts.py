"""Ideas keep when their author last changed what everybody reads; what was said beside them, when it was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

FILL_IDEAS = """
UPDATE ideas SET edited_at = (
    SELECT max(decided_at) FROM revisions WHERE revisions.idea_id = ideas.id AND revisions.state = 'published'
) WHERE id IN (SELECT idea_id FROM revisions WHERE state = 'published')
"""
# What happens to a comment or to a line is told in the act that decides of it.
FILL_LINES = """
UPDATE {table} SET decided_at = coalesce(
    (SELECT max(happened_at) FROM events WHERE events.{key} = {table}.id), decided_at, written_at
) WHERE state <> 'waiting'
"""


def upgrade() -> None:
    op.add_column("ideas", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("ALTER TABLE comments RENAME COLUMN published_at TO decided_at")
    op.add_column("vote_uses", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FILL_IDEAS)
    op.execute(FILL_LINES.format(table="comments", key="comment_id"))
    op.execute(FILL_LINES.format(table="vote_uses", key="use_id"))


def downgrade() -> None:
    # An earlier version knows no such news.
    op.execute("DELETE FROM notices WHERE event_id IN (SELECT id FROM events WHERE kind = 'unredacted')")
    op.execute("DELETE FROM events WHERE kind = 'unredacted'")
    op.drop_column("vote_uses", "decided_at")
    op.execute("ALTER TABLE comments RENAME COLUMN decided_at TO published_at")
    op.execute("UPDATE comments SET published_at = NULL WHERE state <> 'published'")
    op.drop_column("ideas", "edited_at")
