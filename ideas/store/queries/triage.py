"""Questions of reviewers: nearly equal ideas, and the decisions that bind the next run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.accounts import Role
from ideas.domain.clusters import ConstraintKind, RunState
from ideas.domain.decisions import ABOUT_PUBLICATION, DecisionKind
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Constraint,
    Decision,
    Idea,
    Membership,
    Merge,
    NearIdeas,
    NearPair,
    Run,
    Undo,
)
from ideas.store.queries.clusters import unclustered
from ideas.store.queries.waves import count_unread
from ideas.store.rows import list_rows

_RUN = sa.bindparam("run_id", type_=sa.Integer())
Query = TypeVar("Query", bound="sa.Select[Any]")


class BenchCounts(NamedTuple):
    """What waits beside the queue of subjects; `pending_run_id` is the proposal that nobody answered."""

    alone_count: int
    pair_count: int
    constraint_count: int
    wave_count: int
    pending_run_id: int | None


def count_waiting(campaign: Campaign) -> BenchCounts:
    """Return what waits beside the queue of subjects."""
    pairs = _COUNTED_PAIRS.params(run_id=campaign.current_run_id)
    alone = sa.select(sa.func.count()).select_from(Idea).where(*unclustered(campaign))
    active = sa.select(sa.func.count()).select_from(Constraint)
    active = active.where(Constraint.campaign_id == campaign.id, Constraint.lifted_at.is_(None))
    waves = count_unread(campaign)
    pending = sa.select(sa.func.max(Run.id)).where(Run.campaign_id == campaign.id, Run.state == RunState.PROPOSED)
    columns = zip(BenchCounts._fields, (alone, pairs, active, waves, pending), strict=True)
    return list_rows(BenchCounts, sa.select(*(one.scalar_subquery().label(name) for name, one in columns)))[0]


def list_recent_targets(campaign: Campaign, person_id: int | None, *, count: int) -> list[int]:
    """Return the subjects to which somebody last moved or joined ideas, the latest first; some may be no more."""
    latest = sa.func.max(Decision.id)
    query = (
        sa.select(Decision.cluster_id)
        .where(Decision.campaign_id == campaign.id, Decision.person_id == person_id)
        .where(Decision.kind.in_((DecisionKind.MOVE, DecisionKind.JOIN)), Decision.cluster_id.is_not(None))
        .group_by(Decision.cluster_id)
        .order_by(latest.desc())
    )
    return [number for number in db.session.scalars(query.limit(count)) if number is not None]


def count_near_pairs(campaign: Campaign) -> int:
    """Return how many pairs `list_near_pairs` would list in all."""
    return db.session.scalar(_COUNTED_PAIRS, {"run_id": campaign.current_run_id}) or 0


class NearPairLine(NamedTuple):
    """Two ideas that nearly say the same; `shared` has the words behind the likeness, under `words`."""

    first_id: int
    second_id: int
    likeness: float
    shared: dict[str, Any]
    first_title: str
    second_title: str
    first_votes: int
    second_votes: int
    first_length: int
    second_length: int


def list_near_pairs(
    campaign: Campaign, *, cluster_id: int | None = None, page: int = 1, size: int = 20
) -> list[NearPairLine]:
    """Return one page of near-duplicates to merge, most similar first; both published, not kept apart by a person."""
    given = {"run_id": campaign.current_run_id, "size": size, "start": (page - 1) * size}
    if cluster_id is None:
        return list_rows(NearPairLine, _PAIRS, given)
    return list_rows(NearPairLine, _OWN_PAIRS, given | {"cluster_id": cluster_id})


def _select_pairs(*, is_own: bool) -> sa.Select[Any]:
    first, second = aliased(Idea), aliased(Idea)
    columns = sa.select(
        NearPair.first_id,
        NearPair.second_id,
        NearPair.likeness,
        NearPair.shared,
        first.title.label("first_title"),
        second.title.label("second_title"),
        first.vote_count.label("first_votes"),
        second.vote_count.label("second_votes"),
        _measure(first).label("first_length"),
        _measure(second).label("second_length"),
    )
    query = _of_near_pairs(columns, first, second)
    if is_own:
        own = sa.select(Membership.idea_id).where(
            Membership.run_id == _RUN, Membership.cluster_id == sa.bindparam("cluster_id", type_=sa.Integer())
        )
        query = query.where(NearPair.first_id.in_(own), NearPair.second_id.in_(own))
    query = query.order_by(NearPair.likeness.desc(), NearPair.first_id, NearPair.second_id)
    return query.limit(sa.bindparam("size", type_=sa.Integer())).offset(sa.bindparam("start", type_=sa.Integer()))


class ReadText(NamedTuple):
    """What an idea says, whole."""

    id: int
    language: str
    data_wanted: str
    planned_use: str


def list_texts(numbers: Iterable[int], campaign: Campaign) -> list[ReadText]:
    """Return what published ideas of a campaign say."""
    query = sa.select(Idea.id, Idea.language, Idea.data_wanted, Idea.planned_use)
    published = (Idea.campaign_id == campaign.id, Idea.publication == Publication.PUBLISHED)
    return list_rows(ReadText, query.where(Idea.id.in_(list(numbers)), *published))


class AloneIdea(NamedTuple):
    """An idea of no subject, and what a run noted of those most like it: [number, likeness, shared words], in order."""

    id: int
    title: str
    language: str
    vote_count: int
    near: list[Any]


def list_alone(campaign: Campaign, *, most: int) -> list[AloneIdea]:
    """Return the ideas of no subject that are like any other, the most supported first."""
    query = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, NearIdeas.near).where(*unclustered(campaign))
    query = query.join(NearIdeas, NearIdeas.idea_id == Idea.id).where(NearIdeas.run_id == campaign.current_run_id)
    return list_rows(AloneIdea, query.order_by(Idea.vote_count.desc(), Idea.id).limit(most))


class ActiveConstraint(NamedTuple):
    """A decision that binds the next run: what it is about, when it was taken and by which role."""

    id: int
    kind: ConstraintKind
    idea_id: int
    other_idea_id: int | None
    cluster_id: int | None
    decision_id: int
    imposed_at: datetime
    title: str
    other_title: str | None
    role: Role


def list_active_constraints(campaign: Campaign, *, idea_ids: Iterable[int] | None = None) -> list[ActiveConstraint]:
    """Return the decisions that bind the next run, the latest first."""
    idea, other = aliased(Idea), aliased(Idea)
    query = (
        sa.select(
            Constraint.id,
            Constraint.kind,
            Constraint.idea_id,
            Constraint.other_idea_id,
            Constraint.cluster_id,
            Constraint.decision_id,
            Constraint.imposed_at,
            idea.title.label("title"),
            other.title.label("other_title"),
            Decision.role,
        )
        .join(idea, idea.id == Constraint.idea_id)
        .outerjoin(other, other.id == Constraint.other_idea_id)
        .join(Decision, Decision.id == Constraint.decision_id)
        .where(Constraint.campaign_id == campaign.id, Constraint.lifted_at.is_(None))
        .order_by(Constraint.id.desc())
    )
    if idea_ids is not None:
        numbers = list(idea_ids)
        query = query.where(sa.or_(Constraint.idea_id.in_(numbers), Constraint.other_idea_id.in_(numbers)))
    return list_rows(ActiveConstraint, query)


class OwnAct(NamedTuple):
    """A decision of somebody, and whether it stands and can be taken back, unless something depends on it."""

    id: int
    kind: DecisionKind
    idea_id: int | None
    is_undoable: bool


def list_own_acts(campaign: Campaign, person_id: int | None, decision_id: int) -> list[OwnAct]:
    """Return a decision of somebody (0: none), and their last one about subjects or a merge that can be taken back."""
    undo = sa.exists().where(Undo.decision_id == Decision.id, Undo.undone_by_id.is_(None))
    merge = sa.exists().where(Merge.decision_id == Decision.id, Merge.undone_at.is_(None))
    own = (Decision.campaign_id == campaign.id, Decision.person_id == person_id)
    # What was decided about publication is taken back where it was decided.
    can_be = sa.and_(sa.or_(undo, merge), Decision.kind.not_in(ABOUT_PUBLICATION))
    last = sa.select(Decision.id).where(*own, can_be).order_by(Decision.id.desc()).limit(1).scalar_subquery()
    query = sa.select(Decision.id, Decision.kind, Decision.idea_id, can_be.label("is_undoable"))
    return list_rows(OwnAct, query.where(*own, Decision.id.in_((decision_id, last))))


def _measure(idea: type[Idea]) -> sa.ColumnElement[int]:
    return sa.func.length(idea.data_wanted) + sa.func.length(idea.planned_use)


def _of_near_pairs(query: Query, first: type[Idea], second: type[Idea]) -> Query:
    apart = sa.exists().where(
        Constraint.kind.in_((ConstraintKind.APART, ConstraintKind.DISTINCT)),
        Constraint.lifted_at.is_(None),
        sa.or_(
            sa.and_(Constraint.idea_id == NearPair.first_id, Constraint.other_idea_id == NearPair.second_id),
            sa.and_(Constraint.idea_id == NearPair.second_id, Constraint.other_idea_id == NearPair.first_id),
        ),
    )
    return (
        query.select_from(NearPair)
        .join(first, first.id == NearPair.first_id)
        .join(second, second.id == NearPair.second_id)
        .where(NearPair.run_id == _RUN, ~apart)
        .where(first.publication == Publication.PUBLISHED, second.publication == Publication.PUBLISHED)
    )


def find_cluster_of(decision_id: int) -> int | None:
    """Return the number of the subject that a decision is about, while it lives; ideas that moved left another."""
    about = sa.select(Decision.cluster_id).join(Cluster, Cluster.id == Decision.cluster_id)
    living = about.where(
        Decision.id == decision_id,
        Decision.kind != DecisionKind.MOVE,
        Cluster.dissolved_run_id.is_(None),
        Cluster.accepted_at.is_not(None),
    )
    return db.session.scalar(living)


def find_merged(decision_id: int) -> int | None:
    """Return the idea that a decision merged, while it is."""
    active = sa.select(Merge.idea_id).where(Merge.decision_id == decision_id, Merge.undone_at.is_(None))
    return db.session.scalar(active)


_PAIRS, _OWN_PAIRS = (_select_pairs(is_own=is_own) for is_own in (False, True))
_COUNTED_PAIRS = _of_near_pairs(sa.select(sa.func.count()), aliased(Idea), aliased(Idea))
