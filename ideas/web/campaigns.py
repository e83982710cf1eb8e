"""The campaign's page: its question, the time left, what people support most."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.etag import fresh_unless_same
from ideas.store import queries
from ideas.web.ideas.cards import draw_cards
from ideas.web.page_context import draw_clock, find_campaign, find_facts, takes_ideas

bp = Blueprint("campaigns", __name__)

SHOWN = 5


@bp.get("/")
@public
def show() -> ResponseReturnValue:
    """The campaign's page."""
    campaign = find_campaign()
    if campaign is None:
        return render_template("campaigns/none.html")
    g.current = "campagne"
    actor = find_actor()
    rows = queries.ideas.list_page(campaign, queries.ideas.Wanted(), order="populaires", voter_id=actor.id, size=SHOWN)
    figures = queries.ideas.count_figures(campaign)
    counts = [(row.id, row.vote_count) for row in rows]
    return fresh_unless_same(
        (find_facts(campaign), figures, counts),
        lambda: render_template(
            "campaigns/show.html",
            cards=draw_cards(rows, campaign, level=3),
            figures=figures,
            is_open=takes_ideas(campaign),
            clock=draw_clock(campaign),
        ),
    )
