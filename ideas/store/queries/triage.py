"""Questions of reviewers: nearly equal ideas, and the decisions that bind the next run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.accounts import Role
from ideas.domain.clusters import ConstraintKind
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Constraint, Decision, Idea, Membership, NearPair
from ideas.store.rows import list_rows

Query = TypeVar("Query", bound="sa.Select[Any]")


def count_near_pairs(campaign: Campaign) -> int:
    """Return how many pairs `list_near_pairs` would list in all."""
    first, second = aliased(Idea), aliased(Idea)
    return db.session.scalar(_of_near_pairs(sa.select(sa.func.count()), campaign, first, second)) or 0


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


def list_near_pairs(
    campaign: Campaign, *, cluster_id: int | None = None, page: int = 1, size: int = 20
) -> list[NearPairLine]:
    """Return one page of near-duplicates to merge, most similar first; both published, not kept apart by a person."""
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
    )
    query = _of_near_pairs(columns, campaign, first, second)
    if cluster_id is not None:
        own = sa.select(Membership.idea_id).where(
            Membership.run_id == campaign.current_run_id, Membership.cluster_id == cluster_id
        )
        query = query.where(NearPair.first_id.in_(own), NearPair.second_id.in_(own))
    query = query.order_by(NearPair.likeness.desc(), NearPair.first_id, NearPair.second_id)
    return list_rows(NearPairLine, query.limit(size).offset((page - 1) * size))


class StandingConstraint(NamedTuple):
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


def list_standing_constraints(campaign: Campaign, *, idea_ids: Iterable[int] | None = None) -> list[StandingConstraint]:
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
    return list_rows(StandingConstraint, query)


def _of_near_pairs(query: Query, campaign: Campaign, first: type[Idea], second: type[Idea]) -> Query:
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
        .where(NearPair.run_id == campaign.current_run_id, ~apart)
        .where(first.publication == Publication.PUBLISHED, second.publication == Publication.PUBLISHED)
    )


def find_cluster_of(decision_id: int) -> int | None:
    """Return the number of the subject that a decision is about, while it lives."""
    about = sa.select(Decision.cluster_id).join(Cluster, Cluster.id == Decision.cluster_id)
    living = about.where(
        Decision.id == decision_id, Cluster.dissolved_run_id.is_(None), Cluster.accepted_at.is_not(None)
    )
    return db.session.scalar(living)
