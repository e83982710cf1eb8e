"""Who may do what, and about which campaign or body: a role is held everywhere, an appointment somewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from ideas.domain.accounts import Role
from ideas.domain.errors import N_, NotAllowed


class Permission(StrEnum):
    """What somebody may be allowed to do."""

    MODERATE = "moderate"
    TRIAGE = "triage"
    ANSWER = "answer"
    OWN = "own"
    ADMINISTER = "administer"


REFUSED = N_("Votre compte ne permet pas cette action.")
_STAFF = frozenset({Role.MODERATOR, Role.REVIEWER, Role.OWNER, Role.ADMINISTRATOR})

GRANTED_TO = {
    Permission.MODERATE: _STAFF,
    Permission.TRIAGE: _STAFF,
    Permission.ANSWER: _STAFF | {Role.PRODUCER},
    Permission.OWN: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Appointment:
    """A role held for one campaign or one body; a None is no limit on that side."""

    role: Role
    campaign_id: int | None = None
    producer_id: int | None = None


class Subject(NamedTuple):
    """What an act is about: a None says that it is about no campaign, or no body, in particular."""

    campaign_id: int | None = None
    producer_id: int | None = None


EVERYWHERE = Subject()


class Holder(Protocol):
    """Whoever may be allowed something: a role held everywhere (None: a reader), and appointments."""

    @property
    def role(self) -> str | None:
        """The role held everywhere."""

    @property
    def appointments(self) -> Collection[Appointment]:
        """The roles held somewhere."""


def can(actor: Holder, permission: Permission, subject: Subject) -> bool:
    """Tell whether `actor` may do `permission` about `subject`.

    >>> from types import SimpleNamespace as a
    >>> water = a(role="contributor", appointments=[Appointment(Role.PRODUCER, producer_id=7)])
    >>> can(water, Permission.ANSWER, Subject(1, 7)), can(water, Permission.ANSWER, Subject(1, 8))
    (True, False)
    """
    granted = GRANTED_TO[permission]
    return actor.role in granted or any(
        one.role in granted and _covers(one.campaign_id, subject.campaign_id) and _covers(one.producer_id, subject[1])
        for one in actor.appointments
    )


def can_somewhere(actor: Holder, permission: Permission) -> bool:
    """Tell whether `actor` may do `permission` about anything at all, so that the way to it is shown."""
    granted = GRANTED_TO[permission]
    return actor.role in granted or any(one.role in granted for one in actor.appointments)


def find_role(actor: Holder, permission: Permission, subject: Subject) -> Role:
    """Return the role by which `actor` may do `permission` about `subject`: what the register shows.

    >>> from types import SimpleNamespace as a
    >>> water = a(role="contributor", appointments=[Appointment(Role.PRODUCER, producer_id=7)])
    >>> find_role(water, Permission.ANSWER, Subject(1, 7)).value, find_role(water, Permission.OWN, EVERYWHERE).value
    ('producer', 'contributor')
    """
    held = Role(actor.role or Role.CONTRIBUTOR)
    granted = GRANTED_TO[permission]
    if held in granted:
        return held
    covering = (
        one.role
        for one in actor.appointments
        if one.role in granted
        and _covers(one.campaign_id, subject.campaign_id)
        and _covers(one.producer_id, subject[1])
    )
    return next(covering, held)


def list_campaigns(actor: Holder, permission: Permission) -> list[int]:
    """Return the numbers of the campaigns for which `actor` is appointed to what grants `permission`."""
    granted = GRANTED_TO[permission]
    return [one.campaign_id for one in actor.appointments if one.role in granted and one.campaign_id is not None]


def check_can(actor: Holder, permission: Permission, subject: Subject) -> None:
    """Raise `NotAllowed` unless `actor` may do `permission` about `subject`."""
    if not can(actor, permission, subject):
        raise NotAllowed(REFUSED)


def check_can_somewhere(actor: Holder, permission: Permission) -> None:
    """Raise `NotAllowed` unless `actor` may do `permission` about something: asked before anything is looked up."""
    if not can_somewhere(actor, permission):
        raise NotAllowed(REFUSED)


def _covers(limit: int | None, about: int | None) -> bool:
    return limit is None or limit == about
