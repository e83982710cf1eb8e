"""The time of a request."""

from datetime import UTC, datetime

from flask import g


def now() -> datetime:
    """Return the time of this request, by the server's clock: one and the same for all it does."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return g.now
