"""Questions about what became of requests for data: their steps, and the questions put to authors."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.handling import Handling, ReplyState
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, HandlingStep, Idea, Producer, Question
from ideas.store.rows import list_rows


class ShownStep(NamedTuple):
    """A step of the request of an idea, with the body and the day that go with it."""

    handling: Handling
    taken_at: datetime
    producer: str | None
    promised_on: date | None


_STEPS = (
    sa.select(HandlingStep.handling, HandlingStep.taken_at, Producer.name.label("producer"), Answer.promised_on)
    .outerjoin(Producer, Producer.id == HandlingStep.producer_id)
    .outerjoin(Answer, Answer.id == HandlingStep.answer_id)
    .where(HandlingStep.idea_id == sa.bindparam("idea"), HandlingStep.undone_at.is_(None))
    .order_by(HandlingStep.id)
)


def list_steps(idea_id: int) -> list[ShownStep]:
    """Return what became of the request of an idea, in order; steps that were taken back are left out."""
    return list_rows(ShownStep, _STEPS, {"idea": idea_id})


def find_last_step(idea_ids: list[int]) -> int:
    """Return the number of the last step of these ideas: a newer one means that they have changed."""
    return db.session.scalar(sa.select(sa.func.max(HandlingStep.id)).where(HandlingStep.idea_id.in_(idea_ids))) or 0


def find_oldest_promise(idea_ids: list[int]) -> date | None:
    """Return the first day that was promised for one of these ideas."""
    promised = sa.select(sa.func.min(Answer.promised_on)).join(Idea, Idea.answer_id == Answer.id)
    return db.session.scalar(promised.where(Idea.id.in_(idea_ids)))


_OPEN = sa.select(Question).where(Question.idea_id == sa.bindparam("idea"), Question.withdrawn_at.is_(None))


def list_questions(idea_id: int) -> list[Question]:
    """Return the questions put to the author of an idea that still stand, the oldest first."""
    return list(db.session.scalars(_OPEN.order_by(Question.id), {"idea": idea_id}))


class WaitingReply(NamedTuple):
    """A reply of an author that nobody has reviewed."""

    question_id: int
    idea_id: int
    title: str
    question: str
    reply: str
    replied_at: datetime


def waiting_replies(campaign: Campaign) -> sa.Select[int]:
    """Return the question of how many replies of authors wait for review."""
    waiting = sa.select(sa.func.count()).select_from(Question).join(Idea, Idea.id == Question.idea_id)
    return waiting.where(*_waits(campaign))


def _waits(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    is_waiting = Question.reply_state == ReplyState.AWAITING_REVIEW
    return Idea.campaign_id == campaign.id, is_waiting, Question.withdrawn_at.is_(None)


def list_waiting_replies(campaign: Campaign, *, count: int = 50) -> list[WaitingReply]:
    """Return the replies that wait for review, the oldest first."""
    query = (
        sa.select(
            Question.id.label("question_id"),
            Idea.id.label("idea_id"),
            Idea.title,
            Question.text.label("question"),
            Question.reply,
            Question.replied_at,
        )
        .join(Idea, Idea.id == Question.idea_id)
        .where(*_waits(campaign))
        .order_by(Question.replied_at, Question.id)
        .limit(count)
    )
    return list_rows(WaitingReply, query)
