"""What the worker keeps in order between two acts."""

from ideas.actions.placing import place_new_ideas
from ideas.actions.similar import reconcile
from ideas.store import queries
from ideas.store.database import db, is_reading


def mend_indexes(*, var: str) -> None:
    """Make the index of each campaign hold exactly its published ideas.

    The database is only read: on SQLite, a transaction that may write would keep voters waiting meanwhile.
    """
    db.session.rollback()
    token = is_reading.set(True)
    try:
        for campaign in queries.list_campaigns():
            reconcile(campaign.id, var=var)
    finally:
        db.session.rollback()
        is_reading.reset(token)


def place_everywhere(*, var: str) -> None:
    """Place the ideas published since the last run of each campaign with their nearest."""
    for campaign in queries.list_campaigns():
        place_new_ideas(campaign.id, var=var)
