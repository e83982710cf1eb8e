"""Closing one's account: nothing of the person stays, and what they published stays without them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.families import lock_families, recount
from ideas.actions.people import has_role
from ideas.actions.transaction import transaction
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.publication import Publication
from ideas.mail.messages import MOVING
from ideas.mail.templates import LANGUAGES, translate
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
    RecoveryCode,
    Report,
    Revision,
    SecondFactor,
    SecondPair,
    SecurityKey,
    Session,
    SignIn,
    Vote,
)

# What nobody has read yet goes with its author; what the team decided stays, for the register to make sense.
NOT_READ_YET = Publication.AWAITING_REVIEW


@transaction()
def close_account(person_id: int, *, now: datetime) -> None:
    """Take back the votes of a person, leave their published ideas without them, and erase the rest.

    Raises `WrongState` for who has a role: the register must know who held it until somebody takes it away.
    """
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound(N_("Ce compte n’existe plus."))
    if has_role(person):
        raise WrongState(N_("Vous avez un rôle sur ce site : demandez d’abord qu’il vous soit retiré."))
    waiting = sa.select(Idea.id).where(Idea.author_id == person_id, Idea.publication == NOT_READ_YET)
    for idea_id in list(db.session.scalars(waiting.order_by(Idea.id))):
        withdraw_idea(idea_id, author_id=person_id, now=now)
    _take_back_votes(person_id)
    _leave_without_name(person_id)
    _erase(person_id)


def _take_back_votes(person_id: int) -> None:
    voted = list(db.session.scalars(sa.select(Vote.idea_id).where(Vote.person_id == person_id)))
    if not voted:
        return
    roots = lock_families(*voted)
    _run(sa.delete(Vote).where(Vote.person_id == person_id))
    for root_id in sorted(set(roots.values())):
        recount(root_id)


def _leave_without_name(person_id: int) -> None:
    """Cut every tie of what stays with whoever wrote or did it."""
    own = sa.select(Idea.id).where(Idea.author_id == person_id)
    _run(sa.delete(Revision).where(Revision.idea_id.in_(own)))
    alone = {"author_id": None, "organisation": "", "show_organisation": False, "form_key": None}
    _run(sa.update(Idea).where(Idea.author_id == person_id).values(alone))
    _run(sa.update(Decision).where(Decision.person_id == person_id).values(person_id=None))
    _run(sa.update(Event).where(Event.person_id == person_id).values(person_id=None))
    _run(sa.update(InternalNote).where(InternalNote.person_id == person_id).values(person_id=None))
    _run(sa.update(PreparedAnswer).where(PreparedAnswer.person_id == person_id).values(person_id=None))
    _run(sa.update(SecondPair).where(SecondPair.reader_id == person_id).values(reader_id=None))
    _run(sa.update(Job).where(Job.asked_by == person_id).values(asked_by=None))


def _erase(person_id: int) -> None:
    addresses = list(db.session.scalars(sa.select(Identity.subject).where(Identity.person_id == person_id)))
    _run(sa.delete(SignIn).where(SignIn.email.in_(addresses)))
    _run(sa.delete(OutboxMail).where(OutboxMail.to.in_(addresses)))
    # An address that they asked for may be somebody else's, whose other mails are none of theirs.
    asked = sa.select(AddressChange.email).where(AddressChange.person_id == person_id)
    words = [translate(MOVING, language).removeprefix("%(site)s") for language in LANGUAGES]
    is_moving = sa.or_(*(OutboxMail.subject.endswith(one, autoescape=True) for one in words))
    _run(sa.delete(OutboxMail).where(OutboxMail.to.in_(asked), is_moving))
    for table in (
        Notice,
        AnswerOpinion,
        Follow,
        Assignee,
        Claim,
        Comment,
        Report,
        Appointment,
        AddressChange,
        RecoveryCode,
        SecondFactor,
        SecurityKey,
        Session,
        Identity,
    ):
        _run(sa.delete(table).where(table.person_id == person_id))
    _run(sa.delete(Person).where(Person.id == person_id))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
