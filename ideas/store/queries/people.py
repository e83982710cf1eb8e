"""Questions about people and their sign-ins."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ideas.store.database import db
from ideas.store.models import Identity, Person, Vote

_FOUND = sa.select(Person).where(Person.id == sa.bindparam("person")).options(joinedload(Person.appointments))


def find(person_id: int) -> Person | None:
    """Return the person of that number, with what they are appointed to."""
    return db.session.scalars(_FOUND, {"person": person_id}).unique().one_or_none()


def find_email(person_id: int) -> str | None:
    """Return the verified address of a person: for their own page, never for another's."""
    query = sa.select(Identity.subject).where(Identity.person_id == person_id, Identity.kind == "email")
    return db.session.scalar(query.order_by(Identity.id))


def count_votes(person_id: int) -> int:
    """Return how many ideas a person supports."""
    return db.session.scalar(sa.select(sa.func.count()).where(Vote.person_id == person_id)) or 0
