"""Addresses that can be trusted: links come from the configured origin, and a way back stays on this site."""

import re
from urllib.parse import urlsplit

from flask import current_app, request

_UNSAFE = re.compile(r"[\x00-\x20\\]")


def origin() -> str:
    """Return the public address of the site; the request's own only when none is configured."""
    return current_app.config["IDEAS"].origin.rstrip("/") or request.host_url.rstrip("/")


def own_path(address: str | None) -> str:
    r"""Return the path of `address` when a browser would stay on this site by following it, else nothing.

    >>> own_path("//evil.example"), own_path("/\\evil.example"), own_path("https:evil.example")
    ('', '', '')
    """
    if not address or _UNSAFE.search(address):
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
