"""Ideas as everybody reads them: the list, and one idea."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from ideas.domain.errors import N_, Gone
from ideas.domain.handling import STATE_NAMES
from ideas.domain.ideas import FORMATS, NAMES_PEOPLE, OBSTACLES, PROFILES, THEMES, USE_KINDS
from ideas.domain.publication import Publication, can_withdraw
from ideas.domain.texts import one_line, without_refused
from ideas.http import paging
from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.etag import fresh_unless_same
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.retrieval.search import RELEVANCE, find_nearest, search_published
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.store.queries.ideas import Fellow, ListedIdea, ShownIdea
from ideas.web.fragments import draw
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import SimilarIdeaLine, handling_state, make_vote
from ideas.web.ideas.marking import draw_found
from ideas.web.labels import label_of, profile_name, publication_name, theme_name
from ideas.web.page_context import draw_clock, find_campaign, find_facts, takes_ideas

PAGE_SIZE = 20
ORDERS = ("populaires", "recentes")
LONGEST_QUERY = 200


@bp.get("/idees")
@public
def index() -> ResponseReturnValue:
    """The list of published ideas."""
    campaign = found(find_campaign())
    g.current = "idees"
    query = one_line(without_refused(request.args.get("q", "")))[:LONGEST_QUERY]
    orders = (RELEVANCE, *ORDERS) if query else ORDERS
    order = request.args.get("tri", "") if request.args.get("tri") in orders else orders[0]
    wanted = _read_wanted()
    listing = _search(query, campaign, wanted, order) if query else _list(campaign, wanted, order)
    return fresh_unless_same(
        (find_facts(campaign), listing.facts),
        lambda: render_template(
            "ideas/index.html",
            cards=draw_found(listing.rows, campaign, listing.terms),
            count=listing.idea_count,
            match=listing.match,
            nearest=draw_found(listing.nearest, campaign, listing.terms, level=3),
            query=query,
            order=order if order != orders[0] else "",
            orders=_make_orders(orders, order),
            facets=_draw_facets(wanted),
            tags=_make_tags(wanted, query),
            page=listing.page,
            pages=listing.pages,
            page_url=lambda number: _list_url(page=number if number > 1 else None),
            is_open=takes_ideas(campaign),
            clock=draw_clock(campaign),
        ),
    )


class Listing(NamedTuple):
    """One page of a list; `match` says how its ideas say the words searched, "" where none were."""

    rows: list[ListedIdea]
    idea_count: int
    page: int
    pages: int
    match: str = ""
    nearest: Sequence[ListedIdea] = ()
    terms: frozenset[str] = frozenset()

    @property
    def facts(self) -> tuple[object, ...]:
        """Return what makes this page another: what a campaign's version does not tell."""
        counts = [(row.id, row.vote_count) for row in (*self.rows, *self.nearest)]
        return self.idea_count, counts, self.match, sorted(self.terms)


def _list(campaign: Campaign, wanted: queries.ideas.Wanted, order: str) -> Listing:
    count = queries.ideas.count_kept(campaign, wanted)
    page, pages = paging.read_page(count, PAGE_SIZE)
    rows = queries.ideas.list_page(campaign, wanted, order=order, voter_id=find_actor().id, page=page, size=PAGE_SIZE)
    return Listing(rows, count, page, pages)


def _search(query: str, campaign: Campaign, wanted: queries.ideas.Wanted, order: str) -> Listing:
    var = current_app.config["IDEAS"].var
    answers = search_published(query, campaign=campaign, wanted=wanted, order=order, var=var)
    page, pages = paging.read_page(len(answers.numbers), PAGE_SIZE)
    shown = answers.numbers[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = _list_rows(shown, campaign)
    count = len(answers.numbers) - (len(shown) - len(rows))
    if rows or not answers.has_words:
        match = answers.match if answers.has_words else "empty"
        return Listing(rows, count, page, pages, match, terms=answers.terms)
    near = find_nearest(query, campaign=campaign, var=var)
    return Listing([], 0, 1, 1, answers.match, _list_rows(near.numbers, campaign), near.terms)


def _list_rows(numbers: list[int], campaign: Campaign) -> list[ListedIdea]:
    return queries.ideas.list_cards(numbers, campaign, voter_id=find_actor().id) if numbers else []


@bp.get("/idees/<number:idea_id>")
@bp.get("/idees/<number:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the words of the address are for people
    """One idea, with all that is known of it."""
    idea, campaign, pressed = _find_shown(idea_id)
    g.current, g.campaign = "idees", campaign
    is_public = idea.publication is Publication.PUBLISHED
    fellows = queries.ideas.list_fellows(idea, campaign.current_run_id) if is_public else []
    counts = [idea.vote_count, *((one.id, one.vote_count) for one in fellows)]
    return fresh_unless_same(
        (find_facts(campaign), counts),
        lambda: render_template(
            "ideas/show.html",
            idea=idea,
            answer=idea.answer,
            canonical_url=url_for("ideas.show", idea_id=idea.id, slug=None, _external=False),
            merged_url=_find_merged_url(idea),
            merged=queries.ideas.list_merged_into(idea) if is_public else [],
            fellows=fellows,
            similar=[_make_similar(other) for other in fellows],
            steps=_list_steps(idea),
            vote=make_vote(idea.id, campaign, pressed=pressed, in_list=False) if is_public else None,
            state=handling_state(idea.handling, idea.answer.promised_on if idea.answer else None),
            publication=publication_name(idea.publication) if not is_public else "",
            facts=_list_facts(idea),
            idea_url=idea_url,
            withdraw_url=url_for(".withdraw", idea_id=idea.id) if is_withdrawable(idea) else "",
        ),
    )


def _find_shown(idea_id: int) -> ShownIdea:
    """Return an idea that this reader may see; whoever kept the address of one that was withdrawn is told so."""
    shown = queries.ideas.find_shown(idea_id, find_actor())
    if shown is None and queries.ideas.was_withdrawn(idea_id):
        raise Gone(N_("Cette idée a été retirée par son auteur."))
    return found(shown)


def is_withdrawable(idea: Idea) -> bool:
    """Tell whether whoever asks wrote this idea and may still take it back."""
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id and can_withdraw(idea.publication)


def _find_merged_url(idea: Idea) -> str:
    """Return the address of the canonical idea, if this reader may see it."""
    canonical = queries.ideas.find(idea.canonical_id, find_actor()) if idea.canonical_id else None
    return idea_url(canonical.id, canonical.title) if canonical else ""


def _read_wanted() -> queries.ideas.Wanted:
    known = {"theme": set(THEMES), "profil": set(PROFILES), "etat": {str(state) for state in STATE_NAMES}}
    read = {name: request.args.get(name, "") for name in known}
    chosen = {name: value if value in known[name] else "" for name, value in read.items()}
    return queries.ideas.Wanted(
        theme=chosen["theme"],
        profile=chosen["profil"],
        handling=chosen["etat"],
        producer=request.args.get("producteur", "")[:80],
        territory=request.args.get("territoire", "")[:10],
    )


def _list_url(**changed: Any) -> str:
    kept = {name: value for name, value in request.args.items() if value}
    return url_for(".index", **{name: value for name, value in (kept | changed).items() if value})


def _make_orders(orders: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
    labels = {
        RELEVANCE: gettext("Les plus proches"),
        "populaires": gettext("Les plus soutenues"),
        "recentes": gettext("Les plus récentes"),
    }
    return [
        (labels[order], _list_url(tri=order if order != orders[0] else None, page=None), order == chosen)
        for order in orders
    ]


class FacetOption(NamedTuple):
    """A value of a filter, how many ideas have it when they were counted, and whether it is chosen."""

    value: str
    label: str
    idea_count: int | None
    is_checked: bool


def _draw_facets(wanted: queries.ideas.Wanted) -> list[Markup]:
    sides = (
        ("theme", N_("Thème"), THEMES, wanted.theme),
        ("etat", N_("Où en est la demande"), STATE_NAMES, wanted.handling),
        ("profil", N_("Qui propose"), PROFILES, wanted.profile),
    )
    return [
        draw("facet", (name, chosen), partial(_tell_facet, name, title, words, chosen))
        for name, title, words, chosen in sides
    ]


def _tell_facet(name: str, title: str, words: Mapping[Any, str], chosen: str) -> dict[str, Any]:
    options = [FacetOption(str(code), gettext(label), None, code == chosen) for code, label in words.items()]
    everything = FacetOption("", gettext("Tous"), None, not chosen)
    return {"title": gettext(title), "name": name, "options": [everything, *options], "kind": "radio"}


class FilterTag(NamedTuple):
    """A filter at work, and the address of the list without it."""

    label: str
    url: str


def _make_tags(wanted: queries.ideas.Wanted, query: str) -> list[FilterTag]:
    shown = (
        ("q", f"« {query} »" if query else ""),
        ("theme", theme_name(wanted.theme)),
        ("profil", profile_name(wanted.profile)),
        ("etat", label_of(STATE_NAMES, wanted.handling)),
        ("producteur", wanted.producer),
        ("territoire", wanted.territory),
    )
    return [FilterTag(label, _list_url(**{name: None}, page=None)) for name, label in shown if label]


def _make_similar(other: Fellow) -> SimilarIdeaLine:
    """Return what `similar_ideas` takes of another idea of the cluster."""
    url = idea_url(other.id, other.title)
    return SimilarIdeaLine(other.title, url, other.likeness, [], other.vote_count, foreign(other.language))


class Step(NamedTuple):
    """Something that happened, as `timeline` takes it."""

    title: str
    at: datetime


def _list_steps(idea: Idea) -> list[Step]:
    """Return what happened to an idea, and when."""
    steps = ((gettext("Idée reçue"), idea.submitted_at), (gettext("Idée publiée"), idea.published_at))
    return [Step(title, at) for title, at in steps if at]


class Fact(NamedTuple):
    """A term and its value, with the language of the value when it is not that of the page."""

    term: str
    value: str
    lang: str = ""


def _list_facts(idea: Idea) -> list[Fact]:
    own = foreign(idea.language)
    producer = idea.producer.name if idea.producer else idea.holder_text
    return [
        Fact(gettext("Profil"), profile_name(idea.profile)),
        Fact(gettext("Organisme"), idea.organisation if idea.show_organisation else ""),
        Fact(gettext("Genre d’usage"), ", ".join(label_of(USE_KINDS, code) for code in idea.use_kinds)),
        Fact(gettext("Thème"), theme_name(idea.theme)),
        Fact(gettext("À qui cela servirait"), idea.beneficiaries, own),
        Fact(gettext("Détenteur"), producer, foreign() if idea.producer else own),
        Fact(gettext("Territoire"), idea.territory.name if idea.territory else "", foreign()),
        Fact(gettext("Période"), idea.period, own),
        Fact(gettext("Niveau de détail"), idea.detail_level, own),
        Fact(gettext("Mise à jour"), idea.freshness, own),
        Fact(gettext("Forme"), label_of(FORMATS, idea.format)),
        Fact(gettext("Obstacles rencontrés"), ", ".join(label_of(OBSTACLES, code) for code in idea.obstacles)),
        Fact(gettext("Nomme des personnes"), label_of(NAMES_PEOPLE, idea.names_people)),
    ]
