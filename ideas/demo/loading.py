"""Loading the demonstration: every row a real campaign would have by its last week, in one commit.

All that is drawn (hours, voters, delays) is drawn from the number of the idea, so that two loadings on the same day
differ by nothing but the time of day. Ideas are numbered in the order of their dates, as they would have come.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ideas.actions.campaigns import allow_comments
from ideas.actions.transaction import transaction
from ideas.demo.acts import add_decisions, add_votes
from ideas.demo.comments import add_comments
from ideas.demo.edits import add_edits
from ideas.demo.files import Demonstration
from ideas.demo.rows import Loading, add_people, insert
from ideas.demo.submissions import add_ideas
from ideas.demo.team import add_team_acts
from ideas.demo.uses import add_uses
from ideas.domain.accounts import Operator
from ideas.domain.campaigns import PARIS, is_open
from ideas.domain.errors import N_, WrongState
from ideas.store.database import db
from ideas.store.models import Campaign, Dataset, Producer, Territory


def find_demonstration(content: Demonstration) -> Campaign | None:
    """Return the campaign that `load_demonstration` made here, if it did."""
    return db.session.scalar(sa.select(Campaign).where(Campaign.slug == content.campaign["slug"]))


@transaction()
def load_demonstration(content: Demonstration, *, now: datetime) -> Campaign:
    """Write the demonstration campaign and all that goes with it; raises `WrongState` beside another campaign."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(Campaign)):
        raise WrongState(N_("Cette base contient déjà une campagne : la démonstration n’y sera pas chargée."))
    loading = Loading(content, _add_campaign(content.campaign, now), now)
    _add_directories(content)
    takes = content.campaign["takes_comments"]
    allow_comments(loading.campaign.id, is_allowed=takes, actor=Operator(), now=loading.campaign.created_at)
    add_people(loading, [(one, loading.campaign.created_at) for one in content.people])
    add_ideas(loading)
    add_decisions(loading)
    add_votes(loading)
    add_uses(loading)
    add_comments(loading)
    add_edits(loading)
    add_team_acts(loading)
    return loading.campaign


@transaction()
def keep_demonstration_open(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Give a demonstration whose last day has passed a few days more, unless somebody closed it."""
    if campaign.closed_at is None and not is_open(campaign, now):
        campaign.closes_at = _midnight(now) + timedelta(days=1 + content.campaign["closes_days_after"])


def _add_campaign(told: dict[str, Any], now: datetime) -> Campaign:
    opens_at = _midnight(now) - timedelta(days=told["opens_days_before"])
    campaign = Campaign(
        slug=told["slug"],
        title=told["title"],
        question=told["question"],
        introduction=told["introduction"],
        texts=told["texts"],
        opens_at=opens_at,
        closes_at=_midnight(now) + timedelta(days=1 + told["closes_days_after"]),
        created_at=opens_at - timedelta(days=7),
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _add_directories(content: Demonstration) -> None:
    """Add what is missing: the directories may have been loaded by somebody else."""
    directories = (
        (Producer, content.producers, "slug"),
        (Territory, content.territories, "code"),
        (Dataset, content.datasets, "key"),
    )
    for table, rows, key in directories:
        known = set(db.session.scalars(sa.select(getattr(table, key))))
        insert(table, [row for row in rows if row[key] not in known])


def _midnight(now: datetime) -> datetime:
    return now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
