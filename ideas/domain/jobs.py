"""Work that nobody waits for: its kinds, where it stands, and who holds it until when.

A clock may go back. What a clock that was ahead wrote, too far in the future to be true, holds nothing up.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from ideas.domain.errors import N_
from ideas.domain.permissions import Permission

LEASE = timedelta(seconds=30)  # a dead holder is known as one after it, and another takes over
RENEWAL = timedelta(seconds=5)  # six chances: a busy database or a library that lets no thread run takes some away
DISAGREEMENT = 2 * LEASE  # between the clocks of two machines, at most
ATTEMPTS = 3
WAITS = (timedelta(seconds=10), timedelta(minutes=2))  # after the first and the second attempt that failed


class Kind(StrEnum):
    """What there is to do; `key` says of what."""

    REGROUP = "regroup"
    PUBLISH_EDITION = "publish_edition"
    IMPORT_FILE = "import_file"
    PUBLISH_ANSWER = "publish_answer"


class JobState(StrEnum):
    """Where a job stands; it is live while it waits or runs, and one job of a kind and key is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


PERMISSIONS = {
    Kind.REGROUP: Permission.TRIAGE,
    Kind.PUBLISH_EDITION: Permission.OWN,
    Kind.IMPORT_FILE: Permission.OWN,
    Kind.PUBLISH_ANSWER: Permission.ANSWER,
}
WORKING = {
    Kind.REGROUP: N_("Une proposition de sujets est déjà en préparation pour cette campagne."),
    Kind.IMPORT_FILE: N_("Ce fichier est déjà en cours de lecture."),
    Kind.PUBLISH_EDITION: N_("Une édition de cette campagne est déjà en cours de publication."),
    Kind.PUBLISH_ANSWER: N_("Cette réponse est déjà en cours de publication."),
}


class Phase(StrEnum):
    """What a job that runs is doing."""

    BEGINNING = "beginning"
    READING = "reading"
    COMPARING = "comparing"
    GROUPING = "grouping"
    DESCRIBING = "describing"
    WRITING = "writing"


PHASE_NAMES = {
    Phase.BEGINNING: N_("Démarrage."),
    Phase.READING: N_("Lecture des idées."),
    Phase.COMPARING: N_("Comparaison des textes."),
    Phase.GROUPING: N_("Recherche des sujets."),
    Phase.DESCRIBING: N_("Description des sujets."),
    Phase.WRITING: N_("Écriture du résultat."),
}


def is_held(lease_until: datetime | None, now: datetime) -> bool:
    """Tell whether somebody alive holds a job whose lease ends at `lease_until`.

    >>> noon = datetime(2026, 1, 1, 12)
    >>> [is_held(noon + timedelta(seconds=left), noon) for left in (-1, 0, 25, 3600)]
    [False, False, True, False]
    """
    return lease_until is not None and now < lease_until <= now + DISAGREEMENT


def find_wait(attempt_count: int) -> timedelta | None:
    """Return how long to wait before a job that failed so many times is tried again, None when it is given up."""
    return None if attempt_count >= ATTEMPTS else WAITS[attempt_count - 1]
