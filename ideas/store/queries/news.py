"""Questions about what happened to ideas, as those who hear of it may read it."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.events import EventKind, Part
from ideas.domain.handling import Handling
from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.domain.texts import one_line
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Decision,
    Event,
    Follow,
    Idea,
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
MOST_OTHERS = 5


class NewsLine(NamedTuple):
    """An event as it is told to somebody: the idea and its answer as they are now, the words of the decision."""

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
    also: str


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
            sa.literal("").label("also"),
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
_VOTED = sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == Notice.person_id)
_FOLLOWED = sa.exists().where(Follow.idea_id == Idea.id, Follow.person_id == Notice.person_id)
_OTHERS = (
    sa.select(Notice.id, Idea.title)
    .join(_first, _first.id == Notice.event_id)
    .join(_second, sa.and_(_second.act == _first.act, _second.id != _first.id))
    .join(Idea, Idea.id == _second.idea_id)
    .where(Notice.id.in_(sa.bindparam("notices", expanding=True)))
    .where(sa.or_(Idea.author_id == Notice.person_id, sa.and_(Idea.publication.in_(_ONLINE), _VOTED | _FOLLOWED)))
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
    """Name, on each line, the other ideas of the same act that its reader wrote, supports or follows."""
    named = defaultdict[int, list[str]](list)
    for number, title in db.session.execute(_OTHERS, {"notices": [line.notice_id for line in lines]}):
        named[number].append(title)
    return [line._replace(also=_join(named[line.notice_id])) for line in lines]


def _join(titles: list[str]) -> str:
    shown = ", ".join(f"« {one_line(title)} »" for title in titles[:MOST_OTHERS])
    return f"{shown}…" if len(titles) > MOST_OTHERS else shown


def find_person(key: str) -> Person | None:
    """Return the person whose mails hold this key."""
    return db.session.scalar(sa.select(Person).where(Person.news_key == key)) if key else None


def follows_subject(person_id: int | None, cluster_id: int) -> bool:
    """Tell whether a person follows a subject."""
    is_followed = sa.exists().where(Follow.person_id == person_id, Follow.cluster_id == cluster_id)
    return person_id is not None and bool(db.session.scalar(sa.select(is_followed)))
