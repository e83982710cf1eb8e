"""Subjects taken, given and left by those who review them: told to the others, it forbids nothing."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ideas.actions.people import find_by_email
from ideas.actions.reviewing import find_subject
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Role
from ideas.domain.errors import N_, WrongState
from ideas.domain.permissions import GRANTED_TO, Permission
from ideas.mail.addresses import spell_address
from ideas.store.database import db
from ideas.store.models import Appointment, Assignee
from ideas.store.visibility import Actor


@transaction(is_public=False)
def take(cluster_id: int, *, actor: Actor, now: datetime) -> None:
    """Be the one who is to review a subject, whoever was."""
    find_subject(cluster_id, actor)
    _assign(cluster_id, actor.id, now)


@transaction(is_public=False)
def give(cluster_id: int, email: str, *, actor: Actor, now: datetime) -> None:
    """Make a colleague the one who is to review a subject, whoever was."""
    cluster = find_subject(cluster_id, actor)
    person = find_by_email(spell_address(email))
    if person is None or person.suspended_at or not _may_review(person.id, Role(person.role), cluster.campaign_id):
        raise WrongState(N_("Personne de l’équipe n’a cette adresse."))
    _assign(cluster_id, person.id, now)


@transaction(is_public=False)
def release(cluster_id: int, *, actor: Actor) -> None:
    """Leave a subject to whoever comes first."""
    find_subject(cluster_id, actor)
    db.session.execute(sa.delete(Assignee).where(Assignee.cluster_id == cluster_id))


def _assign(cluster_id: int, person_id: int | None, now: datetime) -> None:
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"cluster_id": cluster_id, "person_id": person_id, "assigned_at": now}
    given = dialect.insert(Assignee.__table__).values(row)
    db.session.execute(given.on_conflict_do_update(index_elements=["cluster_id"], set_=row))


def _may_review(person_id: int, role: Role, campaign_id: int) -> bool:
    granted = GRANTED_TO[Permission.TRIAGE]
    appointed = sa.exists().where(
        Appointment.person_id == person_id,
        Appointment.role.in_(granted),
        Appointment.ended_at.is_(None),
        sa.or_(Appointment.campaign_id.is_(None), Appointment.campaign_id == campaign_id),
    )
    return role in granted or bool(db.session.scalar(sa.select(appointed)))
