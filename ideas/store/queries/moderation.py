"""Questions of moderators: what waits, what was decided, and what a merge would count."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.handling import ReplyState
from ideas.domain.publication import Publication
from ideas.domain.reports import ReportReason
from ideas.domain.signals import Signal
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Claim,
    Idea,
    Identity,
    InternalNote,
    Membership,
    NearPair,
    Person,
    Question,
    Report,
    Resemblance,
    Vote,
)
from ideas.store.queries.comments import comments_to_review
from ideas.store.queries.edits import waiting_edits
from ideas.store.queries.handling import waiting_replies
from ideas.store.queries.uses import waiting_uses
from ideas.store.rows import list_rows
from ideas.store.visibility import Actor, listed, visible_to

_other = aliased(Idea)


def count_by_publication(campaign: Campaign) -> dict[Publication, int]:
    """Return how many ideas of a campaign are in each state of publication."""
    query = sa.select(Idea.publication, sa.func.count()).where(Idea.campaign_id == campaign.id)
    return dict(db.session.execute(query.group_by(Idea.publication)).all())


class QueueFilter(NamedTuple):
    """What is looked for among the ideas of a state; `author_of` is an idea, all those of whose author are wanted."""

    state: Publication
    signal: int = 0
    theme: str = ""
    stems: Sequence[str] = ()
    number: int = 0
    author_of: int = 0
    oldest_first: bool = False
    is_unread: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether some ideas of the state are left out."""
        return bool(self.signal or self.theme or self.stems or self.number or self.author_of or self.is_unread)


class QueuedIdea(NamedTuple):
    """A line of the queue; `first_seen_at` is when its author came, `claimed_by_id` who of the staff is reading it."""

    id: int
    title: str
    language: str
    profile: str
    submitted_at: datetime | None
    vote_count: int
    signals: int
    author_id: int | None
    first_seen_at: datetime | None
    claimed_by_id: int | None
    is_asked: bool
    note_count: int


class QueueCounts(NamedTuple):
    """How many ideas are looked for; how many replies, lines of supporters, comments, changes and reports wait.

    `unread` are online, and nobody has read them yet.
    """

    ideas: int
    replies: int
    uses: int
    comments: int
    edits: int
    reported: int
    unread: int


def count_queue(campaign: Campaign, wanted: QueueFilter) -> QueueCounts:
    """Return what the queue counts beside its states, in one look."""
    are = _are(campaign, wanted) if wanted.is_narrow else [sa.false()]
    ideas = sa.select(sa.func.count()).select_from(Idea).where(*are).scalar_subquery().label("ideas")
    replies = waiting_replies(campaign).scalar_subquery().label("replies")
    uses = waiting_uses(campaign).scalar_subquery().label("uses")
    comments = comments_to_review(campaign).scalar_subquery().label("comments")
    edits = waiting_edits(campaign).scalar_subquery().label("edits")
    reported, unread = (_count_marked(campaign, signal) for signal in (Signal.REPORTED, Signal.UNREAD))
    asked = sa.select(ideas, replies, uses, comments, edits, reported.label("reported"), unread.label("unread"))
    (counts,) = list_rows(QueueCounts, asked)
    return counts


def count_unread(campaign: Campaign) -> int:
    """Return how many ideas are online that nobody has read."""
    return db.session.scalar(sa.select(_count_marked(campaign, Signal.UNREAD))) or 0


def _count_marked(campaign: Campaign, signal: Signal) -> sa.ScalarSelect[int]:
    marked = (Idea.campaign_id == campaign.id, listed(), _has(signal))
    return sa.select(sa.func.count()).select_from(Idea).where(*marked).scalar_subquery()


def _has(signals: int) -> sa.ColumnElement[bool]:
    return Idea.signals.op("&")(int(signals)) != 0


def waits_for_review() -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what nobody of the team has read: it waits, or is online already."""
    return sa.or_(Idea.publication == Publication.AWAITING_REVIEW, sa.and_(listed(), _has(Signal.UNREAD)))


class CloseIdea(NamedTuple):
    """The idea that one which waits is very close to, as whoever reads both needs it."""

    id: int
    title: str
    language: str
    data_wanted: str
    planned_use: str
    publication: Publication
    vote_count: int
    likeness: float


def find_close(idea_id: int, actor: Actor) -> CloseIdea | None:
    """Return the idea that this one is very close to, online or waiting too, None when there is none any more."""
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.data_wanted,
            Idea.planned_use,
            Idea.publication,
            Idea.vote_count,
            Resemblance.likeness,
        )
        .join(Resemblance, Resemblance.other_id == Idea.id)
        .where(Resemblance.idea_id == idea_id, visible_to(actor))
        .where(sa.or_(Idea.publication == Publication.AWAITING_REVIEW, listed()))
    )
    return next(iter(list_rows(CloseIdea, query)), None)


def list_queue(
    campaign: Campaign, wanted: QueueFilter, *, now: datetime, page: int = 1, size: int = 20
) -> list[QueuedIdea]:
    """Return one page of those ideas: what waits by its signals, the oldest first; else the newest first."""
    waits = wanted.state is Publication.AWAITING_REVIEW or wanted.is_unread
    by_age = (Idea.submitted_at, Idea.id) if waits else (Idea.submitted_at.desc(), Idea.id.desc())
    order = by_age if wanted.oldest_first or not waits else (Idea.signals.desc(), *by_age)
    asked = sa.exists().where(
        Question.idea_id == Idea.id, Question.withdrawn_at.is_(None), Question.reply_state == ReplyState.AWAITED
    )
    notes = sa.select(sa.func.count()).where(InternalNote.idea_id == Idea.id).scalar_subquery()
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.profile,
            Idea.submitted_at,
            Idea.vote_count,
            Idea.signals,
            Idea.author_id,
            Person.created_at.label("first_seen_at"),
            Claim.person_id.label("claimed_by_id"),
            asked.label("is_asked"),
            notes.label("note_count"),
        )
        .outerjoin(Person, Person.id == Idea.author_id)
        .outerjoin(Claim, sa.and_(Claim.idea_id == Idea.id, Claim.ends_at > now))
        .where(*_are(campaign, wanted))
        .order_by(*order)
    )
    return list_rows(QueuedIdea, query.limit(size).offset((page - 1) * size))


def _are(campaign: Campaign, wanted: QueueFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [Idea.campaign_id == campaign.id, Idea.publication == wanted.state]
    if wanted.signal:
        conditions.append(_has(wanted.signal))
    if wanted.is_unread:
        conditions.append(_has(Signal.UNREAD))
    if wanted.theme:
        conditions.append(Idea.theme == wanted.theme)
    if wanted.number:
        conditions.append(Idea.id == wanted.number)
    if wanted.author_of:
        author = sa.select(_other.author_id).where(_other.id == wanted.author_of).scalar_subquery()
        conditions.append(Idea.author_id == author)
    return conditions + [Idea.search_text.contains(f" {stem} ", autoescape=True) for stem in wanted.stems]


class TouchedIdea(NamedTuple):
    """An idea that an act would be about, its author, and whether a mail tells them at once."""

    id: int
    title: str
    language: str
    publication: Publication
    author_id: int | None
    is_mailed: bool


def list_touched(numbers: Collection[int], actor: Actor) -> list[TouchedIdea]:
    """Return those ideas that `actor` may see, with who would hear of what is decided about them."""
    has_address = sa.exists().where(Identity.person_id == Person.id, Identity.kind == "email")
    is_mailed = sa.and_(Person.suspended_at.is_(None), Person.mails_own, has_address)
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.publication,
            Idea.author_id,
            sa.func.coalesce(is_mailed, sa.false()).label("is_mailed"),
        )
        .outerjoin(Person, Person.id == Idea.author_id)
        .where(Idea.id.in_(numbers), visible_to(actor))
    )
    return list_rows(TouchedIdea, query.order_by(Idea.id))


def list_sendings(authors: Collection[int]) -> dict[int, list[datetime]]:
    """Return when each of these people sent ideas, in order."""
    query = sa.select(Idea.author_id, Idea.submitted_at).where(
        Idea.author_id.in_(authors), Idea.submitted_at.is_not(None)
    )
    sent: dict[int, list[datetime]] = {author: [] for author in authors}
    for author, at in db.session.execute(query.order_by(Idea.submitted_at)):
        if author is not None and at is not None:
            sent[author].append(at)
    return sent


class NearIdea(NamedTuple):
    """An idea that nearly says the same; `shared` has the words behind the likeness, under `words`."""

    id: int
    title: str
    vote_count: int
    likeness: float
    shared: dict[str, Any]


def list_near(idea_id: int, run_id: int | None) -> list[NearIdea]:
    """Return the published ideas that the run found nearly the same as this one, most similar first."""
    other_id = sa.case((NearPair.first_id == idea_id, NearPair.second_id), else_=NearPair.first_id)
    query = (
        sa.select(Idea.id, Idea.title, Idea.vote_count, NearPair.likeness, NearPair.shared)
        .join(NearPair, Idea.id == other_id)
        .where(NearPair.run_id == run_id, sa.or_(NearPair.first_id == idea_id, NearPair.second_id == idea_id), listed())
        .order_by(NearPair.likeness.desc(), Idea.id)
    )
    return list_rows(NearIdea, query)


def count_supporters(*idea_ids: int) -> int:
    """Return how many distinct people support these ideas or what was merged into them."""
    family = sa.select(Idea.id).where(sa.or_(Idea.id.in_(idea_ids), Idea.canonical_id.in_(idea_ids)))
    return db.session.scalar(sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(family))) or 0


def list_with_titles(numbers: Iterable[int], actor: Actor) -> dict[int, tuple[str, str]]:
    """Return the titles of those ideas that `actor` may see, with their languages, by number."""
    query = sa.select(Idea.id, Idea.title, Idea.language).where(Idea.id.in_(set(numbers)), visible_to(actor))
    return {number: (title, language) for number, title, language in db.session.execute(query)}


def list_first_votes(campaign: Campaign, *, since: datetime, cluster_id: int | None = None) -> list[datetime]:
    """Return when the people who came after `since` first voted in a campaign, or in a subject of it, in order."""
    first = (
        sa.select(sa.func.min(Vote.cast_at).label("cast_at"))
        .join(Person, Person.id == Vote.person_id)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Person.created_at > since, Idea.campaign_id == campaign.id)
        .group_by(Vote.person_id)
    )
    if cluster_id is not None:
        here = sa.select(Membership.idea_id).where(
            Membership.run_id == campaign.current_run_id, Membership.cluster_id == cluster_id
        )
        first = first.where(Vote.idea_id.in_(here))
    voted = first.subquery()
    return list(db.session.scalars(sa.select(voted.c.cast_at).order_by(voted.c.cast_at)))


class OpenReport(NamedTuple):
    """What a reader said of an idea, and when."""

    reason: ReportReason
    note: str
    reported_at: datetime


def list_reports(idea_id: int) -> list[OpenReport]:
    """Return what readers said of an idea that nobody set aside, in order."""
    query = sa.select(Report.reason, Report.note, Report.reported_at).where(Report.closed_at.is_(None))
    return list_rows(
        OpenReport, query.where(Report.idea_id == idea_id, Report.comment_id.is_(None)).order_by(Report.id)
    )
