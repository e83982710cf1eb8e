"""Questions of reviewers: nearly equal ideas, and the decisions that bind the next run."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

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
    InternalNote,
    Membership,
    Merge,
    NearIdeas,
    NearPair,
    Run,
    Undo,
)
from ideas.store.queries.alone import READ_AT_ONCE, are_alone, is_left, select_best_support
from ideas.store.queries.waves import select_unread
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_RUN, _CAMPAIGN, _PERSON = (sa.bindparam(name, type_=sa.Integer()) for name in ("run_id", "campaign_id", "person_id"))
SENDING = (DecisionKind.MOVE, DecisionKind.JOIN)
RECENT = 10  # subjects where somebody last sent ideas
Query = TypeVar("Query", bound="sa.Select[Any]")


class BenchCounts(NamedTuple):
    """What waits beside the queue of subjects; `pending_run_id` is the proposal that nobody answered.

    `unread_count`: ideas alone that nobody left so, `unread_support` of the best of those to read next. `note_count`:
    the notes of the staff on the chosen subject.
    """

    alone_count: int
    unread_count: int
    unread_support: int | None
    pair_count: int
    constraint_count: int
    wave_count: int
    pending_run_id: int | None
    note_count: int


def count_waiting(campaign: Campaign, cluster_id: int | None = None) -> BenchCounts:
    """Return what waits beside the queue of subjects, and the notes on the chosen one."""
    given = {"campaign_id": campaign.id, "run_id": campaign.current_run_id, "cluster_id": cluster_id}
    return list_rows(BenchCounts, _WAITING, given)[0]


def _select_waiting() -> sa.Select[Any]:
    alone = sa.select(sa.func.count()).select_from(Idea).where(*are_alone())
    active = sa.select(sa.func.count()).select_from(Constraint)
    active = active.where(Constraint.campaign_id == _CAMPAIGN, Constraint.lifted_at.is_(None))
    notes = sa.select(sa.func.count()).select_from(InternalNote)
    notes = notes.where(InternalNote.cluster_id == sa.bindparam("cluster_id", type_=sa.Integer()))
    pending = sa.select(sa.func.max(Run.id)).where(Run.campaign_id == _CAMPAIGN, Run.state == RunState.PROPOSED)
    counted = (
        alone,
        alone.where(~is_left()),
        select_best_support(READ_AT_ONCE),
        _COUNTED_PAIRS,
        active,
        select_unread(_CAMPAIGN),
        pending,
        notes,
    )
    columns = zip(BenchCounts._fields, counted, strict=True)
    return sa.select(*(one.scalar_subquery().label(name) for name, one in columns))


def count_near_pairs(campaign: Campaign) -> int:
    """Return how many pairs `list_near_pairs` would list in all."""
    return db.session.scalar(_COUNTED_PAIRS, {"campaign_id": campaign.id, "run_id": campaign.current_run_id}) or 0


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


class NearbyIdea(NamedTuple):
    """An idea and its subject; of one alone, what a run noted of those like it: [number, likeness, words], in order."""

    id: int
    title: str
    language: str
    vote_count: int
    cluster_id: int | None
    near: list[Any] | None


def list_nearby(campaign: Campaign, linked: Iterable[int], *, most: int) -> list[NearbyIdea]:
    """Return those of the `linked` ideas that are online, then the ideas of no subject, the most supported first."""
    given = {"campaign_id": campaign.id, "run_id": campaign.current_run_id, "linked": list(linked), "most": most}
    return list_rows(NearbyIdea, _NEARBY, given)


def _select_nearby() -> sa.Select[Any]:
    is_alone = Membership.idea_id.is_(None)
    return (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.vote_count,
            Membership.cluster_id,
            sa.case((is_alone, NearIdeas.near)).label("near"),
        )
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == _RUN))
        .outerjoin(NearIdeas, (NearIdeas.idea_id == Idea.id) & (NearIdeas.run_id == _RUN))
        .where(Idea.campaign_id == _CAMPAIGN, listed())
        .where(sa.or_(is_alone, Idea.id.in_(sa.bindparam("linked", expanding=True))))
        .order_by(is_alone, Idea.vote_count.desc(), Idea.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


class OwnAct(NamedTuple):
    """A decision of somebody, and whether it stands and can be taken back, unless something depends on it."""

    id: int
    kind: DecisionKind
    idea_id: int | None
    cluster_id: int | None
    is_undoable: bool


def list_own_acts(campaign: Campaign, person_id: int | None, decision_id: int) -> list[OwnAct]:
    """Return, in order, acts of somebody that the bench shows.

    A decision (0: none), their last one about subjects or a merge that can be taken back, and the last that sent ideas
    to each of the subjects where they sent some lately.
    """
    given = {"campaign_id": campaign.id, "person_id": person_id, "decision_id": decision_id}
    return list_rows(OwnAct, _OWN_ACTS, given)


def _select_own_acts() -> "sa.Select[*tuple[Any, ...]]":
    undo = sa.exists().where(Undo.decision_id == Decision.id, Undo.undone_by_id.is_(None))
    merge = sa.exists().where(Merge.decision_id == Decision.id, Merge.undone_at.is_(None))
    own = (Decision.campaign_id == _CAMPAIGN, Decision.person_id == _PERSON)
    # What was decided about publication is taken back where it was decided.
    can_be = sa.and_(sa.or_(undo, merge), Decision.kind.not_in(ABOUT_PUBLICATION))
    last = sa.select(Decision.id).where(*own, can_be).order_by(Decision.id.desc()).limit(1).scalar_subquery()
    asked = sa.bindparam("decision_id", type_=sa.Integer())
    sent = sa.func.max(Decision.id)
    recent = sa.select(sent).where(*own, Decision.kind.in_(SENDING), Decision.cluster_id.is_not(None))
    recent = recent.group_by(Decision.cluster_id).order_by(sent.desc()).limit(RECENT)
    query = sa.select(
        Decision.id, Decision.kind, Decision.idea_id, Decision.cluster_id, can_be.label("is_undoable")
    ).where(*own, sa.or_(Decision.id.in_((asked, last)), Decision.id.in_(recent.scalar_subquery())))
    return query.order_by(Decision.id)


def _measure(idea: type[Idea]) -> sa.ColumnElement[int]:
    return sa.func.length(idea.data_wanted) + sa.func.length(idea.planned_use)


def _count_pairs() -> sa.Select[Any]:
    # Few ideas leave: to look for theirs costs less than to look both ideas of each pair up.
    gone = sa.select(Idea.id).where(Idea.campaign_id == _CAMPAIGN, Idea.publication != Publication.PUBLISHED)
    stay = (NearPair.first_id.not_in(gone), NearPair.second_id.not_in(gone))
    return sa.select(sa.func.count()).select_from(NearPair).where(NearPair.run_id == _RUN, *stay, _are_not_apart())


def _of_near_pairs(query: Query, first: type[Idea], second: type[Idea]) -> Query:
    return (
        query.select_from(NearPair)
        .join(first, first.id == NearPair.first_id)
        .join(second, second.id == NearPair.second_id)
        .where(NearPair.run_id == _RUN, _are_not_apart())
        .where(first.publication == Publication.PUBLISHED, second.publication == Publication.PUBLISHED)
    )


def _are_not_apart() -> sa.ColumnElement[bool]:
    # Read once, in the order of the pairs, rather than asked of each of thousands.
    one, other = Constraint.idea_id, Constraint.other_idea_id
    in_order = (sa.case((one < other, one), else_=other), sa.case((one < other, other), else_=one))
    apart = sa.select(*in_order).where(
        Constraint.kind.in_((ConstraintKind.APART, ConstraintKind.DISTINCT)),
        Constraint.lifted_at.is_(None),
        other.is_not(None),
    )
    return sa.tuple_(NearPair.first_id, NearPair.second_id).not_in(apart)


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
_COUNTED_PAIRS = _count_pairs()
_WAITING, _NEARBY, _OWN_ACTS = _select_waiting(), _select_nearby(), _select_own_acts()
