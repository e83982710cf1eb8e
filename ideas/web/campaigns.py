"""The campaign's page: its question, the time left, what people support most."""

from typing import Any

from flask import Blueprint, g, render_template

from ideas.domain.campaigns import is_open
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.web.actor import find_actor, public
from ideas.web.cards import make_cards
from ideas.web.frame import find_campaign, now
from ideas.web.fresh import fresh

bp = Blueprint("campaigns", __name__)

SHOWN = 5


@bp.get("/")
@public
def show() -> Any:
    """The campaign's page."""
    campaign = find_campaign()
    if campaign is None:
        return render_template("campaigns/none.html")
    g.current = "campagne"
    actor = find_actor()
    rows = queries.list_ideas(campaign, queries.Wanted(), order="populaires", voter_id=actor.id, size=SHOWN)
    page = render_template(
        "campaigns/show.html",
        cards=make_cards(rows, campaign),
        figures=queries.count_figures(campaign),
        is_open=takes_ideas(campaign),
    )
    return fresh(page)


def takes_ideas(campaign: Campaign) -> bool:
    """Tell whether the campaign takes ideas and votes at this request's time."""
    return is_open(campaign, now())
