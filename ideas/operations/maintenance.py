"""What the worker keeps in order between two acts."""

from ideas.actions.assignment import place_new_ideas
from ideas.retrieval.registry import reconcile, renew_catalogue, renew_grown
from ideas.store import queries
from ideas.store.database import db, reading


def mend_indexes(*, var: str) -> None:
    """Make the index of each campaign hold exactly its published ideas, and what has grown or changed built anew.

    The database is only read: on SQLite, a transaction that may write would keep voters waiting meanwhile.
    """
    with reading():
        for campaign_id in [campaign.id for campaign in queries.campaigns.list_all()]:
            reconcile(campaign_id, var=var)
            db.session.rollback()  # an index built anew is marked, then read: never from an older look at the database
            renew_grown(campaign_id, var=var)
        renew_catalogue(var=var)


def place_everywhere(*, var: str) -> None:
    """Place the ideas published since the last run of each campaign with their nearest."""
    with reading():
        numbers = [campaign.id for campaign in queries.campaigns.list_all()]
    for campaign_id in numbers:
        place_new_ideas(campaign_id, var=var)
