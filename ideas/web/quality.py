"""How subjects are made and how sound they are: the sheet of the algorithm, and what second readers found."""

from typing import NamedTuple

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_percent, gettext

from ideas.domain.clusters import GRAIN_NAMES, Grain, ReviewStatus
from ideas.domain.second_reading import Agreement, measure_agreement
from ideas.domain.waves import LEAST, WITHIN
from ideas.http.access import public
from ideas.http.etag import make_conditional
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Run, SecondDraw
from ideas.web.page_context import find_campaign
from ideas.web.subjects.presentation import is_reviewed

bp = Blueprint("quality", __name__)


class ShownRun(NamedTuple):
    """The run behind what is public: the mean likenesses it asked for, as percentages, and whether it learnt them.

    `grain`: what the owner of the campaign asked for instead of the usual, in words.
    """

    run: Run
    subjects: int
    requests: int
    is_learnt: bool
    grain: str


class Stand(NamedTuple):
    """Who stands behind the subjects that everybody sees."""

    subject_count: int
    reviewed_count: int
    changed_count: int
    idea_count: int


@bp.get("/qualite")
@public
def show() -> ResponseReturnValue:
    """What decides of the subjects, who may change it, how often people agree with it."""
    campaign = found(find_campaign())
    g.current = "qualite"
    made = queries.second_readings.find_finished(campaign)
    return make_conditional(
        render_template(
            "quality/show.html",
            shown=_find_run(campaign),
            stand=_count(campaign),
            draw=made,
            agreements=_compare(made) if made else [],
            least=LEAST,
            days=WITHIN.days,
        )
    )


def _compare(made: SecondDraw) -> list[tuple[str, ...]]:
    """Return how far two people, then the machine and the second of them, agree on a draw that was read whole."""
    said = queries.second_readings.list_said(made.id)
    lines = (
        (gettext("Une personne et une autre"), queries.second_readings.compare_people(said)),
        (gettext("La machine seule et la seconde personne"), queries.second_readings.compare_machine(said)),
    )
    measured = [(who, measure_agreement(judgements)) for who, judgements in lines]
    return [(who, *_say(agreement)) for who, agreement in measured if agreement is not None]


def _say(agreement: Agreement) -> tuple[str, ...]:
    low, high = map(format_percent, agreement.interval)
    kappa = "–" if agreement.kappa is None else format_decimal(agreement.kappa, "0.00")
    share = format_percent(agreement.share)
    return str(agreement.pair_count), share, gettext("%(low)s et %(high)s", low=low, high=high), kappa


def _find_run(campaign: Campaign) -> ShownRun | None:
    run = queries.runs.find(campaign.current_run_id)
    if run is None or "subjects" not in run.parameters:
        return None
    subjects, requests = (round(100 * run.parameters[name]) for name in ("subjects", "requests"))
    grain = run.parameters.get("grain") or Grain.USUAL
    words = gettext(GRAIN_NAMES[Grain(grain)]) if grain != Grain.USUAL else ""
    return ShownRun(run, subjects, requests, bool(run.parameters.get("learnt")), words)


def _count(campaign: Campaign) -> Stand:
    rows = queries.clusters.list_current(campaign)
    return Stand(
        len(rows),
        sum(is_reviewed(row) for row in rows),
        sum(row.review_status is ReviewStatus.CHANGED for row in rows),
        sum(row.idea_count for row in rows),
    )
