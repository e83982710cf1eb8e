"""Who may do what, and how long a sign-in lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ideas.domain.errors import N_

SIGN_IN_LIFETIME = timedelta(minutes=15)
OPERATOR_LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME, STAFF_SESSION_LIFETIME = timedelta(days=30), timedelta(hours=12)
STAFF_IDLE = timedelta(hours=2)
CODE_LENGTH, CODE_MISSES = 6, 5


class Role(StrEnum):
    """What a person is on the platform; each public decision shows the role, never the name."""

    CONTRIBUTOR = "contributor"
    MODERATOR = "moderator"
    REVIEWER = "reviewer"
    PRODUCER = "producer"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.CONTRIBUTOR: N_("Contributeur"),
    Role.MODERATOR: N_("Modérateur"),
    Role.REVIEWER: N_("Chargé du tri"),
    Role.PRODUCER: N_("Producteur de données"),
    Role.OWNER: N_("Responsable de la campagne"),
    Role.ADMINISTRATOR: N_("Administrateur"),
}


@dataclass(frozen=True)
class Operator:
    """Whoever types commands: allowed by holding the machine; the register shows an administrator, and no person."""

    id: int | None = None
    role: Role = Role.ADMINISTRATOR
    appointments: tuple[()] = ()
    language: str = "en"


def is_sign_in_alive(*, expires_at: datetime, used_at: datetime | None, misses: int, now: datetime) -> bool:
    """Tell whether a sign-in link or code may still be used at `now`."""
    return used_at is None and now < expires_at and misses < CODE_MISSES


def has_session_ended(*, is_staff: bool, started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a session is too old or, for the staff, unused for too long.

    A clock that goes back makes a session younger, never older: nobody is thrown out by it.
    """
    if is_staff:
        return now - started_at > STAFF_SESSION_LIFETIME or now - seen_at > STAFF_IDLE
    return now - started_at > SESSION_LIFETIME


@dataclass(frozen=True)
class Purpose:
    """What a sign-in will do besides signing in: said in the mail, on its page and by its button."""

    sentence: str
    button: str
    title: str
    number: int | None = None
    changed: bool = False

    @property
    def facts(self) -> dict[str, object]:
        """What fills the sentence and the button."""
        return {"title": self.title, "number": self.number}
