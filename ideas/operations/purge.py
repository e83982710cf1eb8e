"""Erasing what is kept no longer, as `domain/retention.py` says."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.erasing import erase
from ideas.domain import retention
from ideas.domain.decisions import DecisionKind
from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.store.models import (
    AddressChange,
    Claim,
    Comment,
    Decision,
    Event,
    FileImport,
    Hit,
    Idea,
    Job,
    Notice,
    OutboxMail,
    Report,
    Revision,
    Session,
    SignIn,
    SpentProof,
    TypedIdea,
    Undo,
    VoteUse,
)

LINES = (VoteUse, Comment, Revision)


def purge(*, now: datetime) -> dict[str, int]:
    """Erase old sign-ins, mails, jobs, and drafts that nobody confirmed; return how many of each."""
    mails, waiting = now - retention.SENT_MAILS, (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    old = sa.select(Event.id).where(Event.happened_at < now - retention.NEWS)
    redacted = sa.select(Decision.id).where(
        Decision.kind == DecisionKind.REDACT, Decision.decided_at < now - retention.REDACTED
    )
    return {
        "sign_ins": erase(SignIn, SignIn.expires_at < now - retention.SIGN_INS),
        "sessions": erase(Session, Session.opened_at < now - retention.SESSIONS),
        "address_changes": erase(AddressChange, AddressChange.expires_at < now - retention.SIGN_INS),
        "mails": erase(OutboxMail, sa.or_(OutboxMail.sent_at < mails, OutboxMail.failed_at < mails)),
        "hits": erase(Hit, Hit.ends_at < now),
        "spent_proofs": erase(SpentProof, SpentProof.ends_at < now),
        "reports": erase(Report, Report.closed_at < now - retention.REPORTS),
        "claims": erase(Claim, Claim.ends_at < now),
        "file_imports": erase(FileImport, FileImport.ended_at < now - retention.JOBS),
        "jobs": erase(Job, Job.finished_at < now - retention.JOBS),
        "drafts": erase(
            Idea,
            sa.and_(Idea.publication.in_(waiting), Idea.author_id.is_(None), Idea.created_at < now - retention.DRAFTS),
        ),
        "notices": erase(Notice, Notice.event_id.in_(old)),
        "events": erase(Event, Event.id.in_(old)),
        "redacted": erase(Undo, Undo.decision_id.in_(redacted)),
        **{
            table.__tablename__: erase(
                table, sa.and_(table.state == LineState.REFUSED, table.decided_at < now - retention.REFUSED)
            )
            for table in LINES
        },
        "typed_ideas": erase(TypedIdea, TypedIdea.typed_at < now - retention.DRAFTS),
    }
