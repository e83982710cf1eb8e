"""Questions about the decisions of reviewers that bind the next run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.accounts import Role
from ideas.domain.clusters import ConstraintKind
from ideas.store.models import Campaign, Constraint, Decision, Idea
from ideas.store.rows import list_rows


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


def list_active(campaign: Campaign, *, idea_ids: Iterable[int] | None = None) -> list[ActiveConstraint]:
    """Return the decisions that bind the next run, the latest first."""
    if idea_ids is None:
        return list_rows(ActiveConstraint, _ACTIVE, {"campaign_id": campaign.id})
    return list_rows(ActiveConstraint, _ACTIVE_OF_IDEAS, {"campaign_id": campaign.id, "ideas": list(idea_ids)})


def _select_active() -> "sa.Select[*tuple[Any, ...]]":
    idea, other = aliased(Idea), aliased(Idea)
    return (
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
        .where(
            Constraint.campaign_id == sa.bindparam("campaign_id", type_=sa.Integer()), Constraint.lifted_at.is_(None)
        )
        .order_by(Constraint.id.desc())
    )


_ACTIVE = _select_active()
_OF_IDEAS: sa.BindParameter[int] = sa.bindparam("ideas", expanding=True)
_ACTIVE_OF_IDEAS = _ACTIVE.where(sa.or_(Constraint.idea_id.in_(_OF_IDEAS), Constraint.other_idea_id.in_(_OF_IDEAS)))
