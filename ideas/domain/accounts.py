"""Who may do what, and how long a sign-in lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ideas.domain.errors import N_, Limited

SIGN_IN_LIFETIME = timedelta(minutes=15)
OPERATOR_LINK_LIFETIME = timedelta(hours=24)
CODE_LENGTH, CODE_MISSES = 6, 5
SIGN_INS_PER_HOUR = 6


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


def check_sign_in_quota(asked_this_hour: int) -> None:
    """Raise `Limited` when an address has asked for too many sign-in mails."""
    if asked_this_hour >= SIGN_INS_PER_HOUR:
        raise Limited(N_("Trop de demandes pour cette adresse. Réessayez dans une heure."))


def is_sign_in_alive(*, expires_at: datetime, used_at: datetime | None, misses: int, now: datetime) -> bool:
    """Tell whether a sign-in link or code may still be used at `now`."""
    return used_at is None and now < expires_at and misses < CODE_MISSES
