"""Addresses that can be trusted: links come from the configured origin, a way back stays here, a number is a number."""

import re
from urllib.parse import urlsplit

from flask import current_app, request

UNCONFIGURED = "http://127.0.0.1:8000"
LAST_NUMBER = 2**31 - 1
_UNSAFE = re.compile(r"[\x00-\x20\\]")


def origin() -> str:
    """Return the public address of the site.

    When none is configured it is where `ideas serve` listens, never what the request calls us: whoever asks for a
    sign-in chooses the `Host` header, and the link in somebody else's mail would lead to them.
    """
    return current_app.config["IDEAS"].origin.rstrip("/") or UNCONFIGURED


def row_number(text: str | None) -> int:
    """Return the number of a row as an address gives it, or 0 when there can be no such row."""
    if not text or not text.isdecimal() or len(text) > 10:
        return 0
    return int(text) if int(text) <= LAST_NUMBER else 0


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
