"""Erasing what is kept no longer, as `domain/retention.py` says."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain import retention
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Idea, Job, OutboxMail, SignIn, TypedIdea


@transaction()
def purge(*, now: datetime) -> dict[str, int]:
    """Erase old sign-ins, mails, jobs, and drafts that nobody confirmed; return how many of each, in one commit."""
    waiting = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    erased = {
        "sign_ins": sa.delete(SignIn).where(SignIn.expires_at < now - retention.SIGN_INS).returning(SignIn.id),
        "mails": sa.delete(OutboxMail)
        .where(
            sa.or_(OutboxMail.sent_at < now - retention.SENT_MAILS, OutboxMail.failed_at < now - retention.SENT_MAILS)
        )
        .returning(OutboxMail.id),
        "jobs": sa.delete(Job).where(Job.finished_at < now - retention.JOBS).returning(Job.id),
        "drafts": sa.delete(Idea)
        .where(Idea.publication.in_(waiting), Idea.author_id.is_(None), Idea.created_at < now - retention.DRAFTS)
        .returning(Idea.id),
        "typed_ideas": sa.delete(TypedIdea).where(TypedIdea.typed_at < now - retention.DRAFTS).returning(TypedIdea.id),
    }
    return {name: len(db.session.scalars(statement).all()) for name, statement in erased.items()}
