"""What moderators see of ideas and send about them: the parts that their pages share."""

from typing import Any, NamedTuple

from flask import current_app, g, render_template, request
from flask_babel import gettext

from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.merging import check_merge
from ideas.domain.numbers import row_number
from ideas.domain.publication import Publication
from ideas.domain.signals import is_unread
from ideas.domain.texts import without_refused
from ideas.http.actor import find_actor
from ideas.http.refusals import found, say
from ideas.retrieval.similar import (
    ALREADY_OPEN,
    FoundDataset,
    FoundIdea,
    Similar,
    find_open_for_each,
    find_similar_ideas,
    find_similar_to_each,
)
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.store.queries.ideas import TickedDataset
from ideas.web.ideas.cards import SimilarDatasetLine
from ideas.web.ideas.facts import list_all_facts
from ideas.web.ideas.personal import list_personal_of
from ideas.web.labels import profile_name, publication_name
from ideas.web.moderation.forms import list_verdicts, make_form
from ideas.web.register import make_lines
from ideas.web.undo_notice import find_done

SOUGHT = 8
LIKELY = 0.3  # of likeness, from which an idea is shown as a likely duplicate

P = Publication
NOT_SENT = (P.DRAFT, P.AWAITING_CONFIRMATION)


def find_subject(idea_id: int) -> Idea:
    """Return an idea that was sent to the moderators, whatever became of it, or raise `NotFound`."""
    idea = queries.ideas.find(idea_id, find_actor())
    if idea is None or idea.publication in NOT_SENT:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    g.campaign = found(queries.campaigns.find_of(idea))
    return idea


def find_read(campaign: Campaign, number: int | None) -> Idea | None:
    """Return the idea of a campaign that is read beside the queue, None when there is no such one."""
    idea = queries.ideas.find(number, find_actor()) if number else None
    return idea if idea and idea.campaign_id == campaign.id and idea.publication not in NOT_SENT else None


def find_likely(ideas: list[Idea]) -> dict[int, list[Similar[FoundIdea]]]:
    """Return, by number of idea, the published ideas that may say the same."""
    if not ideas:
        return {}
    var = current_app.config["IDEAS"].var
    return find_similar_to_each(ideas, campaign_id=ideas[0].campaign_id, actor=find_actor(), var=var, least=LIKELY)


class OpenDatasets(NamedTuple):
    """The data sets already open that an idea's author recognised, and those that it is like; `named`: all of them."""

    ticked: list[TickedDataset]
    found: list[SimilarDatasetLine]
    named: list[tuple[int, str]]


def find_open(ideas: list[Idea]) -> dict[int, OpenDatasets]:
    """Return, by number of idea, the data sets already open: the one its author recognised, and those it is like."""
    numbers = [idea.id for idea in ideas]
    if not numbers:
        return {}
    ticked = queries.ideas.list_ticked(numbers)
    found = find_open_for_each(ideas, var=current_app.config["IDEAS"].var, least=ALREADY_OPEN)
    return {
        number: make_open([ticked[number]] if number in ticked else [], found.get(number, [])) for number in numbers
    }


def make_open(ticked: list[TickedDataset], found: list[Similar[FoundDataset]]) -> OpenDatasets:
    """Return what `open_datasets` takes: what was recognised, and what is like it without the same."""
    known = {one.id for one in ticked}
    lines = {one.row.id: _make_dataset_line(one) for one in found if one.row.id not in known}
    named = [(one.id, _name_dataset(one.title, one.organisation)) for one in ticked]
    named += [(number, line.title) for number, line in lines.items()]
    return OpenDatasets(ticked, list(lines.values()), named)


def _name_dataset(title: str, organisation: str) -> str:
    return f"{title} — {organisation}" if organisation else title


def _make_dataset_line(one: Similar[FoundDataset]) -> SimilarDatasetLine:
    title = _name_dataset(one.row.title, one.row.organisation)
    return SimilarDatasetLine(title, one.row.url, one.likeness, one.words)


def read_kept(idea_id: int) -> Idea | str:
    """Return the idea that would be kept, or why it cannot be."""
    number = row_number(request.values.get("dans") or read_sought())
    into = queries.ideas.find(number, find_actor()) if number else None
    idea = queries.ideas.find(idea_id, find_actor())
    if into is None or idea is None:
        return gettext("Aucune idée en ligne n’a ce numéro ou ces mots. Choisissez-en une de la liste, ou cherchez-la.")
    try:
        check_merge(
            idea_id=idea.id,
            into_id=into.id,
            same_campaign=idea.campaign_id == into.campaign_id,
            into_state=into.publication,
        )
    except WrongState as refusal:
        return say(refusal)
    return into


def read_sought() -> str:
    """Return the number or the words by which an idea to keep is looked for."""
    return request.values.get("numero", "").strip().removeprefix("n°").strip()


def find_sought(idea: Idea) -> list[FoundIdea]:
    """Return the published ideas that the words looked for may mean; a number is no words."""
    sought = without_refused(read_sought())
    if not sought or sought.isdecimal():
        return []
    given = {"campaign_id": idea.campaign_id, "actor": find_actor(), "var": current_app.config["IDEAS"].var}
    return [one.row for one in find_similar_ideas(sought, **given, count=SOUGHT) if one.row.id != idea.id]


def show_idea(idea: Idea, **given: Any) -> str:
    """Return the page of an idea, for moderators."""
    g.current = "moderation"
    campaign = found(queries.campaigns.find_of(idea))
    decisions = queries.decisions.list_on_idea(idea)
    near = queries.moderation.list_near(idea.id, campaign.current_run_id)
    similar = find_likely([idea]).get(idea.id, []) if idea.publication is not P.MERGED else []
    known = {one.id for one in near}
    page: dict[str, Any] = {
        "idea": idea,
        "state": publication_name(idea.publication),
        "profile": profile_name(idea.profile),
        "facts": list_all_facts(idea),
        "personal": list_personal_of(idea),
        "lines": make_lines(decisions, campaign),
        "form": make_form(idea.publication),
        "verdicts": list_verdicts(idea.publication, is_unread=is_unread(idea.signals)),
        "is_unread": is_unread(idea.signals),
        "near": [*near, *(one.row for one in similar if one.row.id not in known)],
        "open": find_open([idea])[idea.id],
        "sought": "",
        "can_merge": idea.publication in (P.PUBLISHED, P.AWAITING_REVIEW),
        "done": find_done(),
    }
    return render_template("moderation/show.html", **page | given)
