"""Questions about campaigns and directories."""

from datetime import datetime

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Idea


def find(slug: str) -> Campaign | None:
    """Return the campaign called `slug`."""
    return db.session.scalar(sa.select(Campaign).where(Campaign.slug == slug))


def find_of(part: Idea | Cluster) -> Campaign | None:
    """Return the campaign that an idea or a cluster belongs to."""
    return db.session.get(Campaign, part.campaign_id)


def find_current(now: datetime) -> Campaign | None:
    """Return the campaign that opened last before `now`, else the next one to open."""
    has_opened = sa.case((Campaign.opens_at <= now, 0), else_=1)
    newest_first = sa.case((Campaign.opens_at <= now, Campaign.opens_at)).desc()
    return db.session.scalar(sa.select(Campaign).order_by(has_opened, newest_first, Campaign.opens_at, Campaign.id))


def list_all() -> list[Campaign]:
    """Return every campaign, the latest opening first."""
    return list(db.session.scalars(sa.select(Campaign).order_by(Campaign.opens_at.desc(), Campaign.id.desc())))
