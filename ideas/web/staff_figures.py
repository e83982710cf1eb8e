"""Figures for staff, on one page: what waits, how soon, why refused, what each body answered."""

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_percent, gettext, ngettext

from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.publication import REASONS, Publication
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.staff_figures import FirstReview
from ideas.web.labels import label_of
from ideas.web.page_context import find_campaign

bp = Blueprint("staff_figures", __name__)

HOUR, TOLD_IN_HOURS = timedelta(hours=1), 48


class BodyFigures(NamedTuple):
    """What one body was asked and answered; `days` is the median delay of its answers, in days."""

    name: str
    url: str
    idea_count: int
    answered_count: int
    share: str
    opened_count: int
    days: int | None


@bp.get("/moderation/chiffres")
@needs(Permission.MODERATE)
def show() -> ResponseReturnValue:
    """Figures for staff: what waits, how soon, why refused, what each body answered."""
    campaign = found(find_campaign())
    check_can(find_actor(), Permission.MODERATE, Subject(campaign.id))
    g.current = "chiffres"
    states = {row.publication: row for row in queries.staff_figures.list_states(campaign)}
    waiting = states.get(Publication.AWAITING_REVIEW)
    bodies = _list_bodies(campaign)
    asked, answered = sum(one.idea_count for one in bodies), sum(one.answered_count for one in bodies)
    return render_template(
        "staff_figures/show.html",
        waiting_count=waiting.idea_count if waiting else 0,
        unread_count=queries.moderation.count_unread(campaign),
        oldest_at=waiting.oldest_at if waiting else None,
        published_count=states[Publication.PUBLISHED].idea_count if Publication.PUBLISHED in states else 0,
        refused_count=states[Publication.REFUSED].idea_count if Publication.REFUSED in states else 0,
        delay=_say_delay(queries.staff_figures.list_first_reviews(campaign)),
        reasons=[
            (label_of(REASONS, one.reason) or gettext("Sans raison"), one.idea_count)
            for one in queries.staff_figures.count_refused(campaign)
        ],
        bodies=bodies,
        asked_count=asked,
        answered_count=answered,
        share=_share(answered, asked),
    )


def _say_delay(reviews: list[FirstReview]) -> str:
    """Return, in words, the time within which half of the ideas were reviewed; nothing while none was."""
    # One that was sent again since its first review no longer says when it was sent first.
    sent = [(one.submitted_at, one.reviewed_at) for one in reviews if one.submitted_at]
    hours = [(reviewed_at - sent_at) / HOUR for sent_at, reviewed_at in sent if reviewed_at >= sent_at]
    if not hours:
        return ""
    half = median(hours)
    if half < TOLD_IN_HOURS:
        return ngettext("%(num)s heure", "%(num)s heures", max(1, round(half)))
    return ngettext("%(num)s jour", "%(num)s jours", round(half / 24))


def _list_bodies(campaign: Campaign) -> list[BodyFigures]:
    days = defaultdict(list)
    for one in queries.staff_figures.list_answer_delays(campaign):
        if one.asked_at is not None:
            days[one.producer_id].append(max(0, (one.answered_on - one.asked_at.date()).days))
    return [
        BodyFigures(
            name=one.name,
            url=url_for("producers.show", slug=one.slug),
            idea_count=one.idea_count,
            answered_count=one.answered_count,
            share=_share(one.answered_count, one.idea_count),
            opened_count=one.opened_count,
            days=round(median(days[one.id])) if days[one.id] else None,
        )
        for one in queries.producers.list_bodies(campaign)
    ]


def _share(part: int, whole: int) -> str:
    return format_percent(part / whole) if whole else ""
