"""Questions about the bodies that hold data: what is asked of each, and what they answered."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.domain.handling import CLOSED, Handling
from ideas.domain.high_value import HighValue
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, Idea, Producer
from ideas.store.queries.high_values import shown_high_value
from ideas.store.queries.outcomes import OBTAINED
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

# The body that was asked, else the one that the author named.
BODY = sa.func.coalesce(Idea.routed_to_id, Idea.producer_id)
ANSWERED = (*CLOSED, Handling.SCHEDULED)


class BodyCount(NamedTuple):
    """A body, what is asked of it and what came of that, in numbers of published ideas."""

    id: int
    slug: str
    name: str
    idea_count: int
    vote_count: int
    answered_count: int
    opened_count: int
    high_value_count: int


def list_bodies(campaign: Campaign, slug: str = "") -> list[BodyCount]:
    """Return the bodies that something is asked of, the most asked first; only one when its slug is given."""
    query = (
        sa.select(
            Producer.id,
            Producer.slug,
            Producer.name,
            sa.func.count().label("idea_count"),
            sa.func.sum(Idea.vote_count).label("vote_count"),
            _count_in(ANSWERED).label("answered_count"),
            _count_in(OBTAINED).label("opened_count"),
            sa.func.count(shown_high_value()).label("high_value_count"),
        )
        .join(Idea, Producer.id == BODY)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .where(Idea.campaign_id == campaign.id, listed())
        .group_by(Producer.id, Producer.slug, Producer.name)
        .order_by(sa.func.count().desc(), Producer.name)
    )
    return list_rows(BodyCount, query.where(Producer.slug == slug) if slug else query)


def _count_in(states: Collection[Handling]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((Idea.handling.in_(states), 1), else_=0))


def find(slug: str) -> Producer | None:
    """Return the body of that name in the directory."""
    return db.session.scalar(sa.select(Producer).where(Producer.slug == slug))


class AskedIdea(NamedTuple):
    """A published idea addressed to a body, and where its request stands."""

    id: int
    title: str
    language: str
    vote_count: int
    handling: Handling
    promised_on: date | None
    asked_at: datetime | None
    answered_on: date | None
    producer_name: str
    high_value: HighValue | None


ASKED: list[Any] = [
    Idea.id,
    Idea.title,
    Idea.language,
    Idea.vote_count,
    Idea.handling,
    Answer.promised_on,
    sa.func.coalesce(Idea.routed_at, Idea.published_at, type_=Idea.published_at.type).label("asked_at"),
    Answer.answered_on,
    Producer.name.label("producer_name"),
    shown_high_value().label("high_value"),
]


def list_asked(campaign: Campaign, body_id: int) -> list[AskedIdea]:
    """Return what is asked of a body, the most supported first; at most 200."""
    query = (
        sa.select(*ASKED)
        .join(Producer, Producer.id == BODY)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .where(Idea.campaign_id == campaign.id, listed(), BODY.in_([body_id]))
        .order_by(Idea.vote_count.desc(), Idea.id)
        .limit(200)
    )
    return list_rows(AskedIdea, query)
