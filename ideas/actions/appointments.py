"""Naming people to a role for one campaign or one body, and ending it."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.accounts import change_role
from ideas.actions.people import end_sessions, find_by_email, find_or_make_person
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Role
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.permissions import EVERYWHERE, Permission, Subject, check_can
from ideas.mail.addresses import spell_address
from ideas.store.database import db
from ideas.store.models import Appointment, Person
from ideas.store.visibility import Actor


@transaction(is_public=False)
def appoint(email: str, role: Role, about: Subject, *, actor: Actor, now: datetime) -> Appointment:
    """Give the person of an address a role for a campaign or a body; twice is once. Their open sessions end.

    Raises `NotAllowed`, and `WrongState` for a producer of no body or a role that is held everywhere.
    """
    check_can(actor, Permission.OWN, Subject(about.campaign_id))
    if role is Role.PRODUCER and about.producer_id is None:
        raise WrongState(N_("Dites pour quel organisme cette personne répond."))
    if role in (Role.CONTRIBUTOR, Role.ADMINISTRATOR) or about == Subject():
        raise WrongState(N_("Ce rôle ne se donne pas pour une campagne ou un organisme."))
    person = find_or_make_person(spell_address(email), now=now)
    held = db.session.scalar(_find(person.id, role, about))
    if held is not None:
        return held
    named = {"campaign_id": about.campaign_id, "producer_id": about.producer_id}
    appointment = Appointment(person_id=person.id, role=role, appointed_at=now, **named)
    db.session.add(appointment)
    end_sessions(person.id)
    db.session.flush()
    return appointment


@transaction(is_public=False)
def end_appointment(email: str, role: Role, about: Subject, *, actor: Actor, now: datetime) -> None:
    """End the role that a person holds there; their open sessions end. Raises `NotFound` when they hold none."""
    check_can(actor, Permission.OWN, Subject(about.campaign_id))
    person = find_by_email(spell_address(email))
    held = db.session.scalar(_find(person.id, role, about)) if person else None
    if person is None or held is None:
        raise NotFound(N_("Cette personne n’a pas ce rôle ici."))
    held.ended_at = now
    end_sessions(person.id)


@transaction()
def give_role(email: str, role: Role, *, actor: Actor, now: datetime) -> Person:
    """Give the person of an address a role that is held everywhere, or take it away: a contributor holds none.

    Raises `NotAllowed` unless `actor` administers the site, `WrongState` for the last administrator.
    """
    check_can(actor, Permission.ADMINISTER, EVERYWHERE)
    return change_role(email, role, now=now)


def _find(person_id: int, role: Role, about: Subject) -> sa.Select[Appointment]:
    active = sa.select(Appointment).where(Appointment.person_id == person_id, Appointment.ended_at.is_(None))
    where = {"campaign_id": about.campaign_id, "producer_id": about.producer_id}
    return active.filter_by(role=role, **where)
