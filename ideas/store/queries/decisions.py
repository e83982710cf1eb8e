"""Questions about decisions: the public register."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from ideas.domain.decisions import IN_QUEUE, DecisionKind
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, HandlingStep, Idea, Undo


def count_all(campaign: Campaign, *, kind: str = "", idea_id: int = 0) -> int:
    """Return how many decisions of a campaign are of a kind (empty: any) and about an idea (0: any)."""
    query = sa.select(sa.func.count()).select_from(Decision).where(*_about(campaign, kind, idea_id))
    return db.session.scalar(query) or 0


def list_page(campaign: Campaign, *, kind: str = "", idea_id: int = 0, page: int = 1, size: int = 30) -> list[Decision]:
    """Return one page of those decisions, the latest first."""
    query = sa.select(Decision).where(*_about(campaign, kind, idea_id)).order_by(Decision.id.desc())
    return list(db.session.scalars(query.limit(size).offset((page - 1) * size)))


def find(decision_id: int) -> Decision | None:
    """Return the decision of that number."""
    return db.session.get(Decision, decision_id)


_HEAD = (
    sa.select(Decision.line_number, Decision.line_hash)
    .where(Decision.campaign_id == sa.bindparam("campaign_id"), Decision.line_number.is_not(None))
    .order_by(Decision.line_number.desc())
    .limit(1)
)


def find_head(campaign_id: int) -> tuple[int, str]:
    """Return the number and the hash of the last line of the register, or 0 and nothing while it is empty."""
    last = db.session.execute(_HEAD, {"campaign_id": campaign_id}).one_or_none()
    return (last.line_number or 0, last.line_hash) if last else (0, "")


def list_on_idea(idea: Idea) -> list[Decision]:
    """Return the decisions about an idea, the oldest first."""
    return list(db.session.scalars(sa.select(Decision).where(_is_about(idea.id)).order_by(Decision.id)))


def find_last(idea_id: int, kind: DecisionKind) -> Decision | None:
    """Return the last decision of a kind about an idea."""
    made = (Decision.idea_id == idea_id, Decision.kind == kind)
    return db.session.scalar(sa.select(Decision).where(*made).order_by(Decision.id.desc()).limit(1))


def list_own(numbers: Iterable[int], person_id: int | None) -> list[Decision]:
    """Return the decisions of these numbers that this person made, in their order."""
    query = sa.select(Decision).where(Decision.id.in_(list(numbers)), Decision.person_id == person_id)
    return list(db.session.scalars(query.order_by(Decision.id)))


def can_undo(numbers: Collection[int]) -> bool:
    """Tell whether all these decisions may still be taken back, unless something depends on one."""
    active = sa.select(sa.func.count()).where(Undo.decision_id.in_(numbers), Undo.undone_by_id.is_(None))
    return db.session.scalar(active) == len(numbers)


def list_last_undoable(campaign: Campaign, person_id: int | None, *, since: datetime) -> list[Decision]:
    """Return what a person decided last about the publication of ideas, be it of several at once, unless taken back."""
    own = (
        Decision.campaign_id == campaign.id,
        Decision.person_id == person_id,
        Decision.kind.in_(IN_QUEUE),
        Decision.decided_at > since,
        sa.exists().where(Undo.decision_id == Decision.id, Undo.undone_by_id.is_(None)),
    )
    last = sa.select(Decision.decided_at).where(*own).order_by(Decision.id.desc()).limit(1).scalar_subquery()
    return list(db.session.scalars(sa.select(Decision).where(*own, Decision.decided_at == last).order_by(Decision.id)))


def _about(campaign: Campaign, kind: str, idea_id: int) -> list[sa.ColumnElement[bool]]:
    conditions = [Decision.campaign_id == campaign.id]
    if kind:
        conditions.append(Decision.kind == kind)
    if idea_id:
        conditions.append(_is_about(idea_id))
    return conditions


def _is_about(idea_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that keeps what was decided about an idea, be it alone or with its whole subject."""
    moved = sa.select(HandlingStep.decision_id).where(HandlingStep.idea_id == idea_id)
    return sa.or_(Decision.idea_id == idea_id, Decision.other_idea_id == idea_id, Decision.id.in_(moved))
