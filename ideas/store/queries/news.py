"""Questions about what happened to ideas, as those who hear of it may read it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.events import EventKind, Part
from ideas.domain.handling import Handling
from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Decision,
    Event,
    Follow,
    Idea,
    Membership,
    Notice,
    Person,
    Producer,
    Question,
    Undo,
    Vote,
    VoteUse,
)
from ideas.store.rows import list_rows

_other = aliased(Idea)
_ONLINE = (Publication.PUBLISHED, Publication.MERGED)
_MAY_READ = sa.or_(Notice.part == Part.AUTHOR, Idea.publication.in_(_ONLINE))
_IS_TAKEN_BACK = sa.exists().where(Undo.decision_id == Event.decision_id, Undo.undone_by_id.is_not(None))
_STANDS = sa.case(  # what was written over since is not what was decided about
    (Event.kind == EventKind.USE_PUBLISHED, VoteUse.state == LineState.PUBLISHED),
    (Event.kind == EventKind.USE_REFUSED, VoteUse.state == LineState.REFUSED),
    else_=sa.false(),
)


class OtherIdea(NamedTuple):
    """Another idea that the same act was about, and that whoever hears of it wrote, supports or follows."""

    notice_id: int
    idea_id: int
    title: str
    language: str
    handling: Handling


class NewsLine(NamedTuple):
    """An event as it is told to somebody: the idea and its answer as they are now, the words of the decision.

    An act is told once to each person: `others` are the ideas that it was about too, as they are now.
    """

    notice_id: int
    kind: EventKind
    part: Part
    happened_at: datetime
    idea_id: int
    title: str
    language: str
    publication: Publication
    handling: Handling
    other_id: int | None
    other_title: str | None
    reason: str
    note: str
    answer: str
    dataset_url: str
    promised_on: date | None
    producer: str | None
    refusal: str
    legal_basis: str
    question: str
    answer_id: int | None
    use: str
    others: Sequence[OtherIdea]


def _select_lines() -> sa.Select[*tuple[Any, ...]]:
    def empty(column: Any, label: str) -> sa.Label[str]:
        return sa.func.coalesce(column, "").label(label)

    return (
        sa.select(
            Notice.id.label("notice_id"),
            Event.kind,
            Notice.part,
            Event.happened_at,
            Idea.id.label("idea_id"),
            sa.case((_MAY_READ, Idea.title), else_="").label("title"),
            Idea.language,
            Idea.publication,
            Idea.handling,
            _other.id.label("other_id"),
            _other.title.label("other_title"),
            empty(Decision.reason, "reason"),
            empty(Decision.note, "note"),
            empty(Answer.text, "answer"),
            empty(Answer.dataset_url, "dataset_url"),
            Answer.promised_on,
            Producer.name.label("producer"),
            empty(Answer.reason, "refusal"),
            empty(Answer.legal_basis, "legal_basis"),
            empty(Question.text, "question"),
            Answer.id.label("answer_id"),
            sa.case((_STANDS, VoteUse.text), else_="").label("use"),
            sa.null().label("others"),
        )
        .join(Event, Event.id == Notice.event_id)
        .join(Idea, Idea.id == Event.idea_id)
        .outerjoin(_other, (_other.id == Event.other_idea_id) & (_other.publication == Publication.PUBLISHED))
        .outerjoin(Decision, Decision.id == Event.decision_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(Producer, Producer.id == sa.func.coalesce(Idea.routed_to_id, Idea.producer_id))
        .outerjoin(VoteUse, VoteUse.id == Event.use_id)
        .outerjoin(Question, sa.and_(Question.decision_id == Event.decision_id, Question.idea_id == Event.idea_id))
        # What was taken offline since is nobody's business but its author's.
        .where(sa.or_(_MAY_READ, Event.kind == EventKind.WITHDRAWN), ~_IS_TAKEN_BACK)
    )


_LINES = _select_lines()

_first, _second = aliased(Event), aliased(Event)
_merged = aliased(Idea)
_IN_FAMILY = sa.or_(_merged.id == Idea.id, _merged.canonical_id == Idea.id)
_ASKED = sa.exists().where(_IN_FAMILY, _merged.author_id == Notice.person_id)
_VOTED = sa.exists().where(Vote.person_id == Notice.person_id, Vote.idea_id == _merged.id, _IN_FAMILY)
_SUBJECT = (
    sa.select(Membership.cluster_id)
    .join(Campaign, sa.and_(Campaign.id == Idea.campaign_id, Campaign.current_run_id == Membership.run_id))
    .where(Membership.idea_id == Idea.id)
    .correlate(Idea)
)
_FOLLOWED = sa.exists().where(
    Follow.person_id == Notice.person_id, sa.or_(Follow.idea_id == Idea.id, Follow.cluster_id.in_(_SUBJECT))
)
_SECOND_IS_TAKEN_BACK = sa.exists().where(Undo.decision_id == _second.decision_id, Undo.undone_by_id.is_not(None))
_OTHERS = (
    sa.select(Notice.id.label("notice_id"), Idea.id.label("idea_id"), Idea.title, Idea.language, Idea.handling)
    .join(_first, _first.id == Notice.event_id)
    .join(_second, sa.and_(_second.act == _first.act, _second.id != _first.id))
    .join(Idea, Idea.id == _second.idea_id)
    .where(Notice.id.in_(sa.bindparam("notices", expanding=True)), ~_SECOND_IS_TAKEN_BACK)
    .where(sa.or_(Idea.author_id == Notice.person_id, Idea.publication.in_(_ONLINE) & (_ASKED | _VOTED | _FOLLOWED)))
    .order_by(Notice.id, Idea.id)
)


def read_line(notice_id: int) -> NewsLine | None:
    """Return the event of a notice, None when it was taken back since."""
    lines = _add_others(list_rows(NewsLine, _LINES.where(Notice.id == sa.bindparam("notice")), {"notice": notice_id}))
    return lines[0] if lines else None


def list_lines(person_id: int, *, only_unmailed: bool = False, count: int = 100) -> list[NewsLine]:
    """Return what a person hears of, the latest first; what was told is read again as it is now."""
    query = _LINES.where(Notice.person_id == sa.bindparam("person")).order_by(Notice.id.desc()).limit(count)
    if only_unmailed:
        query = query.where(Notice.mailed_at.is_(None))
    return _add_others(list_rows(NewsLine, query, {"person": person_id}))


def _add_others(lines: list[NewsLine]) -> list[NewsLine]:
    """Put, on each line, the other ideas of the same act that its reader wrote, supports or follows."""
    others = defaultdict[int, list[OtherIdea]](list)
    for one in list_rows(OtherIdea, _OTHERS, {"notices": [line.notice_id for line in lines]}):
        others[one.notice_id].append(one)
    return [line._replace(others=others[line.notice_id]) for line in lines]


def find_person(key: str) -> Person | None:
    """Return the person whose mails hold this key."""
    return db.session.scalar(sa.select(Person).where(Person.news_key == key)) if key else None


def follows_subject(person_id: int | None, cluster_id: int) -> bool:
    """Tell whether a person follows a subject."""
    is_followed = sa.exists().where(Follow.person_id == person_id, Follow.cluster_id == cluster_id)
    return person_id is not None and bool(db.session.scalar(sa.select(is_followed)))
