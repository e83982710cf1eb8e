"""Editions that are withdrawn, ideas that their authors withdraw."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BEFORE = (
    "publish refuse hide restore merge undo_merge keep_together "
    "keep_apart move pin lift rename confirm close_campaign publish_edition"
)
NEW = "withdraw withdraw_edition"


def know_kinds(words: str) -> None:
    """Let decisions be of these kinds and of no other."""
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint(op.f("ck_decisions_kind_known"), type_="check")
        listed = ", ".join(f"'{word}'" for word in words.split())
        decisions.create_check_constraint(op.f("ck_decisions_kind_known"), sa.text(f"kind IN ({listed})"))


def upgrade() -> None:
    know_kinds(f"{BEFORE} {NEW}")
    with op.batch_alter_table("editions") as editions:
        editions.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        editions.add_column(sa.Column("withdrawal_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("editions") as editions:
        editions.alter_column("withdrawal_reason", server_default=None)


def downgrade() -> None:
    # The version before has no word for these acts; what they did to ideas stays.
    decisions = sa.table("decisions", sa.column("kind"))
    op.execute(sa.delete(decisions).where(decisions.c.kind.in_(NEW.split())))
    know_kinds(BEFORE)
    with op.batch_alter_table("editions") as editions:
        editions.drop_column("withdrawal_reason")
        editions.drop_column("withdrawn_at")
