"""Questions about clusters: only published ideas count, at the moment of reading.

A run is a picture of the day it was made. What was hidden, withdrawn or merged since is left out of every answer:
members, counts, pairs, and the keywords that only such ideas had (`list_member_stems` tells which ones remain).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.clusters import ClusterState, Event
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Idea, Lineage, Membership, Run, RunCluster
from ideas.store.queries.ideas import ShortIdea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


def find_run(run_id: int | None) -> Run | None:
    """Return a run by its number."""
    return db.session.get(Run, run_id) if run_id else None


def find(cluster_id: int) -> Cluster | None:
    """Return a cluster, living or dissolved; whether it may be shown is for the caller to find out."""
    return db.session.get(Cluster, cluster_id)


class CurrentCluster(NamedTuple):
    """A cluster as it stands: `idea_count` and `vote_count` are of published members.

    `is_whole` is false once a member of the run has left: the keywords must then be checked against
    `list_member_stems`. `closest` holds the nearest pair of ideas and their shared words, as the run saw them.
    """

    id: int
    name: str
    state: ClusterState
    born_run_id: int
    keywords: list[str]
    cohesion: float
    closest: dict[str, Any]
    idea_count: int
    vote_count: int
    is_whole: bool


def list_current(campaign: Campaign, *, only: Iterable[int] | None = None) -> list[CurrentCluster]:
    """Return the clusters of the current run that have a published member, the most supported first."""
    query = (
        sa.select(
            Cluster.id,
            Cluster.name,
            Cluster.state,
            Cluster.born_run_id,
            RunCluster.keywords,
            RunCluster.cohesion,
            RunCluster.closest,
            _published().label("idea_count"),
            _votes().label("vote_count"),
            sa.and_(_published() == sa.func.count(), _published() >= RunCluster.size).label("is_whole"),
        )
        .join(RunCluster, RunCluster.cluster_id == Cluster.id)
        .join(Membership, (Membership.cluster_id == Cluster.id) & (Membership.run_id == RunCluster.run_id))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Cluster.campaign_id == campaign.id, RunCluster.run_id == campaign.current_run_id)
        .group_by(Cluster.id, RunCluster.run_id, RunCluster.cluster_id)
        .having(_published() > 0)
        .order_by(_votes().desc(), Cluster.id)
    )
    return list_rows(CurrentCluster, query if only is None else query.where(Cluster.id.in_(list(only))))


def list_shown(numbers: Iterable[int], campaign: Campaign) -> dict[int, str]:
    """Return, of these clusters, those that have a page: number → name, empty when it has none to show."""
    member = (
        sa.exists()
        .where(Membership.cluster_id == Cluster.id, Membership.run_id == campaign.current_run_id, listed())
        .where(Idea.id == Membership.idea_id)
    )
    name = sa.case((member, Cluster.name), else_="")
    shown = sa.or_(Cluster.dissolved_run_id.is_not(None), member)
    return dict(db.session.execute(sa.select(Cluster.id, name).where(Cluster.id.in_(list(numbers)), shown)).all())


def list_member_stems(numbers: Iterable[int], run_id: int | None) -> dict[int, list[str]]:
    """Return, by cluster, what a search compares its stems with, for each published member."""
    query = (
        sa.select(Membership.cluster_id, Idea.search_text)
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == run_id, Membership.cluster_id.in_(list(numbers)), listed())
    )
    found: dict[int, list[str]] = {}
    for number, stems in db.session.execute(query):
        found.setdefault(number, []).append(stems)
    return found


class ClusterMember(NamedTuple):
    """A published idea of a cluster, and the member it is least like, when that one is still published."""

    id: int
    title: str
    language: str
    vote_count: int
    likeness: float
    weakest_likeness: float
    weakest_id: int | None
    weakest_title: str | None
    weakest_language: str | None


def list_members(cluster_id: int, run_id: int | None, *, page: int = 1, size: int = 50) -> list[ClusterMember]:
    """Return one page of the published members, those that represent the cluster best first."""
    weakest = aliased(Idea)
    still = (weakest.id == Membership.weakest_idea_id) & (weakest.publication == Publication.PUBLISHED)
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.vote_count,
            Membership.likeness,
            Membership.weakest_likeness,
            weakest.id.label("weakest_id"),
            weakest.title.label("weakest_title"),
            weakest.language.label("weakest_language"),
        )
        .join(Membership, Membership.idea_id == Idea.id)
        .outerjoin(weakest, still)
        .where(Membership.run_id == run_id, Membership.cluster_id == cluster_id, listed())
        .order_by(Membership.likeness.desc(), Idea.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return list_rows(ClusterMember, query)


def list_published_titles(numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the titles of those ideas that are published, with their languages, by number."""
    query = sa.select(Idea.id, Idea.title, Idea.language).where(Idea.id.in_(list(numbers)), listed())
    return {number: (title, language) for number, title, language in db.session.execute(query)}


def count_unclustered(campaign: Campaign) -> int:
    """Return how many published ideas are in no cluster of the current run."""
    query = sa.select(sa.func.count()).select_from(Idea).where(*_unclustered(campaign))
    return db.session.scalar(query) or 0


def list_unclustered(campaign: Campaign, *, page: int = 1, size: int = 50) -> list[ShortIdea]:
    """Return one page of the published ideas in no cluster, the most supported first."""
    query = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count).where(*_unclustered(campaign))
    query = query.order_by(Idea.vote_count.desc(), Idea.id).limit(size).offset((page - 1) * size)
    return list_rows(ShortIdea, query)


class LineageStep(NamedTuple):
    """What a run did to a cluster; `overlap` is the share of its ideas that were there before."""

    run_id: int
    event: Event
    cluster_id: int
    from_cluster_id: int | None
    overlap: float
    started_at: datetime


def list_lineage(cluster_id: int, *, count: int = 30) -> list[LineageStep]:
    """Return what runs did to a cluster and to others that left or joined it, the latest first."""
    query = (
        sa.select(
            Lineage.run_id,
            Lineage.event,
            Lineage.cluster_id,
            Lineage.from_cluster_id,
            Lineage.overlap,
            Run.started_at,
        )
        .join(Run, Run.id == Lineage.run_id)
        .where(sa.or_(Lineage.cluster_id == cluster_id, Lineage.from_cluster_id == cluster_id))
        .order_by(Lineage.id.desc())
        .limit(count)
    )
    return list_rows(LineageStep, query)


def _published() -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((listed(), 1), else_=0))


def _votes() -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((listed(), Idea.vote_count), else_=0))


def _unclustered(campaign: Campaign) -> list[sa.ColumnElement[bool]]:
    own = sa.select(Membership.idea_id).where(Membership.run_id == campaign.current_run_id)
    return [Idea.campaign_id == campaign.id, listed(), Idea.id.not_in(own)]
