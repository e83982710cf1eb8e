"""How subjects are made and how sound they are: the sheet of the algorithm, and what second readers found."""

from typing import NamedTuple

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.clusters import GRAIN_NAMES, Grain, ReviewStatus
from ideas.domain.waves import LEAST, WITHIN
from ideas.http.access import public
from ideas.http.etag import make_conditional
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Run
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
    return make_conditional(
        render_template(
            "quality/show.html",
            shown=_find_run(campaign),
            stand=_count(campaign),
            least=LEAST,
            days=WITHIN.days,
        )
    )


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
