"""The form that an idea was sent with, known again when it comes twice; texts that are not ideas yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "typed_ideas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_ideas")),
    )
    op.create_index(op.f("ix_typed_ideas_typed_at"), "typed_ideas", ["typed_at"])
    op.add_column("ideas", sa.Column("form_key", sa.String(64), nullable=True))
    op.create_index(op.f("ix_ideas_form_key"), "ideas", ["form_key"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_ideas_form_key"), "ideas")
    op.drop_column("ideas", "form_key")
    op.drop_table("typed_ideas")
