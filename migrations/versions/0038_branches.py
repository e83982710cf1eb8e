"""Each idea keeps where the tree of a run joined it, so that a subject is cut finer without growing anything again."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("near_ideas", sa.Column("joined_to_id", sa.Integer(), nullable=True))
    op.add_column("near_ideas", sa.Column("joined_at_likeness", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("near_ideas", "joined_at_likeness")
    op.drop_column("near_ideas", "joined_to_id")
