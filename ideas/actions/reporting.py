"""Saying that an idea on line should be looked at again, and setting aside what was said."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.ideas import find_for_staff
from ideas.actions.limiting import count_hit
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.domain.limits import REPORTS_FROM_SOURCE
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.reports import NOTE_LENGTH, ReportReason
from ideas.domain.signals import Signal
from ideas.domain.texts import check_text, clean_text
from ideas.store.database import db
from ideas.store.models import Idea, Report
from ideas.store.visibility import Actor, listed


@transaction(is_public=False)
def report_idea(
    idea_id: int, reason: ReportReason, note: str, *, person_id: int | None, source: str, now: datetime
) -> None:
    """Keep what a reader says of an idea on line, and bring it before the moderators; said twice, it is kept once.

    Raises `NotFound` when the idea is not on line, `TooOften` when too many come from one source.
    """
    count_hit(REPORTS_FROM_SOURCE, source, now=now)
    text = clean_text(note)
    check_text(text, longest=NOTE_LENGTH)
    if db.session.scalar(sa.select(Idea.id).where(Idea.id == idea_id, listed()).with_for_update()) is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    same = sa.select(Report.id).where(Report.idea_id == idea_id, Report.closed_at.is_(None), Report.reason == reason)
    own = same.where(Report.person_id == person_id) if person_id else same.where(Report.note == text)
    if db.session.scalar(own.limit(1)) is None:
        db.session.add(Report(idea_id=idea_id, person_id=person_id, reason=reason, note=text, reported_at=now))
    _mark(idea_id, Idea.signals.op("|")(int(Signal.REPORTED)))


@transaction(is_public=False)
def close_reports(idea_id: int, *, actor: Actor, now: datetime) -> int:
    """Set aside what was said of an idea, which stays as it is; return how many reports that was.

    Raises `NotAllowed` unless `actor` may moderate the campaign, `NotFound` when there is no such idea for them.
    """
    idea = find_for_staff(idea_id, actor)
    check_can(actor, Permission.MODERATE, Subject(campaign_id=idea.campaign_id))
    closed = sa.update(Report).where(Report.idea_id == idea_id, Report.closed_at.is_(None)).values(closed_at=now)
    count = db.session.execute(closed.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    _mark(idea_id, Idea.signals.op("&")(~int(Signal.REPORTED)))
    return int(count)


def _mark(idea_id: int, signals: sa.ColumnElement[int]) -> None:
    marked = sa.update(Idea).where(Idea.id == idea_id).values(signals=signals)
    db.session.execute(marked.execution_options(synchronize_session=False))
