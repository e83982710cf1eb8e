"""Ideas keep when their author last changed what everybody reads, of which only the changes told until now."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0034"

FILL = """
UPDATE ideas SET edited_at = (
    SELECT max(decided_at) FROM revisions WHERE revisions.idea_id = ideas.id AND revisions.state = 'published'
) WHERE id IN (SELECT idea_id FROM revisions WHERE state = 'published')
"""


def upgrade() -> None:
    op.add_column("ideas", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FILL)


def downgrade() -> None:
    op.drop_column("ideas", "edited_at")
