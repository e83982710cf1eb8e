"""Clusters whose numbers stay, the runs that proposed them, and what people imposed on the machine."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.clusters import ClusterState, ConstraintKind, Event, RunState
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Run(Base):
    """One clustering of a campaign, with all that is needed to do it again and find the same."""

    __tablename__ = "runs"
    __table_args__ = (one_of("state", RunState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    state: Mapped[RunState] = mapped_column(word_of(RunState, 10), default=RunState.RUNNING)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    seed: Mapped[int] = mapped_column(default=0)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    input_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    idea_count: Mapped[int] = mapped_column(default=0)
    cluster_count: Mapped[int] = mapped_column(default=0)
    unclustered_count: Mapped[int] = mapped_column(default=0)
    near_pair_count: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    quality: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Cluster(Base):
    """A group of similar ideas; its number is kept from run to run, its name is a person's when there is one."""

    __tablename__ = "clusters"
    __table_args__ = (one_of("state", ClusterState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    born_run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"))
    dissolved_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id"), default=None)
    state: Mapped[ClusterState] = mapped_column(word_of(ClusterState, 10), default=ClusterState.PROPOSED)
    name: Mapped[str] = mapped_column(sa.String(200), default="")


class RunCluster(Base):
    """A cluster as one run saw it. `closest` holds the nearest pair of ideas and their shared words."""

    __tablename__ = "run_clusters"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), primary_key=True)
    keywords: Mapped[list[str]] = mapped_column(default=list)
    size: Mapped[int]
    cohesion: Mapped[float]
    closest: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Membership(Base):
    """Where a run put an idea, how near it is to its cluster (0 to 1) and to its least similar fellow."""

    __tablename__ = "memberships"
    __table_args__ = (sa.Index("ix_memberships_members", "run_id", "cluster_id"),)

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"))
    likeness: Mapped[float]
    weakest_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), default=None)
    weakest_likeness: Mapped[float] = mapped_column(default=0.0)


class NearPair(Base):
    """Two ideas that say nearly the same, proposed for a merge; `shared` lists (word, share of the likeness)."""

    __tablename__ = "near_pairs"
    __table_args__ = (sa.CheckConstraint("first_id < second_id", name="in_order"),)

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True)
    likeness: Mapped[float]
    shared: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Lineage(Base):
    """What a run did to a cluster; `from_cluster_id` is the other one when it split or joined."""

    __tablename__ = "lineage"
    __table_args__ = (one_of("event", Event),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    event: Mapped[Event] = mapped_column(word_of(Event, 10))
    from_cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    overlap: Mapped[float] = mapped_column(default=0.0)


class Constraint(Base):
    """A human decision that every later run obeys until it is lifted."""

    __tablename__ = "constraints"
    __table_args__ = (
        one_of("kind", ConstraintKind),
        sa.CheckConstraint(
            "(kind IN ('together', 'apart')) = (other_idea_id IS NOT NULL)", name="pairs_have_two_ideas"
        ),
        sa.CheckConstraint("(kind IN ('moved', 'pinned')) = (cluster_id IS NOT NULL)", name="places_have_a_cluster"),
        sa.Index("ix_constraints_standing", "campaign_id", "lifted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    kind: Mapped[ConstraintKind] = mapped_column(word_of(ConstraintKind, 10))
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), index=True)
    other_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), default=None)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    imposed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
