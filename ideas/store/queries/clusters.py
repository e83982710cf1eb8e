"""Questions about clusters: only published ideas count, at the moment of reading.

A run is a picture of the day it was made. What was hidden, withdrawn or merged since is left out of every answer:
members, counts, pairs, and the keywords that only such ideas had (`members.list_member_stems` tells which ones remain).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.clusters import ClusterState, Event, Level, Origin, ReviewKind, ReviewStatus, find_review_status
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Assignee,
    Campaign,
    Cluster,
    Idea,
    Lineage,
    Membership,
    Review,
    ReviewMember,
    RunCluster,
)
from ideas.store.queries.ideas import ShortIdea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


def find(cluster_id: int) -> Cluster | None:
    """Return a cluster, living or dissolved; whether it may be shown is for the caller to find out."""
    return db.session.get(Cluster, cluster_id)


class CurrentCluster(NamedTuple):
    """A subject as it stands: `idea_count` and `vote_count` are of published members.

    `title` is the machine's name, empty once the idea it comes from has left. `is_whole` is false once a member of the
    run has left: the keywords must then be checked against `list_member_stems`. `signed_count` members were confirmed,
    of whom `left_count` are elsewhere now; `unseen_count` came since. `assignee_id`: who of the staff has taken it.
    """

    id: int
    name: str
    title: str
    state: ClusterState
    version: int
    born_run_id: int
    keywords: list[str]
    cohesion: float
    robustness: float | None
    idea_count: int
    vote_count: int
    is_whole: bool
    signed_count: int
    left_count: int
    unseen_count: int
    assignee_id: int | None

    @property
    def review_status(self) -> ReviewStatus:
        """What may be said of it: a signature holds for the members that were signed."""
        return find_review_status(self.state, signed=self.signed_count, left=self.left_count, unseen=self.unseen_count)


_RUN = sa.bindparam("run_id", type_=sa.Integer())


def list_current(campaign: Campaign, *, only: Iterable[int] | None = None) -> list[CurrentCluster]:
    """Return the subjects of the public picture that have a published member, the most supported first."""
    given: dict[str, Any] = {"campaign_id": campaign.id, "run_id": campaign.current_run_id}
    if only is None:
        return list_rows(CurrentCluster, _CURRENT, given)
    return list_rows(CurrentCluster, _CURRENT_ONLY, given | {"only": list(only)})


def _select_current() -> "sa.Select[*tuple[Any, ...]]":
    counts = _count_signed(_RUN)
    taken = sa.select(Assignee.person_id).where(Assignee.cluster_id == Cluster.id).correlate(Cluster).scalar_subquery()
    return (
        sa.select(
            Cluster.id,
            Cluster.name,
            title_of(_RUN).label("title"),
            Cluster.state,
            Cluster.version,
            Cluster.born_run_id,
            RunCluster.keywords,
            RunCluster.cohesion,
            RunCluster.robustness,
            _published().label("idea_count"),
            _votes().label("vote_count"),
            sa.and_(_published() == sa.func.count(), _published() >= RunCluster.size).label("is_whole"),
            *(_if_confirmed(count).label(name) for name, count in counts.items()),
            taken.label("assignee_id"),
        )
        .join(RunCluster, RunCluster.cluster_id == Cluster.id)
        .join(Membership, (Membership.cluster_id == Cluster.id) & (Membership.run_id == RunCluster.run_id))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Cluster.campaign_id == sa.bindparam("campaign_id", type_=sa.Integer()))
        .where(RunCluster.run_id == _RUN, Cluster.level == Level.SUBJECT)
        .group_by(Cluster.id, RunCluster.run_id, RunCluster.cluster_id)
        .having(_published() > 0)
        .order_by(_votes().desc(), Cluster.id)
    )


def title_of(run_id: int | sa.BindParameter[int] | None) -> sa.ScalarSelect[str]:
    """Return the machine's name of a cluster while the idea whose title it is is one of its published members."""
    named, member = aliased(Idea), aliased(Membership)
    there = (
        sa.exists()
        .where(named.id == RunCluster.named_after_id, named.publication == Publication.PUBLISHED)
        .where(member.run_id == run_id, member.idea_id == named.id)
        .where(sa.or_(member.cluster_id == RunCluster.cluster_id, member.request_id == RunCluster.cluster_id))
        .correlate(RunCluster)
    )
    return sa.case((there, RunCluster.title), else_="")  # type: ignore[return-value]


def _count_signed(run_id: sa.BindParameter[int]) -> dict[str, sa.ScalarSelect[int]]:
    """Return how many members of a subject were confirmed, are elsewhere now, and came since.

    Each idea is looked up by itself: a list of those of the subject would be made again for each of them.
    """
    idea, member = aliased(Idea), aliased(Membership)
    stands = (Review.cluster_id == Cluster.id, Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None))
    signed = (
        sa.select(sa.func.count(sa.distinct(idea.id)))
        .select_from(Review)
        .join(ReviewMember, ReviewMember.review_id == Review.id)
        .join(idea, idea.id == ReviewMember.idea_id)
        .where(*stands, idea.publication == Publication.PUBLISHED)
    )
    here = sa.exists().where(
        member.run_id == run_id, member.idea_id == ReviewMember.idea_id, member.cluster_id == Cluster.id
    )
    is_signed = sa.exists().where(*stands, ReviewMember.review_id == Review.id, ReviewMember.idea_id == member.idea_id)
    unseen = (
        sa.select(sa.func.count())
        .select_from(member)
        .join(idea, idea.id == member.idea_id)
        .where(member.run_id == run_id, member.cluster_id == Cluster.id, idea.publication == Publication.PUBLISHED)
        .where(member.origin != Origin.MOVED, ~is_signed.correlate(Cluster, member))
    )
    return {
        "signed_count": signed.correlate(Cluster).scalar_subquery(),
        "left_count": signed.where(~here.correlate(Cluster, ReviewMember)).correlate(Cluster).scalar_subquery(),
        "unseen_count": unseen.correlate(Cluster).scalar_subquery(),
    }


def _if_confirmed(count: sa.ScalarSelect[int]) -> sa.ColumnElement[int]:
    return sa.case((Cluster.state == ClusterState.CONFIRMED, count), else_=0)


class RequestLine(NamedTuple):
    """A request of a subject: what one answer can serve."""

    id: int
    title: str
    idea_count: int
    vote_count: int


def list_requests(cluster_id: int, run_id: int | None) -> list[RequestLine]:
    """Return the requests of a subject, the most supported first."""
    query = (
        sa.select(
            RunCluster.cluster_id.label("id"),
            title_of(run_id).label("title"),
            _published().label("idea_count"),
            _votes().label("vote_count"),
        )
        .join(Membership, (Membership.request_id == RunCluster.cluster_id) & (Membership.run_id == RunCluster.run_id))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(RunCluster.run_id == run_id, Membership.cluster_id == cluster_id)
        .group_by(RunCluster.run_id, RunCluster.cluster_id)
        .having(_published() > 1)
        .order_by(_votes().desc(), RunCluster.cluster_id)
    )
    return list_rows(RequestLine, query)


class SubjectTheme(NamedTuple):
    """How many ideas of a subject carry a theme."""

    cluster_id: int
    theme: str
    idea_count: int


def find_themes(campaign: Campaign) -> dict[int, str]:
    """Return the theme that most ideas of each subject carry: under it, the subject is shown."""
    counted = sa.func.count().label("idea_count")
    query = (
        sa.select(Membership.cluster_id, Idea.theme, counted)
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == campaign.current_run_id, listed(), Idea.theme != "")
        .group_by(Membership.cluster_id, Idea.theme)
        .order_by(counted, Idea.theme.desc())
    )
    return {row.cluster_id: row.theme for row in list_rows(SubjectTheme, query)}


def list_shown(numbers: Iterable[int], campaign: Campaign) -> dict[int, str]:
    """Return, of these clusters, those that have a page: number → name, empty when it has none to show."""
    member = (
        sa.exists()
        .where(Membership.cluster_id == Cluster.id, Membership.run_id == campaign.current_run_id, listed())
        .where(Idea.id == Membership.idea_id)
    )
    name = sa.case((member, Cluster.name), else_="")
    shown = sa.and_(Cluster.accepted_at.is_not(None), sa.or_(Cluster.dissolved_run_id.is_not(None), member))
    return dict(db.session.execute(sa.select(Cluster.id, name).where(Cluster.id.in_(list(numbers)), shown)).all())


def count_unclustered(campaign: Campaign) -> int:
    """Return how many published ideas are in no cluster of the current run."""
    query = sa.select(sa.func.count()).select_from(Idea).where(*unclustered(campaign))
    return db.session.scalar(query) or 0


def list_unclustered(campaign: Campaign, *, page: int = 1, size: int = 50) -> list[ShortIdea]:
    """Return one page of the published ideas in no cluster, the most supported first."""
    query = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count).where(*unclustered(campaign))
    query = query.order_by(Idea.vote_count.desc(), Idea.id).limit(size).offset((page - 1) * size)
    return list_rows(ShortIdea, query)


def find_successor(cluster_id: int, campaign: Campaign) -> int | None:
    """Return the living subject that a dissolved one joined, directly or not: where its address leads."""
    seen: set[int] = set()
    number: int | None = cluster_id
    while number is not None and number not in seen:
        seen.add(number)
        cluster = find(number)
        if cluster is None or cluster.campaign_id != campaign.id:
            return None
        if cluster.dissolved_run_id is None:
            return number if number != cluster_id else None
        joined = sa.select(Lineage.from_cluster_id).where(Lineage.cluster_id == number, Lineage.event == Event.JOINED)
        number = db.session.scalar(joined.order_by(Lineage.id.desc()).limit(1))
    return None


def _published() -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((listed(), 1), else_=0))


def _votes() -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((listed(), Idea.vote_count), else_=0))


def unclustered(campaign: Campaign) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep the published ideas of no subject."""
    own = sa.select(Membership.idea_id).where(Membership.run_id == campaign.current_run_id)
    return [Idea.campaign_id == campaign.id, listed(), Idea.id.not_in(own)]


_CURRENT = _select_current()
_CURRENT_ONLY = _CURRENT.where(Cluster.id.in_(sa.bindparam("only", expanding=True)))
