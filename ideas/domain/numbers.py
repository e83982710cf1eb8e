"""Numbers that come from outside: of a row, bounded before they reach a database."""

import re

LAST_NUMBER = 2**31 - 1
LONGEST_NUMBER = 10


def row_number(text: str | None) -> int:
    """Return the number of a row as it was sent, or 0 when there can be no such row.

    >>> [row_number(sent) for sent in ("7", "-7", "²", "9" * 30, "", None)]
    [7, 0, 0, 0, 0, 0]
    """
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
    return number if number <= LAST_NUMBER else 0


def read_idea_number(text: str | None) -> int:
    """Return the number of an idea that was typed alone, after a "n°" or before its title, or in an address; else 0.

    >>> [read_idea_number(one) for one in ("12", " n° 12 ", "12 : Titre", "https://x.fr/idees/12-titre?lang=en")]
    [12, 12, 12, 12]
    >>> [read_idea_number(one) for one in ("Titre 12", "/sujets/12", "", None)]
    [0, 0, 0, 0]
    """
    named = re.fullmatch(r"\s*(?:n°\s*|(?:https?://[^/\s]+)?/idees/)?(\d+)(?:\D.*)?", text or "", re.DOTALL)
    return row_number(named[1]) if named else 0
