"""The words for what is stored as a code, in the reader's language."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext

from ideas.domain import handling, publication
from ideas.domain.clusters import name_closeness
from ideas.domain.errors import N_
from ideas.domain.ideas import PROFILES, THEMES


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
