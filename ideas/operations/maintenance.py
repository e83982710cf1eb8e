"""What the worker keeps in order between two acts."""

from datetime import datetime

from ideas.actions.assignment import place_new_ideas
from ideas.actions.regrouping import ask_regroup
from ideas.actions.resemblance import note_resemblances
from ideas.domain.accounts import Operator
from ideas.domain.clusters import is_run_due
from ideas.retrieval.catalogue_index import renew_catalogue
from ideas.retrieval.idea_indexes import reconcile, renew_grown
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.models import Campaign


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


def compare_everywhere(*, var: str) -> None:
    """Compare the ideas that wait in each campaign, and were not yet, with the others."""
    with reading():
        numbers = [campaign.id for campaign in queries.campaigns.list_all()]
    for campaign_id in numbers:
        note_resemblances(campaign_id, var=var)


def ask_where_due(*, now: datetime) -> None:
    """Ask for a proposal for each campaign where enough is new, unless one waits already."""
    with reading():
        due = [campaign.id for campaign in queries.campaigns.list_all() if _is_due(campaign, now)]
    for campaign_id in due:
        ask_regroup(campaign_id, actor=Operator(), now=now)


def _is_due(campaign: Campaign, now: datetime) -> bool:
    """Tell whether a campaign that has subjects should have another run: the first one is asked for by a person."""
    run = queries.runs.find(campaign.current_run_id)
    if run is None or queries.runs.find_pending(campaign.id) is not None:
        return False
    new, last = queries.runs.count_new(campaign), queries.runs.find_last_start(campaign.id)
    return is_run_due(known=run.idea_count, new=new, last_started_at=last, now=now)
