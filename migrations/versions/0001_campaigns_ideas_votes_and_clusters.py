"""Campaigns, people, ideas, votes, clusters, decisions, outbox and editions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def one_of(column: str, words: str, *, or_empty: bool = False) -> sa.CheckConstraint:
    """Return the rule that `column` holds one of the words known when this step was written."""
    listed = ", ".join(f"'{word}'" for word in ([""] if or_empty else []) + words.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def upgrade() -> None:

    # Campaigns and runs point at each other: SQLite takes the key ahead of its table, PostgreSQL after it.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    key = sa.ForeignKeyConstraint(["current_run_id"], ["runs.id"], name="fk_campaigns_current_run_id")
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_campaigns_closes_after_opening")),
        *([key] if is_sqlite else []),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "failed_at", "due_at"])

    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_number", sa.Integer(), nullable=False),
        one_of("role", "contributor moderator reviewer owner administrator"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "producers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_producers")),
        sa.UniqueConstraint("slug", name=op.f("uq_producers_slug")),
    )
    op.create_table(
        "territories",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("insee", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_territories")),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idea_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_editions_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_editions_campaign_id_number")),
    )
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("licence", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("key", name="uq_datasets_key"),
    )
    op.create_table(
        "ideas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("data_wanted", sa.Text(), nullable=False),
        sa.Column("planned_use", sa.Text(), nullable=False),
        sa.Column("use_kinds", sa.JSON(), nullable=False),
        sa.Column("profile", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("beneficiaries", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("holder_text", sa.String(length=300), nullable=False),
        sa.Column("territory_code", sa.String(length=10), nullable=True),
        sa.Column("period", sa.String(length=300), nullable=False),
        sa.Column("detail_level", sa.String(length=300), nullable=False),
        sa.Column("freshness", sa.String(length=300), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("existing_url", sa.String(length=500), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("obstacles", sa.JSON(), nullable=False),
        sa.Column("names_people", sa.String(length=10), nullable=False),
        sa.Column("organisation", sa.String(length=300), nullable=False),
        sa.Column("show_organisation", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("import_key", sa.String(length=200), nullable=True),
        sa.Column("source_number", sa.String(length=200), nullable=False),
        sa.Column("publication", sa.String(length=30), nullable=False),
        sa.Column("handling", sa.String(length=30), nullable=False),
        sa.Column("refusal_reason", sa.String(length=30), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("dataset_url", sa.String(length=500), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("canonical_id", sa.Integer(), nullable=True),
        sa.Column("vote_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(publication = 'merged') = (canonical_id IS NOT NULL)", name=op.f("ck_ideas_merged_has_canonical")
        ),
        one_of("channel", "site paper workshop import"),
        one_of("format", "file api either", or_empty=True),
        one_of(
            "handling",
            "received routed awaiting_producer question_to_author scheduled postponed "
            "opened already_open partly_opened refused not_held out_of_scope abandoned",
        ),
        one_of("language", "fr en"),
        one_of("names_people", "yes no unknown", or_empty=True),
        one_of("profile", "individual association administration local_authority firm software_editor", or_empty=True),
        one_of("publication", "draft awaiting_confirmation awaiting_review published refused hidden withdrawn merged"),
        one_of(
            "theme",
            "agriculture budget culture democracy digital economy education employment energy "
            "environment health housing justice security social sport territory transport",
            or_empty=True,
        ),
        sa.CheckConstraint("canonical_id <> id", name=op.f("ck_ideas_not_its_own_canonical")),
        sa.CheckConstraint("vote_count >= 0", name=op.f("ck_ideas_vote_count_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_ideas_author_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_ideas_campaign_id")),
        sa.ForeignKeyConstraint(["canonical_id"], ["ideas.id"], name=op.f("fk_ideas_canonical_id")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_ideas_dataset_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_ideas_producer_id")),
        sa.ForeignKeyConstraint(["territory_code"], ["territories.code"], name=op.f("fk_ideas_territory_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
        sa.UniqueConstraint("campaign_id", "import_key", name=op.f("uq_ideas_campaign_id_import_key")),
    )
    op.create_index("ix_ideas_author_id", "ideas", ["author_id"])
    op.create_index("ix_ideas_canonical_id", "ideas", ["canonical_id"])
    op.create_index("ix_ideas_producer_id", "ideas", ["producer_id"])
    for name, column in (("ix_ideas_popular", "vote_count"), ("ix_ideas_recent", "published_at")):
        op.create_index(name, "ideas", ["campaign_id", "publication", sa.text(f"{column} DESC"), sa.text("id DESC")])
    op.create_index("ix_ideas_queue", "ideas", ["campaign_id", "publication", "submitted_at"])

    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        one_of("kind", "email oidc"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("kind", "issuer", "subject", name=op.f("uq_identities_kind_issuer_subject")),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])

    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("idea_count", sa.Integer(), nullable=False),
        sa.Column("cluster_count", sa.Integer(), nullable=False),
        sa.Column("unclustered_count", sa.Integer(), nullable=False),
        sa.Column("near_pair_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        one_of("state", "running done failed"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_runs_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_campaign_id", "runs", ["campaign_id"])

    op.create_table(
        "clusters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("born_run_id", sa.Integer(), nullable=False),
        sa.Column("dissolved_run_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        one_of("state", "proposed confirmed"),
        sa.ForeignKeyConstraint(["born_run_id"], ["runs.id"], name=op.f("fk_clusters_born_run_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_clusters_campaign_id")),
        sa.ForeignKeyConstraint(["dissolved_run_id"], ["runs.id"], name=op.f("fk_clusters_dissolved_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
    )
    op.create_index("ix_clusters_campaign_id", "clusters", ["campaign_id"])

    op.create_table(
        "near_pairs",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_near_pairs_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["ideas.id"], name=op.f("fk_near_pairs_first_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_near_pairs_run_id")),
        sa.ForeignKeyConstraint(["second_id"], ["ideas.id"], name=op.f("fk_near_pairs_second_id")),
        sa.PrimaryKeyConstraint("run_id", "first_id", "second_id", name=op.f("pk_near_pairs")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_misses", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("vote_idea_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["ideas.id"], name=op.f("fk_sign_ins_draft_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["vote_idea_id"], ["ideas.id"], name=op.f("fk_sign_ins_vote_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index("ix_sign_ins_email", "sign_ins", ["email"])

    op.create_table(
        "votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_votes_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_votes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("idea_id", "person_id", name=op.f("uq_votes_idea_id_person_id")),
    )
    op.create_index("ix_votes_person_id", "votes", ["person_id"])

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("other_idea_id", sa.Integer(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        one_of(
            "kind",
            "publish refuse hide restore merge undo_merge keep_together "
            "keep_apart move pin lift rename confirm close_campaign publish_edition",
        ),
        one_of("role", "contributor moderator reviewer owner administrator"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_decisions_campaign_id")),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_decisions_cluster_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_decisions_idea_id")),
        sa.ForeignKeyConstraint(["other_idea_id"], ["ideas.id"], name=op.f("fk_decisions_other_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_cluster_id", "decisions", ["cluster_id"])
    op.create_index("ix_decisions_idea_id", "decisions", ["idea_id"])
    op.create_index("ix_decisions_register", "decisions", ["campaign_id", "id"])

    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("from_cluster_id", sa.Integer(), nullable=True),
        sa.Column("overlap", sa.Double(), nullable=False),
        one_of("event", "born kept split joined dissolved"),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_lineage_cluster_id")),
        sa.ForeignKeyConstraint(["from_cluster_id"], ["clusters.id"], name=op.f("fk_lineage_from_cluster_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_lineage_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    op.create_index("ix_lineage_cluster_id", "lineage", ["cluster_id"])
    op.create_index("ix_lineage_run_id", "lineage", ["run_id"])

    op.create_table(
        "memberships",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("weakest_idea_id", sa.Integer(), nullable=True),
        sa.Column("weakest_likeness", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_memberships_cluster_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_memberships_idea_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_memberships_run_id")),
        sa.ForeignKeyConstraint(["weakest_idea_id"], ["ideas.id"], name=op.f("fk_memberships_weakest_idea_id")),
        sa.PrimaryKeyConstraint("run_id", "idea_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_members", "memberships", ["run_id", "cluster_id"])

    op.create_table(
        "run_clusters",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("cohesion", sa.Double(), nullable=False),
        sa.Column("closest", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_run_clusters_cluster_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_clusters_run_id")),
        sa.PrimaryKeyConstraint("run_id", "cluster_id", name=op.f("pk_run_clusters")),
    )
    op.create_table(
        "constraints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("other_idea_id", sa.Integer(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("imposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('moved', 'pinned')) = (cluster_id IS NOT NULL)",
            name=op.f("ck_constraints_places_have_a_cluster"),
        ),
        sa.CheckConstraint(
            "(kind IN ('together', 'apart')) = (other_idea_id IS NOT NULL)",
            name=op.f("ck_constraints_pairs_have_two_ideas"),
        ),
        one_of("kind", "together apart moved pinned"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_constraints_campaign_id")),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name=op.f("fk_constraints_cluster_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_constraints_decision_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_constraints_idea_id")),
        sa.ForeignKeyConstraint(["other_idea_id"], ["ideas.id"], name=op.f("fk_constraints_other_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constraints")),
    )
    op.create_index("ix_constraints_idea_id", "constraints", ["idea_id"])
    op.create_index("ix_constraints_standing", "constraints", ["campaign_id", "lifted_at"])

    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("previous_publication", sa.String(length=30), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        one_of(
            "previous_publication",
            "draft awaiting_confirmation awaiting_review published refused hidden withdrawn merged",
        ),
        sa.CheckConstraint("idea_id <> into_id", name=op.f("ck_merges_two_ideas")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_merges_decision_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_merges_idea_id")),
        sa.ForeignKeyConstraint(["into_id"], ["ideas.id"], name=op.f("fk_merges_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_into_id", "merges", ["into_id"])
    op.create_index(
        "uq_merges_standing",
        "merges",
        ["idea_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    if not is_sqlite:
        op.create_foreign_key("fk_campaigns_current_run_id", "campaigns", "runs", ["current_run_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_campaigns_current_run_id", "campaigns", type_="foreignkey")
    for table in (
        "merges",
        "constraints",
        "run_clusters",
        "memberships",
        "lineage",
        "decisions",
        "votes",
        "sign_ins",
        "near_pairs",
        "clusters",
        "runs",
        "identities",
        "ideas",
        "datasets",
        "editions",
        "territories",
        "producers",
        "people",
        "outbox",
        "campaigns",
    ):
        op.drop_table(table)
