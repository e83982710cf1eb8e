"""Questions about campaigns and directories."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.publication import Publication
from ideas.domain.signals import Signal
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Idea, PreparedAnswer
from ideas.store.rows import list_rows
from ideas.store.visibility import listed, shown

_NOW = sa.bindparam("now", type_=Campaign.opens_at.type)
_HAS_OPENED = sa.case((Campaign.opens_at <= _NOW, 0), else_=1)
_NEWEST_FIRST = sa.case((Campaign.opens_at <= _NOW, Campaign.opens_at)).desc()
CURRENT = sa.select(Campaign).order_by(_HAS_OPENED, _NEWEST_FIRST, Campaign.opens_at, Campaign.id).limit(1)
_CALLED = sa.select(Campaign).where(Campaign.slug == sa.bindparam("slug"))


def find(slug: str) -> Campaign | None:
    """Return the campaign called `slug`."""
    return db.session.scalar(_CALLED, {"slug": slug})


def find_of(part: Idea | Cluster | PreparedAnswer) -> Campaign | None:
    """Return the campaign that an idea, a cluster or a prepared answer belongs to."""
    return db.session.get(Campaign, part.campaign_id)


def find_current(now: datetime) -> Campaign | None:
    """Return the campaign that opened last before `now`, else the next one to open."""
    return db.session.scalar(CURRENT, {"now": now})


def list_all() -> list[Campaign]:
    """Return every campaign, the latest opening first."""
    return list(db.session.scalars(sa.select(Campaign).order_by(Campaign.opens_at.desc(), Campaign.id.desc())))


class ClosingCounts(NamedTuple):
    """What closing a campaign is about: who is told, what the edition holds, what nobody has reviewed yet.

    `unread_count` are online without having been reviewed: the edition holds them.
    """

    idea_count: int
    author_count: int
    waiting_count: int
    unread_count: int


def count_for_closing(campaign_id: int) -> ClosingCounts:
    """Return what whoever closes a campaign should know."""
    waiting = sa.case((Idea.publication == Publication.AWAITING_REVIEW, 1), else_=0)
    online = sa.case((shown(), 1), else_=0)
    unread = sa.case((sa.and_(listed(), Idea.signals.op("&")(int(Signal.UNREAD)) != 0), 1), else_=0)
    query = sa.select(
        sa.func.coalesce(sa.func.sum(online), 0).label("idea_count"),
        sa.func.count(sa.distinct(sa.case((shown(), Idea.author_id)))).label("author_count"),
        sa.func.coalesce(sa.func.sum(waiting), 0).label("waiting_count"),
        sa.func.coalesce(sa.func.sum(unread), 0).label("unread_count"),
    ).where(Idea.campaign_id == campaign_id)
    (counts,) = list_rows(ClosingCounts, query)
    return counts
