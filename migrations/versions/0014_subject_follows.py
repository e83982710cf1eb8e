"""Subjects are followed as ideas are, and what one act did to several ideas is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ONE = "(idea_id IS NULL) <> (cluster_id IS NULL)"


def upgrade() -> None:
    op.create_index(op.f("ix_events_act"), "events", ["act"])
    with op.batch_alter_table("follows") as follows:
        follows.alter_column("idea_id", existing_type=sa.Integer(), nullable=True)
        follows.add_column(sa.Column("cluster_id", sa.Integer(), nullable=True))
        follows.create_foreign_key(op.f("fk_follows_cluster_id"), "clusters", ["cluster_id"], ["id"])
        follows.create_unique_constraint(op.f("uq_follows_person_id_cluster_id"), ["person_id", "cluster_id"])
        follows.create_check_constraint(op.f("ck_follows_one_thing"), ONE)
        follows.create_index(op.f("ix_follows_cluster_id"), ["cluster_id"])


def downgrade() -> None:
    op.execute("DELETE FROM follows WHERE cluster_id IS NOT NULL")
    with op.batch_alter_table("follows") as follows:
        follows.drop_index(op.f("ix_follows_cluster_id"))
        follows.drop_constraint(op.f("ck_follows_one_thing"), type_="check")
        follows.drop_constraint(op.f("uq_follows_person_id_cluster_id"), type_="unique")
        follows.drop_constraint(op.f("fk_follows_cluster_id"), type_="foreignkey")
        follows.drop_column("cluster_id")
        follows.alter_column("idea_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index(op.f("ix_events_act"), "events")
