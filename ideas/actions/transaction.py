"""Giving up an act half way: nothing of it stays."""

from ideas.store.database import db


def abandon_act() -> None:
    """Roll back what the act under way has written, so that the page that says why can be read."""
    db.session.rollback()
