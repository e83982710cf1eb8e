"""Pages of a list: which one is asked for, within those that there are."""

from typing import NamedTuple

from flask import request

LAST_PAGE = 100_000


class Page(NamedTuple):
    """The page that is shown, counted from 1, and how many pages there are."""

    number: int
    pages: int


def read_page(count: int, size: int, name: str = "page") -> Page:
    """Return the page that the address or a refused form asks for, of `count` things shown `size` at a time."""
    pages = max(1, -(-count // size))
    asked = min(request.values.get(name, 1, type=int) or 1, LAST_PAGE)
    return Page(max(1, min(asked, pages)), pages)
