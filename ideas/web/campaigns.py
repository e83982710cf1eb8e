"""The campaign's page: its question, the time left, what became of the requests, what people support most."""

from typing import NamedTuple

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_number, gettext, ngettext

from ideas.config import Config
from ideas.domain.handling import Handling, count_past, count_states
from ideas.domain.texts import excerpt
from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.etag import make_conditional_on
from ideas.http.languages import find_language, foreign
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.lists import ListPlace, Wanted
from ideas.web.fragments import keep
from ideas.web.ideas.cards import draw_cards, list_counts_of
from ideas.web.labels import Outcome, find_outcome
from ideas.web.page_context import campaign_says, draw_clock, find_campaign, find_facts, takes_ideas, takes_votes
from ideas.web.plain_texts import TextPart, split_parts

bp = Blueprint("campaigns", __name__)

SHOWN = 4
OBTAINED = 3


class TallyLine(NamedTuple):
    """A number with its noun, a detail, and a tone, as `tally` takes it."""

    number: int
    noun: str
    detail: str = ""
    tone: str = ""


class ObtainedLine(NamedTuple):
    """An idea whose data are open: what came of it, and by whom."""

    title: str
    language: str
    url: str
    outcome: Outcome | None
    answer: str
    producer: str


@bp.get("/")
@public
def show() -> ResponseReturnValue:
    """The campaign's page."""
    campaign = find_campaign()
    if campaign is None:
        return render_template("campaigns/none.html")
    g.current = "campagne"
    actor = find_actor()
    rows = queries.lists.list_page(campaign, Wanted(), ListPlace("populaires", size=SHOWN), voter_id=actor.id)
    figures, facts = queries.ideas.count_figures(campaign), find_facts(campaign)
    return make_conditional_on(
        (facts, figures, list_counts_of(rows)),
        lambda: render_template(
            "campaigns/show.html",
            cards=draw_cards(rows, campaign, level=3),
            figures=figures,
            tally=keep(("tally", facts, figures), lambda: _make_tally(campaign, figures.ideas, figures.votes)),
            obtained=keep(("obtained", facts), lambda: _list_obtained(campaign)),
            is_open=takes_votes(campaign),
            takes_ideas=takes_ideas(campaign),
            clock=draw_clock(campaign),
            plain=read_text("question", is_plain=True),
            about=say_organiser(current_app.config["IDEAS"]),
        ),
    )


def read_text(kind: str, *, is_plain: bool = False) -> tuple[list[TextPart], str]:
    """Return the parts of a text of the campaign, and their language when it is not that of the page."""
    said = campaign_says(kind, is_plain=is_plain)
    return split_parts(said.text), foreign(said.language)


def say_organiser(config: Config) -> tuple[str, str]:
    """Return what the organiser says of itself, and its language when it is not that of the page."""
    if find_language() == "en" and config.organiser_about_en:
        return config.organiser_about_en, ""
    return config.organiser_about, foreign()


def _make_tally(campaign: Campaign, idea_count: int, vote_count: int) -> list[TallyLine]:
    """Return what became of the requests; what nothing is said of is left out."""
    counts = queries.outcomes.count_by_handling(campaign)
    states = count_states(counts)
    promises = queries.outcomes.list_promises(campaign)
    late = count_past(promises, now().date())
    coming = next((day for day in promises if day >= now().date()), None)
    already = counts.get(Handling.ALREADY_OPEN, 0)
    lines = [
        TallyLine(
            idea_count,
            ngettext("idée publiée", "idées publiées", idea_count),
            ngettext("et %(count)s soutien", "et %(count)s soutiens", vote_count, count=format_number(vote_count)),
        ),
        TallyLine(
            states.opened,
            ngettext("ouverte", "ouvertes", states.opened),
            ngettext("dont %(num)s existait déjà", "dont %(num)s existaient déjà", already) if already else "",
            "good",
        ),
        TallyLine(
            states.promised,
            ngettext("promise à une date", "promises à une date", states.promised),
            gettext("la prochaine, le %(day)s", day=format_date(coming, "d MMMM")) if coming else "",
            "promise",
        ),
        TallyLine(late, gettext("en retard"), gettext("sur la date promise"), "late"),
        TallyLine(
            states.closed,
            ngettext("refusée ou sans suite", "refusées ou sans suite", states.closed),
            ngettext("avec son motif", "chacune avec son motif", states.closed),
            "no",
        ),
        TallyLine(states.waiting, ngettext("attend une réponse", "attendent une réponse", states.waiting)),
    ]
    return [line for line in lines if line.number]


def _list_obtained(campaign: Campaign) -> list[ObtainedLine]:
    return [_describe(idea) for idea in queries.outcomes.list_obtained(campaign, OBTAINED)]


def _describe(idea: "queries.outcomes.ObtainedIdea") -> ObtainedLine:
    came = find_outcome(idea.handling, None, now().date())
    if came and idea.answered_on:
        came = came._replace(detail=gettext("le %(day)s", day=format_date(idea.answered_on, "d MMMM")))
    address, answer = idea_url(idea.id, idea.title), excerpt(idea.answer or "", 180)
    return ObtainedLine(idea.title, idea.language, address, came, answer, idea.producer_name or "")
