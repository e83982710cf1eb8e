"""Ideas keep what asks for a second look, so that the queue sorts by it, and who of the staff reads one is known."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

PIECE = 500
TEXTS = (
    "title",
    "data_wanted",
    "planned_use",
    "beneficiaries",
    "holder_text",
    "period",
    "detail_level",
    "freshness",
    "existing_url",
    "organisation",
)
IDEAS = sa.table("ideas", sa.column("id"), sa.column("signals"), *(sa.column(name) for name in TEXTS))


def upgrade() -> None:
    op.add_column("ideas", sa.Column("signals", sa.SmallInteger(), nullable=False, server_default="0"))
    _weigh_all()
    op.drop_index("ix_ideas_queue", "ideas")
    queue = ["campaign_id", "publication", sa.text("signals DESC"), "submitted_at"]
    op.create_index("ix_ideas_queue", "ideas", queue)
    op.create_table(
        "claims",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_claims_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_claims_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"])


def _weigh_all() -> None:
    """Weigh the ideas that are there by the rules of the day."""
    from ideas.domain.signals import find_signals

    connection, last = op.get_bind(), 0
    weigh = sa.update(IDEAS).where(IDEAS.c.id == sa.bindparam("number")).values(signals=sa.bindparam("found"))
    columns = (IDEAS.c.id, *(IDEAS.c[name] for name in TEXTS))
    while rows := connection.execute(
        sa.select(*columns).where(IDEAS.c.id > last).order_by(IDEAS.c.id).limit(PIECE)
    ).all():
        found = [
            {"number": row.id, "found": int(find_signals(dict(zip(TEXTS, row[1:], strict=True)))) // 2} for row in rows
        ]
        if weighed := [one for one in found if one["found"]]:
            connection.execute(weigh, weighed)
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_index("ix_ideas_queue", "ideas")
    op.create_index("ix_ideas_queue", "ideas", ["campaign_id", "publication", "submitted_at"])
    op.drop_column("ideas", "signals")
