"""The number of a row in an address."""

from typing import Any

from werkzeug.routing import IntegerConverter

from ideas.domain.numbers import LAST_NUMBER


class Number(IntegerConverter):
    """A row's number in an address; larger than a 32-bit integer cannot exist and answers 404."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map: Any, **given: Any) -> None:
        super().__init__(url_map, min=1, max=LAST_NUMBER, **given)
