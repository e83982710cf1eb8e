"""What happened to ideas, who was told of it, who follows what, and how people want their mails."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

UNTOLD, UNMAILED = "told_at IS NULL", "mailed_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("other_idea_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_events_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_idea_id"], ["ideas.id"], name=op.f("fk_events_other_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_events_decision_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_events_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_idea_id"), "events", ["idea_id"])
    op.create_index(
        "ix_events_untold", "events", ["id"], sqlite_where=sa.text(UNTOLD), postgresql_where=sa.text(UNTOLD)
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_notices_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("act", "person_id", name=op.f("uq_notices_act_person_id")),
    )
    op.create_index(op.f("ix_notices_event_id"), "notices", ["event_id"])
    op.create_index("ix_notices_person", "notices", ["person_id", "id"])
    op.create_index(
        "ix_notices_unmailed",
        "notices",
        ["person_id"],
        sqlite_where=sa.text(UNMAILED),
        postgresql_where=sa.text(UNMAILED),
    )
    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_follows_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("person_id", "idea_id", name=op.f("uq_follows_person_id_idea_id")),
    )
    op.create_index(op.f("ix_follows_idea_id"), "follows", ["idea_id"])
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("mails_own", sa.Boolean(), nullable=False, server_default=sa.true()))
        people.add_column(sa.Column("mail_rhythm", sa.String(length=10), nullable=False, server_default="weekly"))
        people.add_column(sa.Column("digest_sent_at", sa.DateTime(timezone=True), nullable=True))
        people.add_column(sa.Column("news_seen_at", sa.DateTime(timezone=True), nullable=True))
        people.add_column(sa.Column("news_key", sa.String(length=43), nullable=True))
    with op.batch_alter_table("people") as people:
        people.alter_column("mails_own", server_default=None)
        people.alter_column("mail_rhythm", server_default=None)
        people.create_unique_constraint(op.f("uq_people_news_key"), ["news_key"])
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("stop_url", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("stop_url", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("stop_url")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("uq_people_news_key"), type_="unique")
        for name in ("news_key", "news_seen_at", "digest_sent_at", "mail_rhythm", "mails_own"):
            people.drop_column(name)
    for table in ("follows", "notices", "events"):
        op.drop_table(table)
