"""Comments on ideas: under the idea, and for moderators."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.domain.lines import LineState
from ideas.domain.reports import ReportReason
from ideas.store.database import db
from ideas.store.models import Campaign, Comment, Idea, Report
from ideas.store.rows import list_rows
from ideas.store.visibility import shown


class ShownComment(NamedTuple):
    """A comment on the page of the idea, or of the one that it was merged into; its writer is known to them alone."""

    id: int
    text: str
    state: LineState
    reason: str
    written_at: datetime
    is_own: bool
    is_author: bool


_IDEA, _PERSON = sa.bindparam("idea", type_=sa.Integer()), sa.bindparam("person", type_=sa.Integer())
_MINE = sa.func.coalesce(Comment.person_id == _PERSON, sa.false())
_BY_AUTHOR = sa.func.coalesce(Comment.person_id == Idea.author_id, sa.false())
_COLUMNS = (Comment.id, Comment.text, Comment.state, Comment.reason, Comment.written_at)
_SHOWN = (
    sa.select(*_COLUMNS, _MINE.label("is_own"), _BY_AUTHOR.label("is_author"))
    .join(Idea, Idea.id == Comment.idea_id)
    .where(shown(), sa.or_(Comment.state == LineState.PUBLISHED, _MINE))
)
_OF_IDEA = (
    _SHOWN.where(sa.or_(Idea.id == _IDEA, Idea.canonical_id == _IDEA))
    .order_by(Comment.written_at.desc(), Comment.id.desc())
    .limit(sa.bindparam("size", type_=sa.Integer()))
    .offset(sa.bindparam("skipped", type_=sa.Integer()))
)


def list_of_idea(idea_id: int, person_id: int | None, *, size: int, page: int = 1) -> list[ShownComment]:
    """Return a page of the comments published on an idea, the latest first, and all those of `person_id`."""
    given = {"idea": idea_id, "person": person_id, "size": size, "skipped": size * (page - 1)}
    return list_rows(ShownComment, _OF_IDEA, given)


class ReportedComment(NamedTuple):
    """A comment that everybody reads, and the idea that it is about."""

    id: int
    idea_id: int
    text: str
    written_at: datetime


def find_published(comment_id: int) -> ReportedComment | None:
    """Return a comment that everybody reads."""
    columns = (Comment.id, Comment.idea_id, Comment.text, Comment.written_at)
    query = sa.select(*columns).join(Idea, Idea.id == Comment.idea_id).where(Comment.id == comment_id, shown())
    rows = list_rows(ReportedComment, query.where(Comment.state == LineState.PUBLISHED))
    return rows[0] if rows else None


class PublishedComment(NamedTuple):
    """A comment as programs read it: nothing says who wrote it, but that it was whoever wrote the idea."""

    id: int
    idea_id: int
    text: str
    by_author: bool
    written_at: datetime


_ARE_PUBLISHED = (
    shown(),
    Comment.state == LineState.PUBLISHED,
    sa.or_(Idea.id == _IDEA, Idea.canonical_id == _IDEA),
)
_PUBLISHED = (
    sa.select(Comment.id, Comment.idea_id, Comment.text, _BY_AUTHOR.label("by_author"), Comment.written_at)
    .join(Idea, Idea.id == Comment.idea_id)
    .where(*_ARE_PUBLISHED, Comment.id < sa.bindparam("before", type_=sa.Integer()))
    .order_by(Comment.id.desc())
    .limit(sa.bindparam("size", type_=sa.Integer()))
)


def list_published(idea_id: int, *, before: int, size: int) -> list[PublishedComment]:
    """Return comments that everybody reads on an idea and on those merged into it, from the number `before` down."""
    return list_rows(PublishedComment, _PUBLISHED, {"idea": idea_id, "before": before, "size": size})


_COUNTED = sa.select(sa.func.count()).select_from(Comment).join(Idea, Idea.id == Comment.idea_id).where(*_ARE_PUBLISHED)


def count_published(idea_id: int) -> int:
    """Return how many comments everybody reads on an idea and on those merged into it."""
    return db.session.scalar(_COUNTED, {"idea": idea_id}) or 0


class CommentToReview(NamedTuple):
    """A comment that waits for review, or that readers reported."""

    comment_id: int
    idea_id: int
    title: str
    language: str
    text: str
    state: LineState
    written_at: datetime


_IS_REPORTED = sa.exists().where(Report.comment_id == Comment.id, Report.closed_at.is_(None)).correlate(Comment)


def _is_in(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return Idea.campaign_id == campaign.id, shown()


def _is_to_review() -> sa.ColumnElement[bool]:
    is_reported = sa.and_(Comment.state == LineState.PUBLISHED, _IS_REPORTED)
    return sa.or_(Comment.state == LineState.WAITING, is_reported)


def comments_to_review(campaign: Campaign) -> sa.Select[int]:
    """Return the question of how many comments wait for review, or were reported."""
    waiting = sa.select(sa.func.count()).select_from(Comment).join(Idea, Idea.id == Comment.idea_id)
    return waiting.where(*_is_in(campaign), _is_to_review())


def list_to_review(campaign: Campaign, *, also: int | None = None, count: int = 50) -> list[CommentToReview]:
    """Return the comments that readers reported, then those that wait for review, the oldest first.

    `also`: one that is online, for who wants to look at it again.
    """
    columns: tuple[Any, ...] = (
        Comment.id.label("comment_id"),
        Idea.id.label("idea_id"),
        Idea.title,
        Idea.language,
        Comment.text,
        Comment.state,
        Comment.written_at,
    )
    chosen = sa.and_(Comment.id == also, Comment.state == LineState.PUBLISHED)
    query = sa.select(*columns).join(Idea, Idea.id == Comment.idea_id)
    query = query.where(*_is_in(campaign), sa.or_(_is_to_review(), chosen))
    reported_first = sa.case((Comment.state == LineState.PUBLISHED, 0), else_=1)
    return list_rows(CommentToReview, query.order_by(reported_first, Comment.written_at, Comment.id).limit(count))


class SaidOfComment(NamedTuple):
    """What a reader said of a comment."""

    comment_id: int
    reason: ReportReason
    note: str


def list_reports(comment_ids: list[int]) -> list[SaidOfComment]:
    """Return the open reports of these comments, the oldest first."""
    query = sa.select(Report.comment_id, Report.reason, Report.note).where(Report.closed_at.is_(None))
    return list_rows(SaidOfComment, query.where(Report.comment_id.in_(comment_ids)).order_by(Report.id))
