"""Answers in a table of their own, appointments, and decisions whose kinds the database need not know."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KINDS = (
    "publish refuse hide restore merge undo_merge keep_together keep_apart move pin lift rename confirm "
    "close_campaign publish_edition withdraw withdraw_edition"
)
ROLES = "contributor moderator reviewer owner administrator"
# Of each column of an idea: what it is called in an answer, and what it holds when nothing was said.
MOVED = (
    ("answer", "text", ""),
    ("answered_on", "answered_on", None),
    ("refusal_reason", "reason", ""),
    ("legal_basis", "legal_basis", ""),
    ("dataset_url", "dataset_url", ""),
    ("promised_on", "promised_on", None),
)
ANSWERS = sa.table(
    "answers",
    *(sa.column(name) for name in ("id", "campaign_id", "text", "reason", "legal_basis", "dataset_url")),
    sa.column("answered_on", sa.Date()),
    sa.column("promised_on", sa.Date()),
)
IDEAS = sa.table(
    "ideas",
    *(sa.column(name) for name in ("id", "campaign_id", "answer_id")),
    *(sa.column(here, sa.Date() if empty is None else sa.Text()) for here, _there, empty in MOVED),
)


def columns() -> list[sa.Column]:
    """Return the columns of an answer, as ideas had them."""
    return [
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("dataset_url", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("promised_on", sa.Date(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appointments_person_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_appointments_campaign_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_appointments_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_person_id"), "appointments", ["person_id"])
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("dataset_url", sa.String(length=500), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_answers_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_campaign_id"), "answers", ["campaign_id"])
    said = sa.or_(*(was_said(IDEAS.c[here], empty) for here, _there, empty in MOVED))
    # An answer takes the number of the one idea that has it: so far no two ideas share one.
    names = ["id", "campaign_id", *(there for _here, there, _empty in MOVED)]
    rows = sa.select(IDEAS.c.id, IDEAS.c.campaign_id, *(IDEAS.c[here] for here, _there, _empty in MOVED)).where(said)
    op.execute(sa.insert(ANSWERS).from_select(names, rows))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('answers', 'id'), coalesce((SELECT max(id) FROM answers), 1))")
    with op.batch_alter_table("ideas") as ideas:
        ideas.add_column(sa.Column("answer_id", sa.Integer(), nullable=True))
        ideas.create_foreign_key(op.f("fk_ideas_answer_id"), "answers", ["answer_id"], ["id"])
        ideas.create_index(op.f("ix_ideas_answer_id"), ["answer_id"])
    op.execute(sa.update(IDEAS).where(said).values(answer_id=IDEAS.c.id))
    with op.batch_alter_table("ideas") as ideas:
        for here, _there, _empty in MOVED:
            ideas.drop_column(here)
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint(op.f("ck_decisions_kind_known"), type_="check")
        decisions.drop_constraint(op.f("ck_decisions_role_known"), type_="check")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("ck_people_role_known"), type_="check")


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        # The version before knows no producer among the roles.
        op.execute("UPDATE people SET role = 'contributor' WHERE role = 'producer'")
        people.create_check_constraint(op.f("ck_people_role_known"), known("role", ROLES))
    decided = sa.table("decisions", sa.column("kind"))
    op.execute(sa.delete(decided).where(decided.c.kind.not_in(KINDS.split())))
    op.execute("UPDATE decisions SET role = 'moderator' WHERE role = 'producer'")
    with op.batch_alter_table("decisions") as decisions:
        decisions.create_check_constraint(op.f("ck_decisions_kind_known"), known("kind", KINDS))
        decisions.create_check_constraint(op.f("ck_decisions_role_known"), known("role", ROLES))
    with op.batch_alter_table("ideas") as ideas:
        ideas.add_column(sa.Column("answer", sa.Text(), nullable=False, server_default=""))
        ideas.add_column(sa.Column("refusal_reason", sa.String(length=30), nullable=False, server_default=""))
        for column in columns():
            ideas.add_column(column)
    answer = {
        here: sa.select(ANSWERS.c[there]).where(ANSWERS.c.id == IDEAS.c.answer_id).scalar_subquery()
        for here, there, _empty in MOVED
    }
    op.execute(sa.update(IDEAS).where(IDEAS.c.answer_id.is_not(None)).values(**answer))
    with op.batch_alter_table("ideas") as ideas:
        for here, _there, empty in MOVED:
            if empty is not None:
                ideas.alter_column(here, server_default=None)
        ideas.drop_index(op.f("ix_ideas_answer_id"))
        ideas.drop_constraint(op.f("fk_ideas_answer_id"), type_="foreignkey")
        ideas.drop_column("answer_id")
    op.drop_table("answers")
    op.drop_table("appointments")


def was_said(column: sa.ColumnClause, empty: str | None) -> sa.ColumnElement[bool]:
    """Return whether something was said in a column."""
    return column.is_not(None) if empty is None else column != empty


def known(column: str, words: str) -> sa.TextClause:
    """Return the rule that a column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.text(f"{column} IN ({listed})")
