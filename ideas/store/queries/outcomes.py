"""What became of the requests of a campaign: counts, days that were promised, what was obtained."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.decisions import DecisionKind
from ideas.domain.handling import Handling
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, Decision, Idea, Producer
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

OBTAINED = (Handling.OPENED, Handling.ALREADY_OPEN, Handling.PARTLY_OPENED)
_line = aliased(Decision)
_CAMPAIGN = sa.bindparam("campaign", type_=sa.Integer())
_MINE = (Idea.campaign_id == _CAMPAIGN, listed())


class HandlingCount(NamedTuple):
    """How many published ideas stand somewhere."""

    handling: Handling
    idea_count: int


_COUNTS = sa.select(Idea.handling, sa.func.count().label("idea_count")).where(*_MINE).group_by(Idea.handling)


def count_by_handling(campaign: Campaign) -> dict[Handling, int]:
    """Return how many published ideas stand in each state; states of none are left out."""
    return {row.handling: row.idea_count for row in list_rows(HandlingCount, _COUNTS, {"campaign": campaign.id})}


_PROMISES = (
    sa.select(Answer.promised_on)
    .join(Idea, Idea.answer_id == Answer.id)
    .where(*_MINE, Idea.handling == Handling.SCHEDULED, Answer.promised_on.is_not(None))
    .order_by(Answer.promised_on)
)


def list_promises(campaign: Campaign) -> list[date]:
    """Return the day that was promised for each idea whose opening is expected, the nearest first."""
    return list(db.session.scalars(_PROMISES, {"campaign": campaign.id}))


class ObtainedIdea(NamedTuple):
    """An idea whose data are open, and by whose answer."""

    id: int
    title: str
    language: str
    handling: Handling
    answered_on: date | None
    answer: str | None
    producer_name: str | None


_OBTAINED = (
    sa.select(
        Idea.id,
        Idea.title,
        Idea.language,
        Idea.handling,
        Answer.answered_on,
        sa.func.substr(Answer.text, 1, 400).label("answer"),
        Producer.name.label("producer_name"),
    )
    .outerjoin(Answer, Answer.id == Idea.answer_id)
    .outerjoin(Producer, Producer.id == Idea.producer_id)
    .where(*_MINE, Idea.handling.in_(OBTAINED))
    .order_by(Answer.answered_on.is_(None), Answer.answered_on.desc(), Idea.vote_count.desc(), Idea.id)
    .limit(sa.bindparam("size", type_=sa.Integer()))
)


def list_obtained(campaign: Campaign, size: int) -> list[ObtainedIdea]:
    """Return the ideas whose data were opened last."""
    return list_rows(ObtainedIdea, _OBTAINED, {"campaign": campaign.id, "size": size})


def was_put_online_unread() -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what nobody had read when it was put online."""
    return sa.exists().where(_line.idea_id == Idea.id, _line.kind == DecisionKind.PUBLISH_UNREAD)


class Delay(NamedTuple):
    """When an idea was received, put on line and answered, as far as it was.

    What was put online unread has no first moment: nothing of it says how long a review takes.
    """

    submitted_at: datetime | None
    published_at: datetime | None
    answered_on: date | None


_DELAYS = (
    sa.select(
        sa.case((was_put_online_unread(), None), else_=Idea.submitted_at).label("submitted_at"),
        Idea.published_at,
        Answer.answered_on,
    )
    .outerjoin(Answer, Answer.id == Idea.answer_id)
    .where(*_MINE)
)


def list_delays(campaign: Campaign) -> list[Delay]:
    """Return the three moments of each published idea."""
    return list_rows(Delay, _DELAYS, {"campaign": campaign.id})
