"""Beside a text being written: the ideas that say the same, the data sets that are open already, and some advice."""

from collections.abc import Mapping
from typing import Any, TypedDict

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.coaching import FIELD_OF, HINTS, TEXTS, Hint, list_hints
from ideas.domain.texts import clean_text, without_refused
from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.addresses import address_of, idea_url
from ideas.http.languages import foreign
from ideas.retrieval.similar import (
    ALREADY_OPEN,
    FoundDataset,
    FoundIdea,
    Similar,
    find_similar_datasets,
    find_similar_ideas,
)
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import PanelVote, SimilarDatasetLine, SimilarIdeaLine, VoteLink
from ideas.web.page_context import find_campaign, takes_ideas

SENT = (*TEXTS, "territory_code", "detail_level", "freshness")
ENOUGH = 3  # words of a field: before, its author has hardly begun


@bp.get("/idees/similaires")
@public
def similar() -> ResponseReturnValue:
    """What is like the text being typed: ideas to support, data sets already open; a fragment for the form.

    A script that knows the fields sends them apart, and is given advice too once the need is written.
    """
    typed = {name: request.args.get(name, "") for name in SENT}
    text = request.args.get("texte") or "\n".join(filter(None, (typed[name] for name in TEXTS)))
    near = find_near(text, find_campaign())
    return render_template("ideas/similar.html", hints=_list_hints_while_typing(typed), **near)


def _list_hints_while_typing(typed: Mapping[str, str]) -> list[str]:
    """Return advice on the fields that were filled in: nobody is told of what they have not come to."""
    come_to = {Hint.PERSONAL} | {hint for hint, field in FIELD_OF.items() if len(typed[field].split()) >= ENOUGH}
    return [gettext(HINTS[hint]) for hint in list_hints(typed) if hint in come_to]


def list_hints_by_field(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return advice on an idea, by the field that it is about."""
    hints = [(FIELD_OF[hint], gettext(HINTS[hint])) for hint in list_hints(values) if hint in FIELD_OF]
    return {field: [words for other, words in hints if other == field] for field, _ in hints}


class Near(TypedDict):
    """What the fragment of similar ideas takes, by name."""

    ideas: list[SimilarIdeaLine]
    datasets: list[Similar[FoundDataset]]
    opened: list[SimilarDatasetLine]
    text: str


def find_near(typed: str, campaign: Campaign | None, *, but: int = 0) -> Near:
    """Return what is like a text; `but` is the idea that the text is of."""
    text = without_refused(clean_text(typed))
    ideas: list[Similar[FoundIdea]] = []
    datasets: list[Similar[FoundDataset]] = []
    if text and campaign is not None:
        var = current_app.config["IDEAS"].var
        ideas = find_similar_ideas(text, campaign_id=campaign.id, actor=find_actor(), var=var)
        ideas = [one for one in ideas if one.row.id != but]
        datasets = find_similar_datasets(text, var=var, count=3, least=ALREADY_OPEN)
    supported = queries.ideas.list_supported([one.row.id for one in ideas], find_actor().id)
    return {
        "ideas": [_show_idea(one, campaign, is_supported=one.row.id in supported) for one in ideas],
        "datasets": datasets,
        "opened": [_show_dataset(one) for one in datasets],
        "text": text,
    }


def _show_idea(one: Similar[FoundIdea], campaign: Campaign | None, *, is_supported: bool) -> SimilarIdeaLine:
    row = one.row
    support: VoteLink | PanelVote | None = None
    if campaign is not None and takes_ideas(campaign):
        is_known = find_actor().is_signed_in
        support = PanelVote(is_supported) if is_known else VoteLink(address_of("accounts.sign_in", "soutenir", row.id))
    return SimilarIdeaLine(
        row.title,
        idea_url(row.id, row.title),
        one.likeness,
        one.words,
        row.vote_count,
        foreign(row.language),
        row.id,
        support,
    )


def _show_dataset(one: Similar[FoundDataset]) -> SimilarDatasetLine:
    title = f"{one.row.title} — {one.row.organisation}"
    return SimilarDatasetLine(title, one.row.url, one.likeness, one.words, foreign())
