"""Closing a campaign, and opening it again: acts of its owner, not the mere passing of a date."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.campaigns import find_campaign_number
from ideas.actions.decisions import record_decision
from ideas.actions.editions import ask_edition
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.campaigns import Season, find_phase
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.jobs import WORKING, JobState, Kind
from ideas.domain.permissions import Permission
from ideas.domain.texts import clean_text
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea
from ideas.store.visibility import Actor, shown


@transaction()
def close_campaign(campaign_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Close a campaign at `now`, before or after its date: ideas and votes are no longer taken, a decision says so.

    Each author of an idea that is online is told once, and the edition of its results is asked of the worker. Raises
    `NotAllowed` unless `actor` owns the campaign, `AlreadyDone` when somebody closed it first, `WrongState` while an
    edition is written, which would lack the last votes.
    """
    decision = record_decision(
        DecisionKind.CLOSE_CAMPAIGN,
        actor,
        campaign_id=find_campaign_number(campaign_id),
        now=now,
        permission=Permission.OWN,
        note=note,
    )
    closed = db.session.execute(
        sa.update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.closed_at.is_(None))
        .values(closed_at=now)
        .returning(Campaign.id)
    ).scalar()
    if closed is None:
        raise AlreadyDone(N_("Cette campagne est déjà close."))
    tell(EventKind.CLOSED, _list_first_ideas(campaign_id), by=actor.id, now=now, decision_id=decision.id)
    if ask_edition(campaign_id, actor=actor, now=now).state is JobState.RUNNING:
        raise WrongState(WORKING[Kind.PUBLISH_EDITION])
    return decision


def _list_first_ideas(campaign_id: int) -> list[int]:
    """Return one idea that is online of each author: whoever wrote several is told once."""
    query = sa.select(sa.func.min(Idea.id)).where(Idea.campaign_id == campaign_id, shown(), Idea.author_id.is_not(None))
    return list(db.session.scalars(query.group_by(Idea.author_id).order_by(sa.func.min(Idea.id))))


@transaction()
def reopen_campaign(campaign_id: int, *, closes_at: datetime, reason: str, actor: Actor, now: datetime) -> Decision:
    """Take ideas and votes again until `closes_at`, for a reason that the register shows.

    Raises `NotAllowed` unless `actor` owns the campaign, `AlreadyDone` while it is not closed, `RuleBroken` without a
    reason or when the new end is past.
    """
    reason = clean_text(reason).strip()
    decision = record_decision(
        DecisionKind.REOPEN_CAMPAIGN,
        actor,
        permission=Permission.OWN,
        campaign_id=find_campaign_number(campaign_id),
        now=now,
        note=reason,
    )
    if not reason:
        raise RuleBroken(N_("Dites pourquoi la campagne est rouverte : la raison est publique."))
    if closes_at <= now:
        raise RuleBroken(N_("La nouvelle date de clôture est passée."))
    campaign = db.session.get(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    assert campaign is not None
    if find_phase(campaign, now) is not Season.CLOSED:
        raise AlreadyDone(N_("Cette campagne n’est pas close."))
    campaign.closed_at = campaign.ideas_close_at = None
    campaign.closes_at = closes_at
    return decision
