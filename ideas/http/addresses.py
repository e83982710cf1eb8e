"""Addresses that can be trusted: links come from the configured origin, a way back stays here."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request, url_for
from slugify import slugify

from ideas.domain.numbers import LAST_NUMBER

WORDS = "mots"
_UNSAFE = re.compile(r"[\x00-\x20\\]")


def origin() -> str:
    """Return the public address of the site.

    When none is configured it is where `ideas serve` listens, never what the request calls us: whoever asks for a
    sign-in chooses the `Host` header, and the link in somebody else's mail would lead to them.
    """
    return str(current_app.config["IDEAS"].public_origin)


def own_path(address: str | None) -> str:
    r"""Return the path of `address` when a browser would stay on this site by following it, else nothing.

    >>> own_path("//evil.example"), own_path("/\\evil.example"), own_path("https:evil.example")
    ('', '', '')
    """
    if not address or address.startswith("//") or _UNSAFE.search(address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_ours = not parts.scheme and not parts.netloc
    if not is_ours and _is_here(address):
        parts, is_ours = parts._replace(scheme="", netloc=""), True
    path = parts.geturl()
    return path if is_ours and path.startswith("/") and not path.startswith("//") else ""


def _is_here(address: str) -> bool:
    return bool(request) and address.startswith((request.host_url, origin() + "/"))


def carried() -> dict[str, str]:
    """Return what the address of this page says that the page reads; what else was typed there goes nowhere."""
    known: dict[str, str] | None = g.get("carried")
    if known is None:
        view = current_app.view_functions.get(request.endpoint or "")
        given = request.args.to_dict()  # of which a missing name costs nothing, where it raises in `request.args`
        known = g.carried = {name: given[name] for name in getattr(view, "carries", ()) if given.get(name)}
    return dict(known)


def idea_url(idea_id: int, title: str) -> str:
    """Return the address of an idea, with its words."""
    before, after = _pattern("ideas.show", "idea_id", slug=WORDS)
    return f"{before}{idea_id}-{idea_slug(title)}{after.removeprefix(f'-{WORDS}')}"


def address_of(endpoint: str, argument: str, number: int, **given: Any) -> str:
    """Return the address of an endpoint about the row of that number, named `argument` there."""
    before, after = _pattern(endpoint, argument, **given)
    return f"{before}{number}{after}"


def _pattern(endpoint: str, argument: str, **given: Any) -> tuple[str, str]:
    """Return what stands before and after a number in the addresses of an endpoint, worked out once a page.

    The number comes first: what is carried along from the address of the page (campaign, language) comes after.
    """
    patterns: dict[Any, tuple[str, str]] = g.setdefault("patterns", {})
    key = (endpoint, *given.items())
    if key not in patterns:
        values: dict[str, Any] = {argument: LAST_NUMBER, **given}
        before, _, after = url_for(endpoint, **values).partition(str(LAST_NUMBER))
        patterns[key] = before, after
    return patterns[key]


@lru_cache(maxsize=4_096)
def idea_slug(title: str) -> str:
    """Return the words of a title as the end of an address, at most 60 characters."""
    return slugify(title, max_length=60, word_boundary=True) or "idee"
