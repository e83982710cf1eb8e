"""Questions of reviewers: nearly equal ideas, and the decisions that bind the next run."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.clusters import ConstraintKind
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Constraint, Decision, Idea, Membership, NearPair


def count_near_pairs(campaign: Campaign) -> int:
    """Return how many pairs `list_near_pairs` would list in all."""
    first, second = aliased(Idea), aliased(Idea)
    return db.session.scalar(_near_pairs(campaign, first, second, sa.func.count())) or 0


def list_near_pairs(campaign: Campaign, *, cluster_id: int | None = None, page: int = 1, size: int = 20) -> list[Any]:
    """Return one page of near-duplicates to merge, most similar first; both published, not kept apart by a person."""
    first, second = aliased(Idea), aliased(Idea)
    query = _near_pairs(
        campaign,
        first,
        second,
        NearPair.first_id,
        NearPair.second_id,
        NearPair.likeness,
        NearPair.shared,
        first.title.label("first_title"),
        second.title.label("second_title"),
        first.vote_count.label("first_votes"),
        second.vote_count.label("second_votes"),
    )
    if cluster_id is not None:
        own = sa.select(Membership.idea_id).where(
            Membership.run_id == campaign.current_run_id, Membership.cluster_id == cluster_id
        )
        query = query.where(NearPair.first_id.in_(own), NearPair.second_id.in_(own))
    query = query.order_by(NearPair.likeness.desc(), NearPair.first_id, NearPair.second_id)
    return list(db.session.execute(query.limit(size).offset((page - 1) * size)))


def list_standing_constraints(campaign: Campaign, *, idea_ids: Iterable[int] | None = None) -> list[Any]:
    """Return the decisions that bind the next run, the latest first: constraint, titles, when and by which role."""
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
    return list(db.session.execute(query))


def find_constraint_of(decision_id: int) -> Constraint | None:
    """Return the standing constraint that a decision imposed."""
    query = sa.select(Constraint).where(Constraint.decision_id == decision_id, Constraint.lifted_at.is_(None))
    return db.session.scalar(query)


def _near_pairs(campaign: Campaign, first: Any, second: Any, *columns: Any) -> sa.Select[Any]:
    apart = sa.exists().where(
        Constraint.kind == ConstraintKind.APART.value,
        Constraint.lifted_at.is_(None),
        sa.or_(
            sa.and_(Constraint.idea_id == NearPair.first_id, Constraint.other_idea_id == NearPair.second_id),
            sa.and_(Constraint.idea_id == NearPair.second_id, Constraint.other_idea_id == NearPair.first_id),
        ),
    )
    return (
        sa.select(*columns)
        .select_from(NearPair)
        .join(first, first.id == NearPair.first_id)
        .join(second, second.id == NearPair.second_id)
        .where(NearPair.run_id == campaign.current_run_id, ~apart)
        .where(first.publication == Publication.PUBLISHED.value, second.publication == Publication.PUBLISHED.value)
    )
