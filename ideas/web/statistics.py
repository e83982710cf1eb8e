"""What the site counts of itself, for everybody: ideas, support, answers, delays. Nobody is followed to count them."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_percent, gettext

from ideas.domain.handling import STATE_NAMES, Handling, count_past, count_states
from ideas.http.access import public
from ideas.http.clock import now
from ideas.http.etag import make_conditional_on
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.outcomes import Delay
from ideas.web import results
from ideas.web.page_context import find_campaign, find_facts
from ideas.web.subjects.themes import draw_themes, name_theme

bp = Blueprint("statistics", __name__)


class Delays(NamedTuple):
    """Days taken, by half of the ideas at most; None while there is nothing to measure."""

    review: int | None
    answer: int | None


@bp.get("/stats")
@public
def show() -> ResponseReturnValue:
    """The counts of the campaign."""
    campaign = found(find_campaign())
    g.current = "stats"
    figures = queries.ideas.count_figures(campaign)
    counts = queries.outcomes.count_by_handling(campaign)
    return make_conditional_on(
        (find_facts(campaign), figures, sorted(counts.items())),
        lambda: render_template(
            "statistics/show.html",
            figures=figures,
            states=count_states(counts),
            **_draw_results(campaign, counts),
            handling=[(gettext(STATE_NAMES[state]), counts[state]) for state in Handling if state in counts],
            shares=[
                (one.name, format_percent(one.share / 100), one.opinion_count)
                for one in queries.opinions.list_shares(campaign)
            ],
            delays=measure_delays(queries.outcomes.list_delays(campaign)),
        ),
    )


def _draw_results(campaign: Campaign, counts: Mapping[Handling, int]) -> dict[str, Any]:
    """Return the drawings, each with what it shows in a sentence."""
    late_count = count_past(queries.outcomes.list_promises(campaign), now().date())
    totals = queries.subjects.list_theme_totals(campaign)
    profiles, obstacles = queries.results.count_profiles(campaign), queries.results.count_obstacles(campaign)
    shares = results.draw_outcomes(counts, late_count)
    return {
        "outcomes": shares,
        "outcomes_say": results.tell_outcomes(shares),
        "trees": [draw_themes(totals, wide=True), draw_themes(totals, wide=False)],
        "totals": [(name_theme(one.theme), one) for one in totals],
        "themes_say": results.tell_themes(totals),
        "profiles": results.draw_profiles(profiles),
        "profiles_say": results.tell_profiles(profiles) if profiles else "",
        "obstacles": results.draw_obstacles(obstacles),
        "obstacles_say": results.tell_obstacles(obstacles) if obstacles else "",
        "bodies": results.draw_bodies(queries.producers.list_bodies(campaign)),
    }


def measure_delays(ideas: Iterable[Delay]) -> Delays:
    """Return how long reviews and answers take."""
    reviews, answers = [], []
    for idea in ideas:
        if idea.published_at is None:
            continue
        if idea.submitted_at is not None:
            reviews.append((idea.published_at - idea.submitted_at) / timedelta(days=1))
        if idea.answered_on is not None:
            answers.append((idea.answered_on - idea.published_at.date()).days)
    return Delays(
        review=max(0, round(median(reviews))) if reviews else None,
        answer=max(0, round(median(answers))) if answers else None,
    )
