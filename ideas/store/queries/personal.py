"""All that is kept of one person, for them alone: what the download of one's own data holds."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import (
    AddressChange,
    AnswerOpinion,
    Appointment,
    Assignee,
    Claim,
    Comment,
    Decision,
    Event,
    Follow,
    Idea,
    Identity,
    InternalNote,
    Job,
    Notice,
    OutboxMail,
    Person,
    PreparedAnswer,
    Question,
    RecoveryCode,
    Report,
    Revision,
    RevisionChange,
    SecondFactor,
    SecondPair,
    SecurityKey,
    Session,
    SignIn,
    Vote,
    VoteUse,
)

# Secrets of the site, which prove who somebody is: whoever reads the file must not sign in, or read news, by them.
SECRETS = {
    "news_key",
    "session_number",
    "token_hash",
    "code_hash",
    "source_hash",
    "draft_hash",
    "form_key",
    "sealed_secret",
    "key_hash",
    "id_token",
}
# Copies that the machine makes of what is there already.
COPIES = {"search_text", "import_key", "signals"}


def _own_ideas(person_id: int) -> sa.Select[Any]:
    return sa.select(Idea.id).where(Idea.author_id == person_id)


def _own_votes(person_id: int) -> sa.Select[Any]:
    return sa.select(Vote.id).where(Vote.person_id == person_id)


def _own_revisions(person_id: int) -> sa.Select[Any]:
    return sa.select(Revision.id).where(Revision.idea_id.in_(_own_ideas(person_id)))


PARTS: dict[str, tuple[Any, Callable[[int, list[str]], sa.ColumnElement[bool]]]] = {
    "person": (Person, lambda person_id, _addresses: Person.id == person_id),
    "identities": (Identity, lambda person_id, _addresses: Identity.person_id == person_id),
    "address_changes": (AddressChange, lambda person_id, _addresses: AddressChange.person_id == person_id),
    "sessions": (Session, lambda person_id, _addresses: Session.person_id == person_id),
    "second_factors": (SecondFactor, lambda person_id, _addresses: SecondFactor.person_id == person_id),
    "security_keys": (SecurityKey, lambda person_id, _addresses: SecurityKey.person_id == person_id),
    "recovery_codes": (RecoveryCode, lambda person_id, _addresses: RecoveryCode.person_id == person_id),
    "appointments": (Appointment, lambda person_id, _addresses: Appointment.person_id == person_id),
    "ideas": (Idea, lambda person_id, _addresses: Idea.author_id == person_id),
    "revisions": (Revision, lambda person_id, _addresses: Revision.idea_id.in_(_own_ideas(person_id))),
    "revision_changes": (
        RevisionChange,
        lambda person_id, _addresses: RevisionChange.revision_id.in_(_own_revisions(person_id)),
    ),
    "questions": (Question, lambda person_id, _addresses: Question.idea_id.in_(_own_ideas(person_id))),
    "votes": (Vote, lambda person_id, _addresses: Vote.person_id == person_id),
    "vote_uses": (VoteUse, lambda person_id, _addresses: VoteUse.vote_id.in_(_own_votes(person_id))),
    "answer_opinions": (AnswerOpinion, lambda person_id, _addresses: AnswerOpinion.person_id == person_id),
    "comments": (Comment, lambda person_id, _addresses: Comment.person_id == person_id),
    "follows": (Follow, lambda person_id, _addresses: Follow.person_id == person_id),
    "notices": (Notice, lambda person_id, _addresses: Notice.person_id == person_id),
    "events": (Event, lambda person_id, _addresses: Event.person_id == person_id),
    "decisions": (Decision, lambda person_id, _addresses: Decision.person_id == person_id),
    "internal_notes": (InternalNote, lambda person_id, _addresses: InternalNote.person_id == person_id),
    "prepared_answers": (PreparedAnswer, lambda person_id, _addresses: PreparedAnswer.person_id == person_id),
    "jobs": (Job, lambda person_id, _addresses: Job.asked_by == person_id),
    "second_pairs": (SecondPair, lambda person_id, _addresses: SecondPair.reader_id == person_id),
    "assignees": (Assignee, lambda person_id, _addresses: Assignee.person_id == person_id),
    "claims": (Claim, lambda person_id, _addresses: Claim.person_id == person_id),
    "reports": (Report, lambda person_id, _addresses: Report.person_id == person_id),
    "sign_ins": (SignIn, lambda _person_id, addresses: SignIn.email.in_(addresses)),
    "mails": (OutboxMail, lambda _person_id, addresses: OutboxMail.to.in_(addresses)),
}
HIDDEN_OF_MAILS = {"body", "html", "stop_url"}  # a mail that waits holds a link that signs in


def gather(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row that is about a person, by what it is; dates are those of the world, in UTC."""
    own = sa.select(Identity.subject).where(Identity.person_id == person_id, Identity.kind == "email")
    addresses = list(db.session.scalars(own))
    return {name: _list(table, about(person_id, addresses)) for name, (table, about) in PARTS.items()}


def _list(table: Any, about: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    left_out = SECRETS | COPIES | (HIDDEN_OF_MAILS if table is OutboxMail else set())
    columns = [column for column in table.__table__.c if column.name not in left_out]
    rows = db.session.execute(sa.select(*columns).where(about).order_by(*table.__table__.primary_key.columns))
    return [dict(row) for row in rows.mappings()]
