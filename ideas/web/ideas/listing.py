"""The list of ideas that everybody reads: its filters, its orders, its pages."""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.discovery import seed_of, spread
from ideas.domain.handling import STATE_NAMES
from ideas.domain.high_value import HIGH_VALUE_NAMES, HighValue
from ideas.domain.ideas import PROFILES, THEMES
from ideas.domain.numbers import row_number
from ideas.domain.texts import one_line, without_refused
from ideas.http import paging
from ideas.http.access import carries, public
from ideas.http.actor import find_actor
from ideas.http.addresses import carried
from ideas.http.clock import now
from ideas.http.etag import asks_again, make_conditional_on
from ideas.http.languages import said_in
from ideas.http.refusals import found
from ideas.retrieval.search import RELEVANCE, find_nearest, has_words, search_published
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.lists import DISCOVERY, IdeaCount, ListedIdea, ListPlace, Wanted
from ideas.web.fragments import keep
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import list_counts_of
from ideas.web.ideas.facets import draw_facets, list_kept, list_values, name_wanted, toggle
from ideas.web.ideas.marking import draw_found
from ideas.web.labels import label_of, profile_name, theme_name
from ideas.web.page_context import find_campaign, find_facts, takes_ideas, takes_votes

PAGE_SIZE = 20
ORDERS = ("populaires", "recentes")
LONGEST_QUERY = 200
MOST_VALUES, LONGEST_VALUE = 20, 80  # of a filter, in an address
LONGEST_KEPT = 120  # bytes of an address whose links are kept: longer ones are made by hand, and never asked again
FILTERS = ("q", "theme", "etat", "profil", "producteur", "territoire", "sujet", "forte-valeur")


@bp.get("/idees")
@carries(*FILTERS, "tri", "page", "apres")
@public
def index() -> ResponseReturnValue:
    """The list of published ideas."""
    campaign = found(find_campaign())
    g.current = "idees"
    asked = request.args.get("q", "").strip()[:LONGEST_QUERY]
    query = one_line(without_refused(asked))
    orders = (RELEVANCE, *ORDERS) if has_words(query) else (*ORDERS, DISCOVERY)
    order = request.args.get("tri", "") if request.args.get("tri") in orders else orders[0]
    wanted = read_wanted("" if RELEVANCE in orders else query or asked)
    listing = _search(query, campaign, wanted, order) if RELEVANCE in orders else _list(campaign, wanted, order)
    return make_conditional_on(
        (find_facts(campaign), listing.facts),
        lambda: render_template(
            "ideas/index.html",
            cards=draw_found(_arrange(listing, order), campaign, listing.terms),
            count=listing.idea_count,
            match=listing.match,
            nearest=draw_found(listing.nearest, campaign, listing.terms, level=3),
            query=query,
            characters=wanted.characters,
            order=order if order != orders[0] else "",
            orders=_make_orders(orders, order),
            facets=draw_facets(campaign, wanted),
            carried=list_kept(),
            tags=_make_tags(wanted, query, campaign),
            page=listing.page,
            pages=listing.pages,
            page_url=partial(_page_url, listing),
            is_open=takes_votes(campaign),
            takes_ideas=takes_ideas(campaign),
            feed_url=_find_feed_url(),
        ),
    )


class Listing(NamedTuple):
    """One page of a list, its rows read when they are needed; `match` says how they say the words searched.

    `is_walked`: the next page begins after the last idea of this one. `counts`: what votes may change in it.
    """

    load: Callable[[], Sequence[ListedIdea]]
    counts: list[IdeaCount]
    idea_count: int
    page: int
    pages: int
    match: str = ""
    nearest: Sequence[ListedIdea] = ()
    terms: frozenset[str] = frozenset()
    is_walked: bool = False

    @property
    def facts(self) -> tuple[object, ...]:
        """Return what makes this page another: what a campaign's version does not tell."""
        return self.idea_count, self.counts, list_counts_of(self.nearest), self.match, sorted(self.terms)


def _list(campaign: Campaign, wanted: Wanted, order: str) -> Listing:
    count = queries.lists.count_kept(campaign, wanted)
    page, pages = paging.read_page(count, PAGE_SIZE)
    after_id = row_number(request.args.get("apres")) if page > 1 else 0
    place = ListPlace(order, page, PAGE_SIZE, after_id, seed_of(now().date()))
    rows, counts = _look_at(campaign, wanted, place)
    if not counts and place.after_id:  # it has left the list since: the number of the page still says where we are
        place = replace(place, after_id=0)
        rows, counts = _look_at(campaign, wanted, place)
    load = partial(queries.lists.list_page, campaign, wanted, place, voter_id=find_actor().id)
    return Listing(load if rows is None else lambda: rows, counts, count, page, pages, is_walked=True)


def _look_at(campaign: Campaign, wanted: Wanted, place: ListPlace) -> tuple[list[ListedIdea] | None, list[IdeaCount]]:
    """Return a page of the list and its counts, or these alone for a reader who may have the page already."""
    if asks_again():
        return None, queries.lists.list_counts(campaign, wanted, place)
    rows = queries.lists.list_page(campaign, wanted, place, voter_id=find_actor().id)
    return rows, list_counts_of(rows)


def _arrange(listing: Listing, order: str) -> Sequence[ListedIdea]:
    """Return the ideas of a page; no subject fills the head of the first one, where most people stop."""
    rows = listing.load()
    return spread(rows, lambda row: row.cluster_id) if order == ORDERS[0] and listing.page == 1 else rows


def _search(query: str, campaign: Campaign, wanted: Wanted, order: str) -> Listing:
    var = current_app.config["IDEAS"].var
    answers = search_published(query, campaign=campaign, wanted=wanted, order=order, var=var)
    page, pages = paging.read_page(len(answers.numbers), PAGE_SIZE)
    shown = answers.numbers[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = _list_rows(shown, campaign)
    count = len(answers.numbers) - (len(shown) - len(rows))
    if rows:
        return Listing(lambda: rows, list_counts_of(rows), count, page, pages, answers.match, terms=answers.terms)
    near = find_nearest(query, campaign=campaign, var=var)
    return Listing(lambda: rows, [], 0, 1, 1, answers.match, _list_rows(near.numbers, campaign), near.terms)


def _list_rows(numbers: list[int], campaign: Campaign) -> list[ListedIdea]:
    return queries.lists.list_cards(numbers, campaign, voter_id=find_actor().id) if numbers else []


def _page_url(listing: Listing, number: int) -> str:
    """Return the address of a page of this list."""
    is_next = listing.is_walked and listing.counts and number == listing.page + 1
    after = listing.counts[-1].id if is_next else None
    return _list_url(page=number if number > 1 else None, apres=after)


def read_wanted(characters: str) -> Wanted:
    """Return the filters that the address of a list, or of its feed, names; what means nothing is left out."""
    return Wanted(
        characters=characters,
        theme=_read_values("theme", THEMES),
        profile=_read_values("profil", PROFILES),
        handling=_read_values("etat", [str(state) for state in STATE_NAMES]),
        producer=_read_values("producteur"),
        territory=_read_values("territoire"),
        high_value=_read_values("forte-valeur", [str(theme) for theme in HighValue]),
        subject=tuple(sorted({number for number in map(row_number, _read_values("sujet")) if number})),
    )


def _read_values(name: str, known: Container[str] | None = None) -> tuple[str, ...]:
    """Return the values of a filter, which an address separates by commas."""
    given = list_values(request.args.get(name, ""))[:MOST_VALUES]
    return tuple(sorted(value[:LONGEST_VALUE] for value in given if known is None or value in known))


def _list_url(**changed: Any) -> str:
    given = tuple((name, value) for name, value in (carried() | {"apres": None} | changed).items() if value)
    make = partial(url_for, ".index", **dict(given))
    return str(keep(("list", given), make) if len(request.query_string) <= LONGEST_KEPT else make())


def _make_orders(orders: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
    labels = {
        RELEVANCE: gettext("Les plus proches"),
        "populaires": gettext("Soutenues"),
        "recentes": gettext("Récentes"),
        DISCOVERY: gettext("À découvrir"),
    }
    return [
        (labels[order], _list_url(tri=order if order != orders[0] else None, page=None), order == chosen)
        for order in orders
    ]


class FilterTag(NamedTuple):
    """A filter at work, and the address of the list without it."""

    label: str
    url: str


def list_filters(wanted: Wanted, campaign: Campaign) -> list[tuple[str, str, str]]:
    """List the filters at work: the name that each has in an address, its value there, and its words."""
    producer, territory = queries.directories.find_producer_name, queries.directories.find_territory_name
    subjects = name_wanted(wanted.subject, campaign)
    return [
        *(("theme", value, theme_name(value)) for value in wanted.theme),
        *(("profil", value, profile_name(value)) for value in wanted.profile),
        *(("etat", value, label_of(STATE_NAMES, value)) for value in wanted.handling),
        *(("producteur", value, producer(value) or value) for value in wanted.producer),
        *(("territoire", value, territory(value) or value) for value in wanted.territory),
        *(("forte-valeur", value, _name_high_value(value)) for value in wanted.high_value),
        *(("sujet", str(number), label) for number, label in subjects.items()),
    ]


def _name_high_value(theme: str) -> str:
    """Return a theme of high-value data, told apart from the themes that authors choose."""
    return gettext("Forte valeur : %(theme)s", theme=label_of(HIGH_VALUE_NAMES, theme))


def _make_tags(wanted: Wanted, query: str, campaign: Campaign) -> list[FilterTag]:
    search = [FilterTag(f"« {query} »", _list_url(q=None, page=None))] if query else []
    return search + [
        FilterTag(
            said_in(label) if name == "sujet" else label,
            _list_url(**{name: toggle(request.args.get(name, ""), value)}, page=None),
        )
        for name, value, label in list_filters(wanted, campaign)
    ]


def _find_feed_url() -> str:
    """Return the address of the feed of this list."""
    kept: dict[str, Any] = {name: value for name, value in carried().items() if name in FILTERS}
    return url_for("feeds.ideas", **kept)
