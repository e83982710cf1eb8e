"""People: known by their verified addresses, made when they first come."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.transaction import transaction
from ideas.domain.accounts import Role
from ideas.mail.addresses import spell_address
from ideas.mail.messages import write_safety_mail
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Appointment, Identity, Person, Session


def is_known(email: str) -> bool:
    """Tell whether an address is that of somebody who came before."""
    return find_by_email(spell_address(email)) is not None


def has_role(person: Person) -> bool:
    """Tell whether a person holds a role, everywhere or somewhere."""
    active = sa.exists().where(Appointment.person_id == person.id, Appointment.ended_at.is_(None))
    return person.role is not Role.CONTRIBUTOR or bool(db.session.scalar(sa.select(active)))


def find_or_make_person(email: str, *, now: datetime, language: str = "fr") -> Person:
    """Return the person of a verified address, made if need be."""
    known = find_by_email(email)
    if known is not None:
        return known
    person = Person(created_at=now, language=language)
    person.identities.append(Identity(kind="email", subject=email, verified_at=now))
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:  # somebody made it a moment ago
        person = find_by_email(email)  # type: ignore[assignment]
    return person


@transaction(is_public=False)
def end_sessions(person_id: int) -> None:
    """End every session of a person: a cookie kept aside no longer signs anybody in, nor does a first proof of two."""
    db.session.execute(sa.delete(Session).where(Session.person_id == person_id))
    db.session.execute(sa.update(Person).where(Person.id == person_id).values(session_number=Person.session_number + 1))


def find_by_email(email: str) -> Person | None:
    """Return the person whose verified address this is, spelled as it is kept."""
    is_theirs = (Identity.kind == "email", Identity.issuer == "", Identity.subject == email)
    return db.session.scalar(sa.select(Person).join(Identity, Identity.person_id == Person.id).where(*is_theirs))


def tell_of_safety(person: Person, said: str, *, now: datetime, origin: str, label: str = "") -> None:
    """Write to a person that the way to sign in to their account changed, within the act that changes it."""
    email = queries.people.find_email(person.id)
    if email is not None:
        write_safety_mail(email, said, language=person.language, origin=origin, now=now, label=label)
