"""Questions about decisions: the public register."""

from typing import Any

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Campaign, Decision

__all__ = ["count_decisions", "list_decisions"]


def count_decisions(campaign: Campaign, *, kind: str = "", idea_id: int = 0) -> int:
    """Return how many decisions of a campaign are of a kind (empty: any) and about an idea (0: any)."""
    query = sa.select(sa.func.count()).select_from(Decision).where(*_about(campaign, kind, idea_id))
    return db.session.scalar(query) or 0


def list_decisions(
    campaign: Campaign, *, kind: str = "", idea_id: int = 0, page: int = 1, size: int = 30
) -> list[Decision]:
    """Return one page of those decisions, the latest first."""
    query = sa.select(Decision).where(*_about(campaign, kind, idea_id)).order_by(Decision.id.desc())
    return list(db.session.scalars(query.limit(size).offset((page - 1) * size)))


def _about(campaign: Campaign, kind: str, idea_id: int) -> list[Any]:
    conditions: list[Any] = [Decision.campaign_id == campaign.id]
    if kind:
        conditions.append(Decision.kind == kind)
    if idea_id:
        conditions.append(sa.or_(Decision.idea_id == idea_id, Decision.other_idea_id == idea_id))
    return conditions
