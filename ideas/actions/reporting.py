"""Saying that an idea on line, or a comment on it, should be looked at again, and setting aside what was said."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.ideas import find_for_staff
from ideas.actions.limiting import count_hit
from ideas.actions.proving import spend_proof
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.domain.limits import REPORTS_FROM_SOURCE
from ideas.domain.lines import LineState
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.domain.proofs import Brought
from ideas.domain.reports import NOTE_LENGTH, ReportReason
from ideas.domain.signals import Signal
from ideas.domain.texts import check_text, clean_text
from ideas.store.database import db
from ideas.store.models import Comment, Idea, Report
from ideas.store.visibility import Actor, listed, shown, visible_to


@transaction(is_public=False)
def report_idea(
    idea_id: int,
    reason: ReportReason,
    note: str,
    *,
    person_id: int | None,
    source: str,
    now: datetime,
    brought: Brought = None,
) -> None:
    """Keep what a reader says of an idea on line, and bring it before the moderators; said twice, it is kept once.

    Raises `NotFound` when the idea is not on line, `TooOften` when too many come from one source, `ProofWanted`
    and `BadProof`.
    """
    text = _take_note(note, source, now, brought)
    if db.session.scalar(sa.select(Idea.id).where(Idea.id == idea_id, listed()).with_for_update()) is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    _keep_once(Report(idea_id=idea_id, person_id=person_id, reason=reason, note=text, reported_at=now))
    _mark(idea_id, Idea.signals.op("|")(int(Signal.REPORTED)))


@transaction(is_public=False)
def report_comment(
    comment_id: int,
    reason: ReportReason,
    note: str,
    *,
    person_id: int | None,
    source: str,
    now: datetime,
    brought: Brought = None,
) -> None:
    """Keep what a reader says of a comment on line, and bring it before the moderators; said twice, it is kept once.

    Raises `NotFound` when the comment is not on line, `TooOften` when too many come from one source, `ProofWanted`
    and `BadProof`.
    """
    text = _take_note(note, source, now, brought)
    online = sa.select(Comment).join(Idea, Idea.id == Comment.idea_id).where(Comment.id == comment_id, shown())
    comment = db.session.scalar(online.where(Comment.state == LineState.PUBLISHED).with_for_update(of=Comment))
    if comment is None:
        raise NotFound(N_("Ce commentaire n’est plus en ligne."))
    said = {"reason": reason, "note": text, "reported_at": now}
    _keep_once(Report(idea_id=comment.idea_id, comment_id=comment_id, person_id=person_id, **said))


@transaction(is_public=False)
def close_comment_reports(comment_id: int, *, actor: Actor, now: datetime) -> int:
    """Set aside what was said of a comment, which stays as it is; return how many reports that was.

    Raises `NotAllowed` unless `actor` may moderate, `NotFound` when there is no such comment for them.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    seen = sa.select(Idea.campaign_id).join(Comment, Comment.idea_id == Idea.id)
    campaign_id = db.session.scalar(seen.where(Comment.id == comment_id, visible_to(actor)))
    if campaign_id is None:
        raise NotFound(N_("Ce commentaire n’est plus en ligne."))
    check_can(actor, Permission.MODERATE, Subject(campaign_id=campaign_id))
    return _close(Report.comment_id == comment_id, now)


@transaction(is_public=False)
def close_reports(idea_id: int, *, actor: Actor, now: datetime) -> int:
    """Set aside what was said of an idea, which stays as it is; return how many reports that was.

    Raises `NotAllowed` unless `actor` may moderate the campaign, `NotFound` when there is no such idea for them.
    """
    idea = find_for_staff(idea_id, actor)
    check_can(actor, Permission.MODERATE, Subject(campaign_id=idea.campaign_id))
    count = _close(sa.and_(Report.idea_id == idea_id, Report.comment_id.is_(None)), now)
    _mark(idea_id, Idea.signals.op("&")(~int(Signal.REPORTED)))
    return count


def _take_note(note: str, source: str, now: datetime, brought: Brought) -> str:
    spend_proof(brought, now=now)
    count_hit(REPORTS_FROM_SOURCE, source, now=now, brought=brought)
    text = clean_text(note)
    check_text(text, longest=NOTE_LENGTH)
    return text


def _keep_once(report: Report) -> None:
    """Keep a report, unless the same person said the same, or nobody known did in the same words."""
    about = Report.idea_id == report.idea_id, Report.comment_id.is_not_distinct_from(report.comment_id)
    same = sa.select(Report.id).where(*about, Report.closed_at.is_(None), Report.reason == report.reason)
    own = Report.person_id == report.person_id if report.person_id else Report.note == report.note
    if db.session.scalar(same.where(own).limit(1)) is None:
        db.session.add(report)


def _close(about: sa.ColumnElement[bool], now: datetime) -> int:
    closed = sa.update(Report).where(about, Report.closed_at.is_(None)).values(closed_at=now)
    return int(db.session.execute(closed.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _mark(idea_id: int, signals: sa.ColumnElement[int]) -> None:
    marked = sa.update(Idea).where(Idea.id == idea_id).values(signals=signals)
    db.session.execute(marked.execution_options(synchronize_session=False))
