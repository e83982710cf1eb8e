"""Clusters whose numbers stay, and the pictures of them that runs made.

The rows of the run that the campaign points to are what everybody sees; people change them at once. Those of any other
run are a proposal, or the past.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.clusters import ClusterState, Event, Level, Origin, RunState
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Run(Base):
    """One clustering of a campaign, with all that is needed to do it again and find the same.

    `base_run_id`: the picture it started from; `last_decision_id`: the last decision that it read.
    """

    __tablename__ = "runs"
    __table_args__ = (one_of("state", RunState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    state: Mapped[RunState] = mapped_column(word_of(RunState, 10), default=RunState.RUNNING)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    base_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id"), default=None)
    last_decision_id: Mapped[int] = mapped_column(default=0)
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
    """A group of similar ideas; its number is kept from run to run, its name is a person's when there is one.

    Nobody but staff knows of it until it is accepted. `version` counts the acts on it, so that of two at once the
    second is told; `dissolved_run_id` is the picture in which it ended.
    """

    __tablename__ = "clusters"
    __table_args__ = (one_of("state", ClusterState), one_of("level", Level))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    level: Mapped[Level] = mapped_column(word_of(Level, 10), default=Level.SUBJECT)
    born_run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    dissolved_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id"), default=None)
    state: Mapped[ClusterState] = mapped_column(word_of(ClusterState, 10), default=ClusterState.PROPOSED)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=0)


class RunCluster(Base):
    """A cluster in one picture; a request lies in the subject `parent_id`.

    `title` is the machine's name for it, taken from the title of `named_after_id`; `closest` holds the nearest pair of
    ideas and their shared words; `robustness`, how often it is found again when texts lose words.
    """

    __tablename__ = "run_clusters"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    named_after_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), default=None)
    keywords: Mapped[list[str]] = mapped_column(default=list)
    size: Mapped[int]
    cohesion: Mapped[float]
    robustness: Mapped[float | None] = mapped_column(default=None)
    closest: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Membership(Base):
    """Where an idea is in one picture: its subject, its request if others make it too, and how it came there.

    `likeness` is to the subject (0 to 1), `weakest_likeness` to its least similar fellow.
    """

    __tablename__ = "memberships"
    __table_args__ = (sa.Index("ix_memberships_members", "run_id", "cluster_id"), one_of("origin", Origin))

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"))
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    origin: Mapped[Origin] = mapped_column(word_of(Origin, 10), default=Origin.RUN)
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


class NearIdeas(Base):
    """The ideas most like one idea, when a run or its placement looked: [number, likeness, shared words], in order.

    `own_group` is where the machine would put it if nobody had decided anything: -1 for alone, empty where no run
    looked. `joined_to_id` and `joined_at_likeness` are its place in the tree of that run (`domain/branches.py`);
    `reading_place` puts ideas alike one after the other.
    """

    __tablename__ = "near_ideas"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True)
    near: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    own_group: Mapped[int | None] = mapped_column(default=None)
    joined_to_id: Mapped[int | None] = mapped_column(default=None)
    joined_at_likeness: Mapped[float | None] = mapped_column(default=None)
    reading_place: Mapped[int | None] = mapped_column(default=None)


class Lineage(Base):
    """What a run, or a person's decision, did to a cluster; `from_cluster_id` is the other one of a split or a join."""

    __tablename__ = "lineage"
    __table_args__ = (one_of("event", Event),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), default=None)
    event: Mapped[Event] = mapped_column(word_of(Event, 10))
    from_cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    overlap: Mapped[float] = mapped_column(default=0.0)
