"""Numbers that come from outside: of a row, bounded before they reach a database."""

LAST_NUMBER = 2**31 - 1
LONGEST_NUMBER = 10


def row_number(text: str | None) -> int:
    """Return the number of a row as it was sent, or 0 when there can be no such row.

    >>> [row_number(sent) for sent in ("7", "-7", "²", "9" * 30, "", None)]
    [7, 0, 0, 0, 0, 0]
    """
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
    return number if number <= LAST_NUMBER else 0
