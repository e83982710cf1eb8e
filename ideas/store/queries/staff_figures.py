"""Figures for staff: what waits, how soon ideas are reviewed, why they are refused, how soon bodies answer."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.decisions import DecisionKind
from ideas.domain.publication import Publication
from ideas.store.models import Answer, Campaign, Decision, Idea, Producer
from ideas.store.queries.outcomes import was_put_online_unread
from ideas.store.queries.producers import ANSWERED, BODY
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_CAMPAIGN = sa.bindparam("campaign", type_=sa.Integer())
_MINE = Idea.campaign_id == _CAMPAIGN


class StateCount(NamedTuple):
    """How many ideas are in a state of publication, and when the oldest of them was sent."""

    publication: Publication
    idea_count: int
    oldest_at: datetime | None


_STATES = (
    sa.select(
        Idea.publication,
        sa.func.count().label("idea_count"),
        sa.func.min(Idea.submitted_at, type_=Idea.submitted_at.type).label("oldest_at"),
    )
    .where(_MINE)
    .group_by(Idea.publication)
)


def list_states(campaign: Campaign) -> list[StateCount]:
    """Return the states that ideas are in."""
    return list_rows(StateCount, _STATES, {"campaign": campaign.id})


class FirstReview(NamedTuple):
    """When an idea was sent, and when somebody first read it to decide."""

    submitted_at: datetime | None
    reviewed_at: datetime


_READ = sa.or_(
    Decision.kind.in_((DecisionKind.PUBLISH, DecisionKind.APPROVE, DecisionKind.REFUSE)),
    sa.and_(Decision.kind == DecisionKind.HIDE, was_put_online_unread()),
)
_REVIEWS = (
    sa.select(
        Idea.submitted_at,
        sa.func.min(Decision.decided_at, type_=Decision.decided_at.type).label("reviewed_at"),
    )
    .join(Decision, Decision.idea_id == Idea.id)
    .where(_MINE, _READ)
    .group_by(Idea.id, Idea.submitted_at)
)


def list_first_reviews(campaign: Campaign) -> list[FirstReview]:
    """Return the first review of each idea that had one."""
    return list_rows(FirstReview, _REVIEWS, {"campaign": campaign.id})


class ReasonCount(NamedTuple):
    """How many ideas are refused for a reason: the last that was given."""

    reason: str
    idea_count: int


_LAST_REFUSALS = (
    sa.select(sa.func.max(Decision.id))
    .join(Idea, Idea.id == Decision.idea_id)
    .where(_MINE, Idea.publication == Publication.REFUSED, Decision.kind == DecisionKind.REFUSE)
    .group_by(Decision.idea_id)
)
_REASONS = (
    sa.select(Decision.reason, sa.func.count().label("idea_count"))
    .where(Decision.id.in_(_LAST_REFUSALS))
    .group_by(Decision.reason)
    .order_by(sa.func.count().desc(), Decision.reason)
)


def count_refused(campaign: Campaign) -> list[ReasonCount]:
    """Return why the ideas that are refused are so, the most frequent reason first."""
    return list_rows(ReasonCount, _REASONS, {"campaign": campaign.id})


class AnswerDelay(NamedTuple):
    """When a body was asked, and the day it answered."""

    producer_id: int
    asked_at: datetime | None
    answered_on: date


_ANSWERS = (
    sa.select(
        Producer.id.label("producer_id"),
        sa.func.coalesce(Idea.routed_at, Idea.published_at, type_=Idea.published_at.type).label("asked_at"),
        Answer.answered_on,
    )
    .join(Producer, Producer.id == BODY)
    .join(Answer, Answer.id == Idea.answer_id)
    .where(_MINE, listed(), Idea.handling.in_(ANSWERED), Answer.answered_on.is_not(None))
)


def list_answer_delays(campaign: Campaign) -> list[AnswerDelay]:
    """Return when each published idea that is answered was asked about and answered."""
    return list_rows(AnswerDelay, _ANSWERS, {"campaign": campaign.id})


class TimedAct(NamedTuple):
    """When somebody decided, and the subject that it was about, if any: read to be summed by subject alone."""

    person_id: int
    cluster_id: int | None
    decided_at: datetime


_ACTS = (
    sa.select(Decision.person_id, Decision.cluster_id, Decision.decided_at)
    .where(Decision.campaign_id == _CAMPAIGN, Decision.person_id.is_not(None))
    .order_by(Decision.decided_at, Decision.id)
)


def list_timed_acts(campaign: Campaign) -> list[TimedAct]:
    """Return all that people decided in a campaign, in order."""
    return list_rows(TimedAct, _ACTS, {"campaign": campaign.id})
