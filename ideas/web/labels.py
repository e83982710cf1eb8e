"""The words for what is stored as a code, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext, ngettext

from ideas.domain import handling, publication
from ideas.domain.clusters import name_closeness
from ideas.domain.errors import N_
from ideas.domain.ideas import PROFILES, THEMES
from ideas.http.languages import say_day


def tell_report(reason: str, note: str) -> str:
    """Return what a reader said of an idea or of a comment: the reason, in words, and their own words if any."""
    return gettext("%(reason)s : %(note)s", reason=gettext(reason), note=note) if note else gettext(reason)


def label_of(words: Mapping[Any, str], code: str) -> str:
    """Return what `code` is called, nothing when it is empty or unknown."""
    return gettext(words[code]) if code in words else ""


def profile_name(code: str) -> str:
    """Return what a profile of contributor is called."""
    return label_of(PROFILES, code)


def theme_name(code: str) -> str:
    """Return what a theme is called."""
    return label_of(THEMES, code)


class StateTag(NamedTuple):
    """Where something stands, in words, and the tone in which it is shown."""

    words: str
    tone: str


def handling_tag(state: handling.Handling) -> StateTag:
    """Return the words for where a request stands, and their tone."""
    return StateTag(gettext(handling.STATE_NAMES[state]), handling.TONES.get(state, ""))


class Outcome(NamedTuple):
    """What came of a request, as `outcome` takes it."""

    tone: str
    words: str
    detail: str = ""


P = publication.Publication
OUTCOME_TONES = {
    handling.Handling.OPENED: "good",
    handling.Handling.ALREADY_OPEN: "good",
    handling.Handling.PARTLY_OPENED: "good",
    handling.Handling.POSTPONED: "late",
    handling.Handling.REFUSED: "no",
    handling.Handling.NOT_HELD: "no",
    handling.Handling.OUT_OF_SCOPE: "stone",
    handling.Handling.ABANDONED: "stone",
}


def find_outcome(state: handling.Handling, promised_on: date | None, today: date) -> Outcome | None:
    """Return what came of a request, None while nothing did."""
    if state in OUTCOME_TONES:
        return Outcome(OUTCOME_TONES[state], gettext(handling.STATE_NAMES[state]))
    if state is not handling.Handling.SCHEDULED:
        return None
    if promised_on is None:
        return Outcome("promise", gettext(handling.STATE_NAMES[state]))
    late = handling.days_late(state, promised_on, today)
    if late:
        words = ngettext("En retard de %(num)s jour", "En retard de %(num)s jours", late)
        return Outcome("late", words, gettext(": promise pour le %(day)s", day=say_day(promised_on)))
    return Outcome("promise", gettext("Promise pour le %(day)s", day=say_day(promised_on)))


OWN_TONES = {P.REFUSED: "warn", P.HIDDEN: "warn", P.AWAITING_REVIEW: "promise"}


def own_tag(state: P, where: handling.Handling) -> StateTag:
    """Return where an idea stands for its author: its review first, then what became of the request."""
    if state is P.PUBLISHED and where is not handling.Handling.RECEIVED:
        return handling_tag(where)
    return StateTag(publication_name(state), OWN_TONES.get(state, ""))


def publication_name(state: publication.Publication) -> str:
    """Return what a state of publication is called."""
    return gettext(publication.STATE_NAMES[state])


class Closeness(NamedTuple):
    """How alike two things are: in words, and in steps from 1 to 3."""

    words: str
    steps: int


STEPS = {N_("très proche"): 3, N_("proche"): 2, N_("apparentée"): 1}


def tell_closeness(likeness: float) -> Closeness:
    """Return how alike two things are, as people are told: decimals are for staff."""
    name = name_closeness(likeness)
    return Closeness(gettext(name), STEPS[name])


ACCESSIBILITY = {
    "non": N_("Accessibilité : non conforme"),
    "partiellement": N_("Accessibilité : partiellement conforme"),
    "totalement": N_("Accessibilité : totalement conforme"),
}


def accessibility_name(state: str) -> str:
    """Return what the law wants every page to say of the audit; an unknown word is read as the worst."""
    return gettext(ACCESSIBILITY.get(state, ACCESSIBILITY["non"]))
