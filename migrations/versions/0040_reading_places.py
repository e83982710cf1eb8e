"""In which order the ideas of no subject are read: a run notes it."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0038"


def upgrade() -> None:
    op.add_column("near_ideas", sa.Column("reading_place", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("near_ideas", "reading_place")
