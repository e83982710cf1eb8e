"""Questions about whether those who asked found an answer useful."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.opinions import find_share, tell_count
from ideas.store.database import db
from ideas.store.models import Answer, AnswerOpinion, Campaign, Idea, Producer, Vote
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_PERSON = sa.bindparam("person", type_=sa.Integer())
_fellow = aliased(Idea)
# Whoever wrote what was merged into an idea, or supported it there, asked for the same.
_FAMILY = sa.select(_fellow.id).where(sa.or_(_fellow.id == Idea.id, _fellow.canonical_id == Idea.id))
_ASKED = sa.or_(
    sa.exists().where(Vote.person_id == _PERSON, Vote.idea_id.in_(_FAMILY.correlate(Idea))),
    Idea.author_id == _PERSON,
    sa.exists().where(_fellow.canonical_id == Idea.id, _fellow.author_id == _PERSON),
)


class AskedOpinion(NamedTuple):
    """An answer to what a person wrote or supported, and what they said of it: None when they said nothing."""

    answer_id: int
    idea_id: int
    title: str
    language: str
    answered_on: date | None
    is_useful: bool | None


def _ask(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    said = sa.and_(AnswerOpinion.answer_id == Answer.id, AnswerOpinion.person_id == _PERSON)
    return (
        sa.select(Answer.id.label("answer_id"), Idea.id.label("idea_id"), Idea.title, Idea.language)
        .add_columns(Answer.answered_on, AnswerOpinion.is_useful)
        .join(Idea, Idea.answer_id == Answer.id)
        .outerjoin(AnswerOpinion, said)
        .where(listed(), _ASKED, *conditions)
    )


_OF_ANSWER = _ask(Answer.id == sa.bindparam("answer")).order_by(Idea.id).limit(1)
_OF_IDEA = _ask(Idea.id == sa.bindparam("idea"))
_LATEST = _ask().order_by(AnswerOpinion.is_useful.is_not(None), Answer.id.desc(), Idea.id).limit(60)
MOST_SHOWN = 10


def find_asked(answer_id: int, person_id: int) -> AskedOpinion | None:
    """Return what a person is asked of an answer, with the first idea of theirs that it serves; None: nothing."""
    return next(iter(list_rows(AskedOpinion, _OF_ANSWER, {"answer": answer_id, "person": person_id})), None)


def find_asked_on(idea_id: int, person_id: int) -> AskedOpinion | None:
    """Return what a person is asked of the answer to an idea; None: nothing."""
    return next(iter(list_rows(AskedOpinion, _OF_IDEA, {"idea": idea_id, "person": person_id})), None)


def list_asked(person_id: int) -> list[AskedOpinion]:
    """Return the answers to what a person wrote or supported, each once: those they said nothing of first."""
    found: dict[int, AskedOpinion] = {}
    for one in list_rows(AskedOpinion, _LATEST, {"person": person_id}):
        found.setdefault(one.answer_id, one)
    return list(found.values())[:MOST_SHOWN]


class UsefulShare(NamedTuple):
    """How many of those who said something found the answers of a body useful, as it is public."""

    slug: str
    name: str
    share: int
    opinion_count: int


_USEFUL = sa.func.sum(sa.case((AnswerOpinion.is_useful, 1), else_=0))
_SHARES = (
    sa.select(Producer.slug, Producer.name, _USEFUL, sa.func.count())
    .select_from(AnswerOpinion)
    .join(Answer, Answer.id == AnswerOpinion.answer_id)
    .join(Producer, Producer.id == Answer.producer_id)
    .where(Answer.campaign_id == sa.bindparam("campaign"), sa.exists().where(Idea.answer_id == Answer.id, listed()))
    .group_by(Producer.id, Producer.slug, Producer.name)
    .order_by(Producer.name)
)


def list_shares(campaign: Campaign) -> list[UsefulShare]:
    """Return the share of each body that enough people said something of; of answers that stand only."""
    rows = db.session.execute(_SHARES, {"campaign": campaign.id}).all()
    shares = ((slug, name, find_share(useful, count), tell_count(count)) for slug, name, useful, count in rows)
    return [UsefulShare(slug, name, share, count) for slug, name, share, count in shares if share is not None]
