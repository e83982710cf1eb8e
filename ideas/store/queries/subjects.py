"""Questions of the pages of subjects: why their ideas are together, what was answered, what happened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.domain.accounts import Role
from ideas.domain.clusters import Event, Level, Origin, ReviewKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.high_value import HighValue
from ideas.store.database import Moment, db
from ideas.store.models import (
    Answer,
    Campaign,
    Cluster,
    Decision,
    Idea,
    Lineage,
    Membership,
    NearIdeas,
    Review,
    ReviewMember,
    Run,
    RunCluster,
    Wave,
    WaveIdea,
)
from ideas.store.queries.clusters import title_of
from ideas.store.queries.high_values import shown_high_value
from ideas.store.queries.waves import label_shown
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


class FoundSubject(NamedTuple):
    """A subject and its campaign; `reviewed_at`: when the review that stands was signed."""

    cluster: Cluster
    campaign: Campaign
    reviewed_at: datetime | None


def find(cluster_id: int) -> FoundSubject | None:
    """Return a subject that was accepted once, living or not; whether it has ideas to show is for the caller to see."""
    reviewed = sa.select(sa.func.max(Review.reviewed_at)).where(
        Review.cluster_id == Cluster.id, Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None)
    )
    query = (
        sa.select(Cluster, Campaign, sa.type_coerce(reviewed.correlate(Cluster).scalar_subquery(), Moment()))
        .join(Campaign, Campaign.id == Cluster.campaign_id)
        .where(Cluster.id == cluster_id, Cluster.accepted_at.is_not(None), Cluster.level == Level.SUBJECT)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else FoundSubject(*row)


def list_published(cluster_id: int, run_id: int | None) -> list[Idea]:
    """Return the published ideas of a subject in one picture, by number."""
    query = sa.select(Idea).join(Membership, Membership.idea_id == Idea.id).order_by(Idea.id)
    here = (Membership.run_id == run_id, Membership.cluster_id == cluster_id, listed())
    return list(db.session.scalars(query.where(*here).options(joinedload(Idea.answer))))


class Evidence(NamedTuple):
    """What a published member says for the whole: its stems, the ideas most like it, whether a person has seen it.

    `wave_id` is for the staff; `wave_label` is what a person said of its wave, empty unless it is counted apart.
    """

    idea_id: int
    stems: str
    is_seen: bool
    near: list[Any] | None
    answer_id: int | None
    request_id: int | None
    wave_id: int | None
    wave_label: str
    high_value: HighValue | None


def list_evidence(cluster_id: int, run_id: int | None) -> list[Evidence]:
    """Return what each published member of a subject says for the whole."""
    return list_rows(Evidence, _EVIDENCE, {"cluster_id": cluster_id, "run_id": run_id})


def _select_evidence() -> sa.Select[Any]:
    run_id, cluster_id = (sa.bindparam(name, type_=sa.Integer()) for name in ("run_id", "cluster_id"))
    signed = (
        sa.exists()
        .where(ReviewMember.review_id == Review.id, ReviewMember.idea_id == Membership.idea_id)
        .where(Review.cluster_id == cluster_id, Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None))
    )
    return (
        sa.select(
            Idea.id.label("idea_id"),
            Idea.search_text.label("stems"),
            sa.or_(signed, Membership.origin == Origin.MOVED).label("is_seen"),
            NearIdeas.near,
            Idea.answer_id,
            Membership.request_id,
            WaveIdea.wave_id,
            label_shown().label("wave_label"),
            shown_high_value().label("high_value"),
        )
        .join(Membership, Membership.idea_id == Idea.id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(WaveIdea, WaveIdea.idea_id == Idea.id)
        .outerjoin(Wave, Wave.id == WaveIdea.wave_id)
        .outerjoin(NearIdeas, (NearIdeas.idea_id == Idea.id) & (NearIdeas.run_id == run_id))
        .where(Membership.run_id == run_id, Membership.cluster_id == cluster_id, listed())
        .order_by(Idea.id)
    )


_EVIDENCE = _select_evidence()


def list_near(ideas: Iterable[int], run_id: int | None) -> dict[int, list[Any]]:
    """Return what a run noted of the ideas most like each of these: [number, likeness, shared words], in order."""
    query = sa.select(NearIdeas.idea_id, NearIdeas.near).where(NearIdeas.run_id == run_id)
    return dict(db.session.execute(query.where(NearIdeas.idea_id.in_(list(ideas)))).all())


class NearSubject(NamedTuple):
    """The subject of an idea, named."""

    idea_id: int
    cluster_id: int
    name: str
    title: str


def list_subjects_of(ideas: Iterable[int], run_id: int | None) -> list[NearSubject]:
    """Return the subjects of published ideas in one picture; an idea that has none is left out."""
    return list_rows(NearSubject, _SUBJECTS_OF, {"ideas": list(ideas), "run_id": run_id})


def _select_subjects_of() -> sa.Executable:
    run_id = sa.bindparam("run_id", type_=sa.Integer())
    return (
        sa.select(
            Idea.id.label("idea_id"), Cluster.id.label("cluster_id"), Cluster.name, title_of(run_id).label("title")
        )
        .join(Membership, Membership.idea_id == Idea.id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .join(RunCluster, (RunCluster.cluster_id == Cluster.id) & (RunCluster.run_id == Membership.run_id))
        .where(Membership.run_id == run_id, Idea.id.in_(sa.bindparam("ideas", expanding=True)), listed())
    )


_SUBJECTS_OF = _select_subjects_of()


def list_titles(numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the titles of those ideas that are published, with their languages, by number."""
    query = sa.select(Idea.id, Idea.title, Idea.language).where(Idea.id.in_(list(numbers)), listed())
    return {number: (title, language) for number, title, language in db.session.execute(query)}


class IdeaPlace(NamedTuple):
    """The subject of an idea, named, and the theme that most of its ideas carry (None: no idea carries one)."""

    cluster_id: int
    name: str
    title: str
    theme: str | None


def _select_place() -> sa.Select[tuple[int, str, str, str | None]]:
    run_id = sa.bindparam("run_id", type_=sa.Integer())
    fellow, other = aliased(Membership), aliased(Idea)
    theme = (
        sa.select(other.theme)
        .join(fellow, fellow.idea_id == other.id)
        .where(fellow.run_id == run_id, fellow.cluster_id == Cluster.id, listed(other), other.theme != "")
        .group_by(other.theme)
        .order_by(sa.func.count().desc(), other.theme)
        .limit(1)
        .correlate(Cluster)
        .scalar_subquery()
    )
    return (
        sa.select(Cluster.id.label("cluster_id"), Cluster.name, title_of(run_id).label("title"), theme.label("theme"))
        .join(RunCluster, RunCluster.cluster_id == Cluster.id)
        .join(Membership, (Membership.cluster_id == Cluster.id) & (Membership.run_id == RunCluster.run_id))
        .where(Membership.run_id == run_id, Membership.idea_id == sa.bindparam("idea_id"))
    )


_PLACE = _select_place()


def find_place(idea_id: int, run_id: int | None) -> IdeaPlace | None:
    """Return the subject of an idea in one picture; None for an idea that has none."""
    return next(iter(list_rows(IdeaPlace, _PLACE, {"idea_id": idea_id, "run_id": run_id})), None)


class HistoryStep(NamedTuple):
    """What a run or a person did to a subject; `is_shown`: whether the other subject has a page."""

    event: Event | None
    kind: DecisionKind | None
    role: Role | None
    note: str | None
    run_id: int | None
    decision_id: int | None
    is_own: bool
    other_id: int | None
    overlap: float | None
    is_shown: bool
    happened_at: datetime


NOT_TOLD_TWICE = (DecisionKind.ACCEPT_RUN, DecisionKind.SPLIT, DecisionKind.JOIN)  # their lineage tells them


def list_history(cluster_id: int, *, count: int = 40) -> list[HistoryStep]:
    """Return what runs and people did to a subject, the latest first."""
    is_own = Lineage.cluster_id == cluster_id
    other = aliased(Cluster)
    other_id = sa.case((is_own, Lineage.from_cluster_id), else_=Lineage.cluster_id)
    by_lineage = (
        sa.select(
            Lineage.event,
            Decision.kind,
            Decision.role,
            Decision.note,
            Lineage.run_id,
            Lineage.decision_id,
            is_own.label("is_own"),
            other_id.label("other_id"),
            Lineage.overlap,
            other.accepted_at.is_not(None).label("is_shown"),
            sa.func.coalesce(Decision.decided_at, Run.started_at, type_=Moment()).label("happened_at"),
            Lineage.id.label("rank"),
        )
        .join(Run, Run.id == Lineage.run_id)
        .outerjoin(Decision, Decision.id == Lineage.decision_id)
        .outerjoin(other, other.id == other_id)
        .where(sa.or_(is_own, Lineage.from_cluster_id == cluster_id))
    )
    told = sa.select(Lineage.decision_id).where(
        sa.or_(is_own, Lineage.from_cluster_id == cluster_id), Lineage.decision_id.is_not(None)
    )
    by_people = sa.select(
        sa.null(),
        Decision.kind,
        Decision.role,
        Decision.note,
        sa.null(),
        Decision.id,
        sa.true(),
        sa.null(),
        sa.null(),
        sa.false(),
        Decision.decided_at,
        Decision.id,
    ).where(Decision.cluster_id == cluster_id, Decision.kind.not_in(NOT_TOLD_TWICE), Decision.id.not_in(told))
    both = sa.union_all(by_lineage, by_people).subquery()
    query = sa.select(*(both.c[name] for name in HistoryStep._fields))
    return list_rows(HistoryStep, query.order_by(both.c.happened_at.desc(), both.c.rank.desc()).limit(count))


class ThemeTotal(NamedTuple):
    """How many published ideas carry a theme (empty: none), and the supports that they have."""

    theme: str
    idea_count: int
    vote_count: int


def list_theme_totals(campaign: Campaign) -> list[ThemeTotal]:
    """Return the themes that ideas carry, the most supported first."""
    votes = sa.func.sum(Idea.vote_count)
    query = (
        sa.select(Idea.theme, sa.func.count().label("idea_count"), votes.label("vote_count"))
        .where(Idea.campaign_id == campaign.id, listed())
        .group_by(Idea.theme)
        .order_by(votes.desc(), Idea.theme)
    )
    return list_rows(ThemeTotal, query)
