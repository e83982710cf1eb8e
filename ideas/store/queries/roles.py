"""Questions about who holds a role, everywhere or somewhere: for those who give them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.accounts import Role
from ideas.store.models import Appointment, Campaign, Identity, Person, Producer
from ideas.store.rows import list_rows

_IS_ADDRESS = (Identity.person_id == Person.id) & (Identity.kind == "email")


class RoleHolder(NamedTuple):
    """Somebody who holds a role everywhere."""

    person_id: int
    email: str | None
    role: Role


def list_holders() -> list[RoleHolder]:
    """Return those who hold a role everywhere, by role and address."""
    query = sa.select(Person.id.label("person_id"), Identity.subject.label("email"), Person.role)
    held = query.outerjoin(Identity, _IS_ADDRESS).where(Person.role != Role.CONTRIBUTOR)
    return list_rows(RoleHolder, held.order_by(Person.role, Identity.subject, Person.id))


def find_holder(person_id: int) -> RoleHolder | None:
    """Return the role that somebody holds everywhere."""
    return next((one for one in list_holders() if one.person_id == person_id), None)


class StandingAppointment(NamedTuple):
    """A role that somebody holds for a campaign or a body, whose names are empty when it is for no one of them."""

    id: int
    email: str | None
    role: Role
    campaign_id: int | None
    producer_id: int | None
    campaign: str
    producer: str
    appointed_at: datetime


def list_appointments(campaign_ids: Collection[int] | None = None) -> list[StandingAppointment]:
    """Return the appointments that stand, for these campaigns or (None) for all and for bodies, by address."""
    query = (
        sa.select(
            Appointment.id,
            Identity.subject.label("email"),
            Appointment.role,
            Appointment.campaign_id,
            Appointment.producer_id,
            sa.func.coalesce(Campaign.title, "").label("campaign"),
            sa.func.coalesce(Producer.name, "").label("producer"),
            Appointment.appointed_at,
        )
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(Identity, _IS_ADDRESS)
        .outerjoin(Campaign, Campaign.id == Appointment.campaign_id)
        .outerjoin(Producer, Producer.id == Appointment.producer_id)
        .where(Appointment.ended_at.is_(None))
    )
    if campaign_ids is not None:
        query = query.where(Appointment.campaign_id.in_(campaign_ids))
    return list_rows(StandingAppointment, query.order_by(Identity.subject, Appointment.id))
