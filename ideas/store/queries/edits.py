"""What authors change in their ideas: what waits for review, and what was before."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.lines import LineState
from ideas.store.database import db
from ideas.store.models import Campaign, Dataset, Idea, Producer, Revision, Territory, Vote
from ideas.store.visibility import listed


def find_waiting(idea_id: int) -> Revision | None:
    """Return the change of an idea that waits for review."""
    waiting = sa.select(Revision).where(Revision.idea_id == idea_id, Revision.state == LineState.WAITING)
    return db.session.scalar(waiting.order_by(Revision.id.desc()))


def list_published(idea_id: int) -> list[Revision]:
    """Return the changes of an idea that everybody reads, the latest first."""
    published = sa.select(Revision).where(Revision.idea_id == idea_id, Revision.state == LineState.PUBLISHED)
    return list(db.session.scalars(published.order_by(Revision.decided_at.desc(), Revision.id.desc())))


def count_others(idea_id: int, author_id: int | None) -> int:
    """Return how many people but its author support an idea, or what was merged into it."""
    family = sa.select(Idea.id).where(sa.or_(Idea.id == idea_id, Idea.canonical_id == idea_id))
    people = sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(family))
    return db.session.scalar(people.where(Vote.person_id != (author_id or 0))) or 0


class WaitingEdit(NamedTuple):
    """A change that waits for review, and the idea that it is of."""

    revision: Revision
    idea_id: int
    title: str
    language: str
    written_at: datetime


def waiting_edits(campaign: Campaign) -> sa.Select[int]:
    """Return the question of how many changes wait for review."""
    waiting = sa.select(sa.func.count()).select_from(Revision).join(Idea, Idea.id == Revision.idea_id)
    return waiting.where(*_waits(campaign))


def list_waiting(campaign: Campaign, *, count: int = 50) -> list[WaitingEdit]:
    """Return the changes that wait for review, the oldest first."""
    query = sa.select(Revision, Idea.id.label("idea_id"), Idea.title, Idea.language, Revision.written_at)
    query = query.join(Idea, Idea.id == Revision.idea_id).where(*_waits(campaign))
    rows = db.session.execute(query.order_by(Revision.written_at, Revision.id).limit(count))
    return [WaitingEdit(*row) for row in rows]


def _waits(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return Idea.campaign_id == campaign.id, listed(), Revision.state == LineState.WAITING


def name_key(field: str, key: int | str) -> str:
    """Return the name of the body, the place or the data set that a field of an idea points to."""
    if field == "producer_id":
        return db.session.scalar(sa.select(Producer.name).where(Producer.id == key)) or ""
    if field == "territory_code":
        return db.session.scalar(sa.select(Territory.name).where(Territory.code == key)) or ""
    return db.session.scalar(sa.select(Dataset.title).where(Dataset.id == key)) or ""
