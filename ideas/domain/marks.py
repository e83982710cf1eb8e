"""Words between brackets, which a template of answer leaves to be completed: none may reach those who asked."""

import re

from ideas.domain.errors import N_, RuleBroken
from ideas.domain.redaction import MARK

# Notes that people do write between brackets say something as they are: what was left out, what is quoted as it was.
_SAID = {MARK, "[sic]", "[…]", "[...]"}
_BRACKETS = re.compile(r"\[[^\[\]\n]{1,80}\]")


def find_marks(text: str) -> list[str]:
    """Return what a text still leaves to be completed; a number between brackets is a note.

    >>> find_marks("Ouvert le [date], selon l’arrêté [1] : « sic » [sic].")
    ['[date]']
    """
    return [one for one in _BRACKETS.findall(text) if one not in _SAID and any(map(str.isalpha, one))]


def check_complete(text: str) -> None:
    """Raise `RuleBroken`, with the first of them, while a text leaves words to be completed."""
    if marks := find_marks(text):
        raise RuleBroken(N_("Il reste « %(mark)s » à compléter."), mark=marks[0])
