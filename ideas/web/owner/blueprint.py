"""Where the owner's pages are gathered, and the campaign that each is about."""

from flask import Blueprint, g

from ideas.domain.permissions import Permission, Subject, check_can
from ideas.http.actor import find_actor
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign

bp = Blueprint("owner", __name__)


def find_owned(slug: str) -> Campaign:
    """Return the campaign called `slug`, for whoever owns it: its pages are then about it."""
    campaign = found(queries.campaigns.find(slug))
    check_can(find_actor(), Permission.OWN, Subject(campaign.id))
    g.campaign, g.current = campaign, "gestion"
    return campaign
