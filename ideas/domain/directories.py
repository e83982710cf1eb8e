"""Finding an entry of a directory by what a person types: accents, case, hyphens and articles aside."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ideas.domain.texts import fold_accents

NOT_KNOWN = frozenset(("je ne sais pas", "ne sais pas", "inconnu", "i do not know", "i don t know"))
_WORD = re.compile(r"[^\W_]+")
_ARTICLE = re.compile(r"^(?:la|le|les|l|the) ")
_SHORT = re.compile(r"\(([^()]{2,30})\)\s*$")
LIKE = 0.7  # of difflib: one letter wrong in three, less in long names


@dataclass(frozen=True)
class Named:
    """An entry: its key, its name as it is shown, and what else it is called; earlier ones win what two are called."""

    key: str
    label: str
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all that it answers to: a name that ends by an acronym or a number is known without it, or by it."""
        short = _SHORT.search(self.label)
        if short is None:
            return (self.label, *self.others)
        acronym = () if short[1].isalnum() and any(map(str.isdigit, short[1])) else (short[1],)
        return (self.label, self.label[: short.start()], *acronym, *self.others)


def find_entry(typed: str, entries: Iterable[Named]) -> Named | None:
    """Return the entry that answers to what was typed, None when there is none.

    >>> ile = Named("D35", "Ille-et-Vilaine (35)")
    >>> find_entry("ille et vilaine", [ile]) is ile, find_entry("Rennes", [ile])
    (True, None)
    """
    known: dict[str, Named] = {}
    listed = list(entries)
    for entry in listed:
        known.setdefault(_fold(entry.label), entry)
    for entry in listed:
        for name in entry.names:
            known.setdefault(_fold(name), entry)
    return known.get(_fold(typed))


def list_near(typed: str, entries: Iterable[Named], count: int = 3) -> list[str]:
    """Return the names most like what was typed, as they are shown, or none.

    >>> list_near("Ile et Villaine", [Named("D35", "Ille-et-Vilaine (35)"), Named("D29", "Finistère (29)")])
    ['Ille-et-Vilaine (35)']
    """
    labels = {_fold(name): entry.label for entry in reversed(list(entries)) for name in entry.names}
    near = get_close_matches(_fold(typed), labels, n=2 * count, cutoff=LIKE)
    return list(dict.fromkeys(labels[name] for name in near))[:count]


def is_not_known(typed: str) -> bool:
    """Tell whether somebody typed that they do not know."""
    return _fold(typed) in NOT_KNOWN


def _fold(typed: str) -> str:
    words = " ".join(_WORD.findall(fold_accents(typed)))
    return _ARTICLE.sub("", words)
