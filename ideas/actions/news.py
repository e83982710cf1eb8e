"""Telling people what came of what they said: who hears of each event, their mails, and what they want of them.

The act writes the event; the worker lists whoever hears of it and writes the mails, a few at a time. The notice and
its mail are kept by one commit: nobody is told twice, nobody is left out.
"""

import logging
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ideas.actions.transaction import abandon_act, transaction
from ideas.domain.errors import N_, NotFound
from ideas.domain.events import (
    ABOUT_COMMENTS,
    AT_ONCE_WITHIN,
    GATHERED,
    GATHERED_FOR_AUTHORS,
    MOST_AT_ONCE,
    PERIODS,
    TOLD_TO_WHO_ACTS,
    EventKind,
    Part,
    Rhythm,
    hears,
)
from ideas.domain.publication import Publication
from ideas.mail.news import Letterhead, write_digest, write_news
from ideas.store import queries
from ideas.store.database import db, give_way, reading
from ideas.store.models import (
    Campaign,
    Comment,
    Event,
    Follow,
    Idea,
    Membership,
    Notice,
    Person,
    Undo,
    Vote,
    VoteUse,
)

MOST_EVENTS, MOST_DIGESTS = 200, 200  # in one turn of the worker
PIECE = 250  # people told in one act
MOST_LINES = 20  # of a digest; the page of news has them all
_log = logging.getLogger(__name__)
ONLINE = (Publication.PUBLISHED, Publication.MERGED)


def spread_news(head: Letterhead, *, now: datetime) -> int:
    """List whoever hears of what has happened since, and write the mails that go at once; return how many events."""
    with reading():
        untold = sa.select(Event.id).where(Event.told_at.is_(None)).order_by(Event.id).limit(MOST_EVENTS)
        waiting = list(db.session.scalars(untold))
    for event_id in waiting:
        try:
            _spread(event_id, head, now=now)
        except Exception:  # noqa: BLE001 - one that cannot be told must not silence those behind it
            abandon_act()
            _log.exception("event %s could not be told, and will be tried again", event_id)
        give_way()
    return len(waiting)


def _spread(event_id: int, head: Letterhead, *, now: datetime) -> None:
    if _is_taken_back(event_id):
        _close(event_id, now=now)
        return
    _tell_writer(event_id)
    _tell_author(event_id, head, now=now)
    while _tell_others(event_id, now=now) == PIECE:
        give_way()
    _tell_about_comment(event_id)
    _close(event_id, now=now)


def _is_taken_back(event_id: int) -> bool:
    """Tell whether the decision that an event comes from was taken back before anybody heard of it."""
    undone = sa.select(Undo.undone_by_id).join(Event, Event.decision_id == Undo.decision_id)
    with reading():
        return db.session.scalar(undone.where(Event.id == event_id)) is not None


@transaction(is_public=False)
def _tell_writer(event_id: int) -> None:
    """Note who wrote the line beside a support that an event is about, unless they decided of it themselves."""
    event = db.session.get(Event, event_id)
    if event is not None and event.use_id is not None and hears(event.kind, Part.WRITER):
        writer = sa.select(Vote.person_id).join(VoteUse, VoteUse.vote_id == Vote.id).where(VoteUse.id == event.use_id)
        _add_notices(event, _not_yet(event, writer), Part.WRITER)


@transaction(is_public=False)
def _tell_author(event_id: int, head: Letterhead, *, now: datetime) -> None:
    # Held, so that what is taken back meanwhile knows whether its author has heard of it.
    event = db.session.get(Event, event_id, with_for_update=True, populate_existing=True)
    idea = db.session.get(Idea, event.idea_id) if event and event.told_at is None else None
    if event is None or idea is None or idea.author_id is None or not _is_told(event, idea.author_id):
        return
    if not hears(event.kind, Part.AUTHOR):
        return
    notice = _add_notices(event, sa.select(sa.literal(idea.author_id).label("id")), Part.AUTHOR)
    if not notice or event.kind in GATHERED_FOR_AUTHORS:
        return
    author = db.session.get_one(Person, idea.author_id)
    email = queries.people.find_email(author.id) if author.suspended_at is None and author.mails_own else None
    line = queries.news.read_line(notice[0])
    if email and line:
        write_news(email, line, head, key=_key_of(author), language=author.language, now=now)
    db.session.execute(sa.update(Notice).where(Notice.id == notice[0]).values(mailed_at=now))


@transaction(is_public=False)
def _tell_others(event_id: int, *, now: datetime) -> int:  # noqa: ARG001 - as its siblings are called
    """Note the next few people who support or follow an idea; return how many there were."""
    event = db.session.get(Event, event_id)
    idea = db.session.get(Idea, event.idea_id) if event else None
    if event is None or idea is None or not hears(event.kind, Part.SUPPORTER) or not _may_be_told(event, idea):
        return 0
    family = sa.select(Idea.id).where(sa.or_(Idea.id == idea.id, Idea.canonical_id == idea.id))
    voters = sa.select(Vote.person_id).where(Vote.idea_id.in_(family))
    # Whoever wrote what was merged into it asked for the same.
    authors = sa.select(Idea.author_id).where(Idea.canonical_id == idea.id, Idea.author_id.is_not(None))
    supporters = voters.union(authors)
    is_followed = sa.or_(Follow.idea_id == idea.id, Follow.cluster_id.in_(_subject_of(idea)))
    followers = sa.select(Follow.person_id).where(is_followed)
    for people, part in ((supporters, Part.SUPPORTER), (followers, Part.FOLLOWER)):
        if told := _add_notices(event, _not_yet(event, people), part):
            return len(told)
    return 0


@transaction(is_public=False)
def _tell_about_comment(event_id: int) -> None:
    """Note whoever hears of a comment: who wrote it, or who wrote the idea; of one taken back since, nobody."""
    event = db.session.get(Event, event_id)
    part = ABOUT_COMMENTS.get(event.kind) if event else None
    comment = db.session.get(Comment, event.comment_id) if event and event.comment_id else None
    if event is None or part is None or comment is None:
        return
    idea = db.session.get_one(Idea, comment.idea_id)
    person_id = comment.person_id if part is Part.COMMENTER else idea.author_id
    if person_id is not None and _is_told(event, person_id) and idea.publication in ONLINE:
        _add_notices(event, sa.select(sa.literal(person_id).label("id")), part)


@transaction(is_public=False)
def _close(event_id: int, *, now: datetime) -> None:
    db.session.execute(sa.update(Event).where(Event.id == event_id, Event.told_at.is_(None)).values(told_at=now))


def _subject_of(idea: Idea) -> sa.Select[Any]:
    """Return the number of the subject that everybody sees an idea in."""
    current = sa.and_(Campaign.id == idea.campaign_id, Campaign.current_run_id == Membership.run_id)
    return sa.select(Membership.cluster_id).join(Campaign, current).where(Membership.idea_id == idea.id)


def _may_be_told(event: Event, idea: Idea) -> bool:
    """Tell whether others than its author may hear of it: what is withdrawn is told without its words."""
    was_online = idea.publication is Publication.WITHDRAWN and idea.published_at is not None
    return idea.publication in ONLINE or (event.kind is EventKind.WITHDRAWN and was_online)


def _is_told(event: Event, person_id: int) -> bool:
    return event.person_id != person_id or event.kind in TOLD_TO_WHO_ACTS


def _not_yet(event: Event, people: Any) -> sa.Select[Any]:
    """Return a few of `people` that this act has not told, whoever did it aside."""
    told = sa.select(Notice.person_id).where(Notice.act == event.act)
    others = Person.id != (event.person_id or 0)
    return sa.select(Person.id).where(Person.id.in_(people), Person.id.not_in(told), others).limit(PIECE)


def _add_notices(event: Event, people: sa.Select[Any], part: Part) -> list[int]:
    """Add a notice for each of `people` that the act has not told yet; return their numbers."""
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    (person,) = people.subquery().c
    # "where true": SQLite would take what follows a select for the condition of a join.
    rows = sa.select(sa.literal(event.id), sa.literal(event.act), person, sa.literal(part.value)).where(sa.true())
    insert = dialect.insert(Notice.__table__).from_select(["event_id", "act", "person_id", "part"], rows)
    return list(db.session.scalars(insert.on_conflict_do_nothing().returning(Notice.id)))


def write_digests(head: Letterhead, *, now: datetime) -> int:
    """Write to each person whose time has come all the news of what they support or follow, in one mail."""
    with reading():
        due = _list_due(now)
    for person_id in due:
        _write_digest(person_id, head, now=now)
        give_way()
    return len(due)


def _list_due(now: datetime) -> list[int]:
    oldest = sa.func.min(Event.happened_at)
    has_period = [
        sa.and_(
            Person.mail_rhythm == rhythm,
            sa.or_(
                Person.digest_sent_at.is_(None),
                Person.digest_sent_at <= now - period,
                Person.digest_sent_at > now,  # a clock that went back since
            ),
        )
        for rhythm, period in PERIODS.items()
    ]
    is_at_once = Person.mail_rhythm == Rhythm.AT_ONCE
    sent = _count_sent(Person.id, now).correlate(Person).scalar_subquery()
    query = (
        sa.select(Notice.person_id)
        .join(Person, Person.id == Notice.person_id)
        .join(Event, Event.id == Notice.event_id)
        .where(Notice.mailed_at.is_(None), sa.or_(*has_period, is_at_once & (sent < MOST_AT_ONCE)))
        .group_by(Notice.person_id, Person.mail_rhythm)
        .having(sa.or_(oldest <= now - GATHERED, is_at_once))
        .order_by(Notice.person_id)
        .limit(MOST_DIGESTS)
    )
    return list(db.session.scalars(query))


def _count_sent(person_id: Any, now: datetime) -> sa.Select[int]:
    """Return the question of how many mails told somebody of others' ideas lately: one mail has one moment."""
    sent = sa.select(sa.func.count(sa.distinct(Notice.mailed_at))).join(Event, Event.id == Notice.event_id)
    is_own = sa.and_(Notice.part == Part.AUTHOR, Event.kind.not_in(GATHERED_FOR_AUTHORS))
    return sent.where(Notice.person_id == person_id, Notice.mailed_at > now - AT_ONCE_WITHIN, ~is_own)


@transaction(is_public=False)
def _write_digest(person_id: int, head: Letterhead, *, now: datetime) -> None:
    person = db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    is_last = person.mail_rhythm is Rhythm.AT_ONCE and _is_last(person_id, now)
    unmailed = (Notice.person_id == person_id, Notice.mailed_at.is_(None))
    lines = queries.news.list_lines(person_id, only_unmailed=True)
    taken = sa.update(Notice).where(*unmailed).values(mailed_at=now).returning(Notice.id)
    has_any = bool(db.session.execute(taken.execution_options(synchronize_session=False)).all())
    email = queries.people.find_email(person_id) if person.suspended_at is None else None
    if has_any and lines and email and person.mail_rhythm is not Rhythm.NEVER:
        key, language = _key_of(person), person.language
        write_digest(email, lines[:MOST_LINES], head, key=key, language=language, now=now, is_last=is_last)
        person.digest_sent_at = now


def _is_last(person_id: int, now: datetime) -> bool:
    """Tell whether one more mail is the last that a day takes."""
    return (db.session.scalar(_count_sent(person_id, now)) or 0) >= MOST_AT_ONCE - 1


@transaction(is_public=False)
def draw_key(person_id: int) -> str:
    """Draw the secret of somebody's links, unless they have one, and return it."""
    return _key_of(db.session.get_one(Person, person_id))


def _key_of(person: Person) -> str:
    if person.news_key is None:
        person.news_key = secrets.token_urlsafe(32)
    return person.news_key


@transaction(is_public=False)
def choose_mails(person_id: int, *, own: bool, rhythm: Rhythm) -> None:
    """Set which mails a person wants: those about their own ideas, and how often those about the others."""
    chosen = {"mails_own": own, "mail_rhythm": rhythm}
    db.session.execute(sa.update(Person).where(Person.id == person_id).values(**chosen))


@transaction(is_public=False)
def stop_mails(key: str, part: Part) -> None:
    """Stop the mails about one's own ideas, or those about others', for whoever holds the key of a mail."""
    person = queries.news.find_person(key)
    if person is None:
        raise NotFound(N_("Ce lien n’est plus valable."))
    if part is Part.AUTHOR:
        person.mails_own = False
    else:
        person.mail_rhythm = Rhythm.NEVER


@transaction(is_public=False)
def note_news_seen(person_id: int, *, now: datetime) -> None:
    """Note that somebody has read their news: what is told by then is no longer new."""
    db.session.execute(sa.update(Person).where(Person.id == person_id).values(news_seen_at=now))
