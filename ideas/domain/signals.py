"""What in an idea asks for a second look before it is published, weighed when it is written: the queue sorts by it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import IntFlag

from ideas.domain.errors import N_
from ideas.domain.ideas import FIELDS
from ideas.domain.personal import Personal, find_in_fields


class Signal(IntFlag):
    """What was found, kept as one number: the gravest has the highest bit, so that ideas are sorted by it.

    `UNREAD` is not graver than the others: all that is sorted together is unread, or nothing of it is.
    """

    NEAR = 1
    LINK = 2
    NAME = 4
    POSTAL = 8
    MAIL = 16
    TELEPHONE = 32
    REPORTED = 64
    UNREAD = 128


SIGNAL_NAMES = {
    Signal.REPORTED: N_("Signalée par un lecteur"),
    Signal.TELEPHONE: N_("Numéro de téléphone"),
    Signal.MAIL: N_("Adresse électronique"),
    Signal.POSTAL: N_("Adresse postale"),
    Signal.NAME: N_("Nom d’une personne"),
    Signal.LINK: N_("Lien dans le texte"),
    Signal.NEAR: N_("Très proche d’une autre"),
}
OF_PERSONAL = {
    Personal.TELEPHONE: Signal.TELEPHONE,
    Personal.MAIL: Signal.MAIL,
    Personal.POSTAL: Signal.POSTAL,
    Personal.NAME: Signal.NAME,
}
PERSONAL = Signal.TELEPHONE | Signal.MAIL | Signal.POSTAL | Signal.NAME
LASTING = Signal.REPORTED | Signal.UNREAD  # they do not come of the texts, and stand whatever these become
TYPED = tuple(field.name for field in FIELDS if field.choices is None)
# The address of a page already found is asked for: a link is looked for everywhere else.
_LINKED = tuple(field.name for field in FIELDS if field.choices is None and not field.is_address)
# Without its beginning, an address is one when a path follows: "data.gouv.fr" alone is the name of a site.
_BARE = r"(?<![@\w./-])(?:[\w-]+\.)+(?:fr|com|org|net|eu|io|info|ly|be|ch|uk|co|me|app|dev)/"
_LINK = re.compile(rf"(?:\b(?:https?://|www\.)|{_BARE})[^\s<>«»()]+", re.IGNORECASE)

NEW_ACCOUNT = timedelta(days=1)  # between somebody's first visit and what they send, below which both are new
BURST = timedelta(hours=1)
BURST_COUNT = 5  # ideas of one person within `BURST`, from which they are told of together


def find_signals(values: Mapping[str, object]) -> Signal:
    """Return what the texts of an idea, given by field, hold that asks for a second look.

    >>> find_signals({"title": "Horaires", "data_wanted": "Écrire à a@b.fr, voir www.exemple.fr"})
    <Signal.LINK|MAIL: 18>
    """
    texts = {name: values.get(name) for name in TYPED}
    found = Signal(0)
    for stretches in find_in_fields(texts).values():
        for one in stretches:
            found |= OF_PERSONAL[one.kind]
    return found | Signal.LINK if any(find_links(texts[name]) for name in _LINKED) else found


def is_unread(signals: int) -> bool:
    """Tell whether an idea was put online before anybody of the team had read it, and nobody has since."""
    return bool(signals & Signal.UNREAD)


def find_links(text: object) -> list[str]:
    """Return the web addresses written in a text."""
    return [link.rstrip(".,;:!?") for link in _LINK.findall(text)] if isinstance(text, str) else []
