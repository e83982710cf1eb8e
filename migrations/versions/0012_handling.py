"""The second axis: what answers conclude, whom requests are routed to, every step, and questions to authors."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

STATES = (
    "received routed awaiting_producer question_to_author scheduled postponed opened already_open partly_opened "
    "refused not_held out_of_scope abandoned"
)
ANSWERED = "scheduled postponed opened already_open partly_opened refused not_held out_of_scope abandoned"
KINDS = (
    "route ask publish_reply refuse_reply promise postpone answer correct_answer withdraw_answer reopen"
)  # fmt: skip


def words(listed: str) -> str:
    """Return words as SQL lists them."""
    return ", ".join(f"'{word}'" for word in listed.split())


def upgrade() -> None:
    with op.batch_alter_table("producers") as producers:
        producers.add_column(sa.Column("access_officer", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("producers") as producers:
        producers.alter_column("access_officer", server_default=None)
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("outcome", sa.String(length=30), nullable=True))
        for name, table in (("producer_id", "producers"), ("passed_to_id", "producers"), ("dataset_id", "datasets")):
            answers.add_column(sa.Column(name, sa.Integer(), nullable=True))
            answers.create_foreign_key(op.f(f"fk_answers_{name}"), table, [name], ["id"])
        answers.create_check_constraint(op.f("ck_answers_outcome_known"), f"outcome IN ({words(STATES)})")
    op.create_index(op.f("ix_answers_producer_id"), "answers", ["producer_id"])
    with op.batch_alter_table("ideas") as ideas:
        ideas.add_column(sa.Column("routed_to_id", sa.Integer(), nullable=True))
        ideas.add_column(sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True))
        ideas.create_foreign_key(op.f("fk_ideas_routed_to_id"), "producers", ["routed_to_id"], ["id"])
    op.create_index(op.f("ix_ideas_routed_to_id"), "ideas", ["routed_to_id"])
    op.execute("UPDATE ideas SET routed_to_id = producer_id WHERE handling <> 'received'")
    served = "(SELECT {} FROM ideas WHERE ideas.answer_id = answers.id ORDER BY ideas.id LIMIT 1)"
    op.execute(f"UPDATE answers SET producer_id = {served.format('producer_id')}")  # noqa: S608
    op.execute(f"UPDATE answers SET outcome = {served.format('handling')}")  # noqa: S608
    op.execute(f"UPDATE answers SET outcome = NULL WHERE outcome NOT IN ({words(ANSWERED)})")  # noqa: S608
    add_tables()


def add_tables() -> None:
    """Add the steps that decisions took, and the questions put to authors."""
    op.create_table(
        "handling_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("handling", sa.String(length=30), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"handling IN ({words(STATES)})", name=op.f("ck_handling_steps_handling_known")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_handling_steps_idea_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_handling_steps_decision_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_handling_steps_answer_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_handling_steps_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_steps")),
    )
    for name in ("idea_id", "decision_id"):
        op.create_index(op.f(f"ix_handling_steps_{name}"), "handling_steps", [name])
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reply_state", sa.String(length=20), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            f"reply_state IN ({words('awaited awaiting_review published refused')})",
            name=op.f("ck_questions_reply_state_known"),
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_questions_idea_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_questions_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    for name in ("idea_id", "decision_id"):
        op.create_index(op.f(f"ix_questions_{name}"), "questions", [name])
    op.create_index("ix_questions_waiting", "questions", ["reply_state", "replied_at"])


def downgrade() -> None:
    for table in ("questions", "handling_steps"):
        op.drop_table(table)
    gone = f"(SELECT id FROM decisions WHERE kind IN ({words(KINDS)}))"  # noqa: S608
    op.execute(f"DELETE FROM undos WHERE decision_id IN {gone}")  # noqa: S608
    op.execute(f"DELETE FROM decisions WHERE id IN {gone}")  # noqa: S608
    with op.batch_alter_table("ideas") as ideas:
        ideas.drop_index(op.f("ix_ideas_routed_to_id"))
        ideas.drop_constraint(op.f("fk_ideas_routed_to_id"), type_="foreignkey")
        ideas.drop_column("routed_to_id")
        ideas.drop_column("routed_at")
    with op.batch_alter_table("answers") as answers:
        answers.drop_index(op.f("ix_answers_producer_id"))
        answers.drop_constraint(op.f("ck_answers_outcome_known"), type_="check")
        for name in ("producer_id", "passed_to_id", "dataset_id"):
            answers.drop_constraint(op.f(f"fk_answers_{name}"), type_="foreignkey")
        for name in ("outcome", "producer_id", "passed_to_id", "dataset_id"):
            answers.drop_column(name)
    with op.batch_alter_table("producers") as producers:
        producers.drop_column("access_officer")
