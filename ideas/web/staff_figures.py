"""Figures for staff, on one page: what waits, how soon, why refused, what each body answered."""

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_percent, gettext, ngettext

from ideas.domain.active_time import sum_active_time
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
from ideas.web.subjects.presentation import name_subjects

bp = Blueprint("staff_figures", __name__)

HOUR, TOLD_IN_HOURS = timedelta(hours=1), 48
MINUTE, TOLD_IN_MINUTES = timedelta(minutes=1), 120
LONGEST = 5


class WorkTime(NamedTuple):
    """How long subjects took, in words: the half of them at most, all of them, and those that took longest."""

    half: str
    whole: str
    subject_count: int
    longest: list[tuple[str, str, str]]


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
        work=_find_work_time(campaign),
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


def _find_work_time(campaign: Campaign) -> WorkTime | None:
    times = sum_active_time(queries.staff_figures.list_timed_acts(campaign))
    if not times:
        return None
    most = sorted(times, key=lambda number: (-times[number], number))[:LONGEST]
    names = name_subjects(queries.clusters.list_current(campaign, only=most), campaign)
    return WorkTime(
        half=_say_duration(timedelta(seconds=median(time.total_seconds() for time in times.values()))),
        whole=_say_duration(sum(times.values(), timedelta())),
        subject_count=len(times),
        longest=[
            (names[number], url_for("triage.show", sujet=number), _say_duration(times[number]))
            for number in most
            if number in names
        ],
    )


def _say_duration(time: timedelta) -> str:
    minutes = time / MINUTE
    if minutes < 1:
        return gettext("moins d’une minute")
    if minutes < TOLD_IN_MINUTES:
        return ngettext("%(num)s minute", "%(num)s minutes", round(minutes))
    return ngettext("%(num)s heure", "%(num)s heures", round(time / HOUR))


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
