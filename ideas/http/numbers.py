"""Numbers that come from outside: of a row, bounded before they reach a database."""

from typing import Any

from werkzeug.routing import IntegerConverter

LAST_NUMBER = 2**31 - 1
LONGEST_NUMBER = 10


class Number(IntegerConverter):
    """A row's number in an address; larger than a 32-bit integer cannot exist and answers 404."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map: Any, **given: Any) -> None:
        super().__init__(url_map, min=1, max=LAST_NUMBER, **given)


def row_number(text: str | None) -> int:
    """Return the number of a row as it was sent, or 0 when there can be no such row."""
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
    return number if number <= LAST_NUMBER else 0
