"""The bodies that hold data: what is asked of each and what it answered, for everybody; their desk, for them."""

from collections.abc import Collection
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_percent

from ideas.domain.high_value import HIGH_VALUE_NAMES
from ideas.domain.permissions import EVERYWHERE, Permission, can
from ideas.http import paging
from ideas.http.access import carries, needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.etag import make_conditional
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.desks import DeskSubject
from ideas.store.queries.producers import ANSWERED, AskedIdea
from ideas.web.labels import StateTag, find_outcome, handling_tag, label_of
from ideas.web.page_context import find_campaign
from ideas.web.subjects.presentation import name_subjects

bp = Blueprint("producers", __name__)

PAGE_SIZE = 12  # subjects of the desk
MOST_LINES = 20  # ideas shown of each


class AskedLine(NamedTuple):
    """An idea addressed to a body, as a table shows it."""

    title: str
    url: str
    lang: str
    vote_count: int
    tag: StateTag
    body: str
    handle_url: str
    high_value: str


class DeskGroup(NamedTuple):
    """A subject on the desk (no name: what is in none), where it is read, where it is answered whole, what waits."""

    counts: DeskSubject
    name: str
    url: str
    handle_url: str
    lines: list[AskedLine]


@bp.get("/producteurs")
@public
def index() -> ResponseReturnValue:
    """The bodies that something is asked of, and how they answer."""
    campaign = found(find_campaign())
    g.current = "producteurs"
    return make_conditional(render_template("producers/index.html", bodies=queries.producers.list_bodies(campaign)))


@bp.get("/producteurs/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """What is asked of one body, and what it answered."""
    campaign, body = found(find_campaign()), found(queries.producers.find(slug))
    g.current = "producteurs"
    counts = next(iter(queries.producers.list_bodies(campaign, slug)), None)
    asked = queries.producers.list_asked(campaign, body.id)
    page = render_template(
        "producers/show.html",
        body=body,
        counts=counts,
        days=_measure_delay(asked),
        useful=_find_share(campaign, slug),
        lines=[_tell(one) for one in asked],
        list_url=url_for("ideas.index", producteur=slug),
        feed_url=url_for("feeds.ideas", producteur=slug),
    )
    return make_conditional(page)


@bp.get("/bureau")
@carries("page")
@needs(Permission.ANSWER)
def desk() -> ResponseReturnValue:
    """What waits for an answer from the bodies that somebody speaks for."""
    campaign, actor = found(find_campaign()), find_actor()
    g.current = "bureau"
    is_staff = can(actor, Permission.ANSWER, EVERYWHERE)
    bodies = None if is_staff else [one.producer_id for one in actor.appointments if one.producer_id is not None]
    first = queries.desks.list_subjects(campaign, bodies, page=1, size=PAGE_SIZE)
    page, pages = paging.read_page(first[0].subject_count if first else 0, PAGE_SIZE)
    shown = first if page == 1 else queries.desks.list_subjects(campaign, bodies, page=page, size=PAGE_SIZE)
    return render_template(
        "producers/desk.html",
        groups=_group(shown, campaign, bodies, is_staff=is_staff),
        high_value_count=first[0].high_value_count if first else 0,
        page=page,
        pages=pages,
        page_url=lambda number: url_for(".desk", page=number if number > 1 else None),
    )


def _group(
    shown: list[DeskSubject], campaign: Campaign, bodies: Collection[int] | None, *, is_staff: bool
) -> list[DeskGroup]:
    """Return the subjects of a page of the desk, with what waits in each; staff answer a whole subject at once."""
    numbers = [one.subject_id for one in shown]
    names = name_subjects(queries.clusters.list_current(campaign, only=numbers) if any(numbers) else [], campaign)
    asked = queries.desks.list_ideas(campaign, bodies, numbers, most=MOST_LINES)
    return [
        DeskGroup(
            one,
            names.get(one.subject_id, ""),
            url_for("subjects.show", cluster_id=one.subject_id) if one.subject_id in names else "",
            url_for("handling.show_subject", cluster_id=one.subject_id) if is_staff and one.subject_id in names else "",
            [_tell(idea, is_desk=True) for idea in asked[one.subject_id]],
        )
        for one in shown
    ]


def _tell(one: AskedIdea, *, is_desk: bool = False) -> AskedLine:
    outcome = find_outcome(one.handling, one.promised_on, now().date())
    handle_url = url_for("handling.show", idea_id=one.id) if is_desk else ""
    url = idea_url(one.id, one.title)
    is_late = outcome is not None and outcome.tone == "late"
    tag = StateTag(outcome.words, "warn") if outcome and is_late else handling_tag(one.handling)
    theme = label_of(HIGH_VALUE_NAMES, one.high_value or "")
    return AskedLine(one.title, url, foreign(one.language), one.vote_count, tag, one.producer_name, handle_url, theme)


def _find_share(campaign: Campaign, slug: str) -> tuple[str, int] | None:
    """Return the share of those who found its answers useful, and of how many at least; None while they are few."""
    shares = (one for one in queries.opinions.list_shares(campaign) if one.slug == slug)
    return next(((format_percent(one.share / 100), one.opinion_count) for one in shares), None)


def _measure_delay(asked: list[AskedIdea]) -> int | None:
    """Return the days that half of the answers took at most, None while there is none."""
    taken = [
        max(0, (one.answered_on - one.asked_at.date()) // timedelta(days=1))
        for one in asked
        if one.answered_on and one.asked_at and one.handling in ANSWERED
    ]
    return round(median(taken)) if taken else None
