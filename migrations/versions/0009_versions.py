"""Each campaign says in which state its public pages are, by a number that is drawn at each public act."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0005"

CAMPAIGNS = sa.table("campaigns", sa.column("version", sa.BigInteger()))


def upgrade() -> None:
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(CAMPAIGNS.update().values(version=secrets.randbits(62)))
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.alter_column("version", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_column("version")
