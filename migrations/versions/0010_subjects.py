"""Requests in subjects, runs that propose, signed sets of members, and what each decision changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

PAIRS = "(kind IN ({})) = (other_idea_id IS NOT NULL)"
STATES = "state IN ({})"
NEW_KINDS = ("split", "join", "dissolve", "take_out", "accept_run", "accept_subject", "drop_run", "undo")


def words(listed: str) -> str:
    """Return words as SQL lists them."""
    return ", ".join(f"'{word}'" for word in listed.split())


def upgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.drop_constraint(op.f("ck_runs_state_known"), type_="check")
        runs.drop_column("seed")
        runs.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        runs.add_column(sa.Column("base_run_id", sa.Integer(), nullable=True))
        runs.add_column(sa.Column("last_decision_id", sa.Integer(), nullable=False, server_default="0"))
        runs.create_foreign_key(op.f("fk_runs_base_run_id"), "runs", ["base_run_id"], ["id"])
    current = "(SELECT current_run_id FROM campaigns WHERE current_run_id IS NOT NULL)"
    op.execute("UPDATE runs SET accepted_at = coalesce(finished_at, started_at) WHERE state = 'done'")
    op.execute(f"UPDATE runs SET state = 'accepted' WHERE state = 'done' AND id IN {current}")  # noqa: S608
    op.execute("UPDATE runs SET state = 'superseded' WHERE state = 'done'")
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("last_decision_id", server_default=None)
        listed = words("running proposed accepted dropped superseded failed")
        runs.create_check_constraint(op.f("ck_runs_state_known"), STATES.format(listed))

    with op.batch_alter_table("clusters") as clusters:
        clusters.add_column(sa.Column("level", sa.String(length=10), nullable=False, server_default="subject"))
        clusters.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        clusters.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    born = "(SELECT coalesce(finished_at, started_at) FROM runs WHERE runs.id = clusters.born_run_id)"
    op.execute(f"UPDATE clusters SET accepted_at = {born}")  # noqa: S608
    with op.batch_alter_table("clusters") as clusters:
        clusters.alter_column("level", server_default=None)
        clusters.alter_column("version", server_default=None)
        clusters.create_check_constraint(op.f("ck_clusters_level_known"), "level IN ('subject', 'request')")

    with op.batch_alter_table("run_clusters") as run_clusters:
        run_clusters.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        run_clusters.add_column(sa.Column("title", sa.String(length=300), nullable=False, server_default=""))
        run_clusters.add_column(sa.Column("named_after_id", sa.Integer(), nullable=True))
        run_clusters.add_column(sa.Column("robustness", sa.Double(), nullable=True))
        run_clusters.create_foreign_key(op.f("fk_run_clusters_parent_id"), "clusters", ["parent_id"], ["id"])
        run_clusters.create_foreign_key(op.f("fk_run_clusters_named_after_id"), "ideas", ["named_after_id"], ["id"])
    with op.batch_alter_table("run_clusters") as run_clusters:
        run_clusters.alter_column("title", server_default=None)

    with op.batch_alter_table("memberships") as memberships:
        memberships.add_column(sa.Column("request_id", sa.Integer(), nullable=True))
        memberships.add_column(sa.Column("origin", sa.String(length=10), nullable=False, server_default="run"))
        memberships.create_foreign_key(op.f("fk_memberships_request_id"), "clusters", ["request_id"], ["id"])
    with op.batch_alter_table("memberships") as memberships:
        memberships.alter_column("origin", server_default=None)
        memberships.create_check_constraint(op.f("ck_memberships_origin_known"), "origin IN ('run', 'placed', 'moved')")

    with op.batch_alter_table("lineage") as lineage:
        lineage.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        lineage.create_foreign_key(op.f("fk_lineage_decision_id"), "decisions", ["decision_id"], ["id"])
    change_kinds("together apart distinct", "together apart distinct moved pinned out")

    add_tables()
    sign_what_stands()


def add_tables() -> None:
    """Add what runs find of pairs, what people sign, and what each decision changed."""
    op.create_table(
        "near_ideas",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_near_ideas_run_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_near_ideas_idea_id")),
        sa.PrimaryKeyConstraint("run_id", "idea_id", name=op.f("pk_near_ideas")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('confirmed', 'bound', 'anchors')", name=op.f("ck_reviews_kind_known")),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_reviews_cluster_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_reviews_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_standing", "reviews", ["cluster_id", "ended_at"])
    op.create_index("ix_reviews_decision_id", "reviews", ["decision_id"])
    op.create_table(
        "review_members",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_members_review_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_review_members_idea_id")),
        sa.PrimaryKeyConstraint("review_id", "idea_id", name=op.f("pk_review_members")),
    )
    op.create_index("ix_review_members_idea_id", "review_members", ["idea_id"])
    op.create_table(
        "undos",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_undos_decision_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["decisions.id"], name=op.f("fk_undos_undone_by_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_undos")),
    )


def sign_what_stands() -> None:
    """Sign confirmed clusters, and those where ideas were put, with the members that they have today."""
    op.execute(
        "INSERT INTO reviews (cluster_id, kind, decision_id, reviewed_at)"
        " SELECT c.id, 'confirmed', d.id, d.decided_at FROM clusters c JOIN decisions d ON d.id ="
        " (SELECT max(id) FROM decisions WHERE kind = 'confirm' AND cluster_id = c.id)"
        " WHERE c.state = 'confirmed' AND c.dissolved_run_id IS NULL"
    )
    op.execute(
        "INSERT INTO reviews (cluster_id, kind, decision_id, reviewed_at)"
        " SELECT DISTINCT cluster_id, 'anchors', decision_id, imposed_at FROM constraints"
        " WHERE cluster_id IS NOT NULL AND lifted_at IS NULL"
    )
    op.execute(
        "INSERT INTO review_members (review_id, idea_id)"
        " SELECT r.id, m.idea_id FROM reviews r JOIN clusters c ON c.id = r.cluster_id"
        " JOIN campaigns k ON k.id = c.campaign_id"
        " JOIN memberships m ON m.cluster_id = c.id AND m.run_id = k.current_run_id"
    )
    # Nobody stands behind a confirmation whose decision is not in the register.
    op.execute("UPDATE clusters SET state = 'proposed' WHERE state = 'confirmed' AND id NOT IN"
               " (SELECT cluster_id FROM reviews) AND dissolved_run_id IS NULL")  # fmt: skip


def downgrade() -> None:
    for table in ("undos", "review_members", "reviews", "near_ideas"):
        op.drop_table(table)
    op.execute("DELETE FROM constraints WHERE kind = 'out'")
    # The version before knew one way only to say that two ideas are no duplicates.
    op.execute("UPDATE constraints SET kind = 'apart' WHERE kind = 'distinct'")
    op.execute("UPDATE decisions SET kind = 'keep_apart' WHERE kind = 'mark_distinct'")
    change_kinds("together apart", "together apart moved pinned")
    with op.batch_alter_table("lineage") as lineage:
        lineage.drop_constraint(op.f("fk_lineage_decision_id"), type_="foreignkey")
        lineage.drop_column("decision_id")
    op.execute(sa.text("DELETE FROM decisions WHERE kind IN :kinds").bindparams(
        sa.bindparam("kinds", list(NEW_KINDS), expanding=True)))  # fmt: skip

    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_constraint(op.f("ck_memberships_origin_known"), type_="check")
        memberships.drop_constraint(op.f("fk_memberships_request_id"), type_="foreignkey")
        memberships.drop_column("request_id")
        memberships.drop_column("origin")
    with op.batch_alter_table("run_clusters") as run_clusters:
        for column in ("parent_id", "named_after_id"):
            run_clusters.drop_constraint(op.f(f"fk_run_clusters_{column}"), type_="foreignkey")
        for column in ("parent_id", "named_after_id", "title", "robustness"):
            run_clusters.drop_column(column)
    requests = "(SELECT id FROM clusters WHERE level = 'request')"
    op.execute(f"DELETE FROM run_clusters WHERE cluster_id IN {requests}")  # noqa: S608
    op.execute(f"DELETE FROM lineage WHERE cluster_id IN {requests} OR from_cluster_id IN {requests}")  # noqa: S608
    op.execute(f"UPDATE decisions SET cluster_id = NULL WHERE cluster_id IN {requests}")  # noqa: S608
    op.execute("DELETE FROM clusters WHERE level = 'request'")
    op.execute("UPDATE clusters SET dissolved_run_id = born_run_id WHERE accepted_at IS NULL")
    with op.batch_alter_table("clusters") as clusters:
        clusters.drop_constraint(op.f("ck_clusters_level_known"), type_="check")
        for column in ("level", "accepted_at", "version"):
            clusters.drop_column(column)
    with op.batch_alter_table("runs") as runs:
        runs.drop_constraint(op.f("ck_runs_state_known"), type_="check")
        runs.drop_constraint(op.f("fk_runs_base_run_id"), type_="foreignkey")
        for column in ("accepted_at", "base_run_id", "last_decision_id"):
            runs.drop_column(column)
        runs.add_column(sa.Column("seed", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE runs SET state = 'done' WHERE state IN ('accepted', 'superseded')")
    op.execute("UPDATE runs SET state = 'failed' WHERE state IN ('proposed', 'dropped')")
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("seed", server_default=None)
        runs.create_check_constraint(op.f("ck_runs_state_known"), STATES.format(words("running done failed")))


def change_kinds(pairs: str, known: str) -> None:
    """Change which kinds of constraint bind two ideas, and which there are."""
    with op.batch_alter_table("constraints") as constraints:
        for name in ("kind_known", "pairs_have_two_ideas"):
            constraints.drop_constraint(op.f(f"ck_constraints_{name}"), type_="check")
        constraints.create_check_constraint(op.f("ck_constraints_kind_known"), f"kind IN ({words(known)})")
        constraints.create_check_constraint(op.f("ck_constraints_pairs_have_two_ideas"), PAIRS.format(words(pairs)))
