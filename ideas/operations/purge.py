"""Erasing what is kept no longer, as `domain/retention.py` says."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.erasing import erase
from ideas.domain import retention
from ideas.domain.publication import Publication
from ideas.store.models import Idea, Job, OutboxMail, SignIn


def purge(*, now: datetime) -> dict[str, int]:
    """Erase old sign-ins, mails, jobs, and drafts that nobody confirmed; return how many of each."""
    mails, waiting = now - retention.SENT_MAILS, (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    return {
        "sign_ins": erase(SignIn, SignIn.expires_at < now - retention.SIGN_INS),
        "mails": erase(OutboxMail, sa.or_(OutboxMail.sent_at < mails, OutboxMail.failed_at < mails)),
        "jobs": erase(Job, Job.finished_at < now - retention.JOBS),
        "drafts": erase(
            Idea,
            sa.and_(Idea.publication.in_(waiting), Idea.author_id.is_(None), Idea.created_at < now - retention.DRAFTS),
        ),
    }
