"""Where the request for data stands: the second axis, moved by staff or the producer only."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ideas.domain.errors import N_, Invalid, RuleBroken, WrongState
from ideas.domain.refusals import NOT_HELD, REFUSALS


class Handling(StrEnum):
    """The states of the request for data, beside publication."""

    RECEIVED = "received"
    ROUTED = "routed"
    AWAITING_PRODUCER = "awaiting_producer"
    QUESTION_TO_AUTHOR = "question_to_author"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    OPENED = "opened"
    ALREADY_OPEN = "already_open"
    PARTLY_OPENED = "partly_opened"
    REFUSED = "refused"
    NOT_HELD = "not_held"
    OUT_OF_SCOPE = "out_of_scope"
    ABANDONED = "abandoned"


class ReplyState(StrEnum):
    """Where the reply of an author to a question stands."""

    AWAITED = "awaited"
    AWAITING_REVIEW = "awaiting_review"
    PUBLISHED = "published"
    REFUSED = "refused"


H = Handling

CLOSED = (H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED, H.REFUSED, H.NOT_HELD, H.OUT_OF_SCOPE, H.ABANDONED)

STATE_NAMES = {
    H.RECEIVED: N_("Reçue"),
    H.ROUTED: N_("Transmise"),
    H.AWAITING_PRODUCER: N_("En attente du producteur"),
    H.QUESTION_TO_AUTHOR: N_("Question posée à l’auteur"),
    H.SCHEDULED: N_("Ouverture prévue"),
    H.POSTPONED: N_("Reportée"),
    H.OPENED: N_("Ouverte"),
    H.ALREADY_OPEN: N_("Déjà ouverte"),
    H.PARTLY_OPENED: N_("Ouverte en partie"),
    H.REFUSED: N_("Refusée par le producteur"),
    H.NOT_HELD: N_("Donnée non détenue"),
    H.OUT_OF_SCOPE: N_("Hors du champ"),
    H.ABANDONED: N_("Abandonnée"),
}

TONES = {
    H.OPENED: "good",
    H.ALREADY_OPEN: "good",
    H.PARTLY_OPENED: "good",
    H.SCHEDULED: "promise",
    H.QUESTION_TO_AUTHOR: "warn",
    H.POSTPONED: "warn",
    H.REFUSED: "bad",
}

OPEN = (H.RECEIVED, H.ROUTED, H.AWAITING_PRODUCER, H.QUESTION_TO_AUTHOR, H.SCHEDULED, H.POSTPONED)

# From each state to those that may follow. What was closed may be looked at again, and answered better.
TRANSITIONS = {
    H.RECEIVED: {H.ROUTED, H.AWAITING_PRODUCER, H.QUESTION_TO_AUTHOR, H.SCHEDULED, *CLOSED},
    H.ROUTED: {H.ROUTED, H.AWAITING_PRODUCER, H.QUESTION_TO_AUTHOR, H.SCHEDULED, H.POSTPONED, *CLOSED},
    H.AWAITING_PRODUCER: {H.ROUTED, H.QUESTION_TO_AUTHOR, H.SCHEDULED, H.POSTPONED, *CLOSED},
    H.QUESTION_TO_AUTHOR: {H.ROUTED, H.AWAITING_PRODUCER, H.SCHEDULED, H.POSTPONED, *CLOSED},
    H.SCHEDULED: {H.AWAITING_PRODUCER, H.SCHEDULED, H.POSTPONED, *CLOSED},
    H.POSTPONED: {H.AWAITING_PRODUCER, H.SCHEDULED, *CLOSED},
    H.OPENED: {H.AWAITING_PRODUCER, H.PARTLY_OPENED},
    H.ALREADY_OPEN: {H.AWAITING_PRODUCER, H.OPENED, H.PARTLY_OPENED},
    H.PARTLY_OPENED: {H.AWAITING_PRODUCER, H.SCHEDULED, H.OPENED},
    H.REFUSED: {H.ROUTED, H.AWAITING_PRODUCER, H.SCHEDULED, H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED},
    H.NOT_HELD: {H.ROUTED, H.AWAITING_PRODUCER, H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED},
    H.OUT_OF_SCOPE: {H.ROUTED, H.AWAITING_PRODUCER},
    H.ABANDONED: {H.ROUTED, H.AWAITING_PRODUCER, H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED},
}
NEED_ADDRESS = (H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED)
# What an answer may conclude: the end of a request, a date, or a delay without one.
OUTCOMES = (*CLOSED, H.SCHEDULED, H.POSTPONED)
REFUSING = {code: one for code, one in REFUSALS.items() if code != NOT_HELD}


def can_follow(state: Handling, then: Handling) -> bool:
    """Tell whether `then` may follow `state`."""
    return then in TRANSITIONS[state]


def check_transition(state: Handling, then: Handling) -> None:
    """Raise `WrongState` when `then` cannot follow `state`."""
    if not can_follow(state, then):
        raise WrongState(
            N_("Cette demande est « %(state)s » : elle ne peut pas devenir « %(then)s »."),
            state=STATE_NAMES[state],
            then=STATE_NAMES[then],
        )


def check_answer(
    handling: Handling,
    *,
    today: date,
    text: str = "",
    dataset_url: str = "",
    promised_on: date | None = None,
    reason: str = "",
    legal_basis: str = "",
) -> None:
    """Raise `Invalid` with every field that an answer of this kind must have and lacks."""
    errors: dict[str, RuleBroken] = {}
    if handling not in OUTCOMES:
        errors["outcome"] = RuleBroken(N_("Choisissez ce que conclut la réponse."))
    if not text:
        errors["text"] = RuleBroken(N_("Écrivez la réponse : elle sera publique."))
    if handling in NEED_ADDRESS and not dataset_url:
        errors["dataset_url"] = RuleBroken(N_("Donnez l’adresse du jeu de données."))
    if handling is H.SCHEDULED and (promised_on is None or promised_on < today):
        errors["promised_on"] = RuleBroken(N_("Donnez la date promise, aujourd’hui ou plus tard."))
    if handling is H.REFUSED and reason not in REFUSING:
        errors["reason"] = RuleBroken(N_("Choisissez la raison du refus."))
    elif handling is H.REFUSED and not legal_basis:
        errors["legal_basis"] = RuleBroken(N_("Donnez l’article sur lequel repose le refus."))
    if errors:
        raise Invalid(errors)


def days_late(handling: Handling, promised_on: date | None, today: date) -> int:
    """Return by how many days a promised opening is late, 0 when it is not or nothing was promised.

    >>> days_late(Handling.SCHEDULED, date(2026, 11, 20), today=date(2026, 11, 26))
    6
    """
    if handling is not H.SCHEDULED or promised_on is None:
        return 0
    return max(0, (today - promised_on).days)


class StateCounts(NamedTuple):
    """Requests by what their readers care about."""

    opened: int
    promised: int
    closed: int
    waiting: int


def count_past(promised: Iterable[date], today: date) -> int:
    """Return how many of the days that were promised are past."""
    return sum(day < today for day in promised)


def count_states(counts: Mapping[Handling, int]) -> StateCounts:
    """Return how many requests are open, promised, closed otherwise, or wait for an answer.

    >>> count_states({Handling.OPENED: 2, Handling.REFUSED: 1, Handling.RECEIVED: 5})
    StateCounts(opened=2, promised=0, closed=1, waiting=5)
    """
    opened = sum(counts.get(state, 0) for state in NEED_ADDRESS)
    promised = counts.get(H.SCHEDULED, 0)
    closed = sum(counts.get(state, 0) for state in CLOSED) - opened
    return StateCounts(opened, promised, closed, sum(counts.values()) - opened - promised - closed)
