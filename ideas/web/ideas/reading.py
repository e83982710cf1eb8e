"""Ideas as everybody reads them: the list, and one idea."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.discovery import seed_of, spread
from ideas.domain.errors import N_, Gone
from ideas.domain.handling import STATE_NAMES
from ideas.domain.ideas import FORMATS, NAMES_PEOPLE, OBSTACLES, PROFILES, THEMES, USE_KINDS
from ideas.domain.numbers import row_number
from ideas.domain.publication import Publication, can_resend, can_withdraw
from ideas.domain.texts import one_line, without_refused
from ideas.http import paging
from ideas.http.access import carries, public
from ideas.http.actor import find_actor
from ideas.http.addresses import carried, idea_slug, idea_url, origin
from ideas.http.clock import now
from ideas.http.etag import asks_again, fresh_unless_same
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.retrieval.search import RELEVANCE, find_nearest, has_words, search_published
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.store.queries.ideas import Fellow, ShownIdea
from ideas.store.queries.lists import DISCOVERY, IdeaCount, ListedIdea, ListPlace, Wanted
from ideas.store.queries.subjects import IdeaPlace
from ideas.web.fragments import keep
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import ClusterLink, SimilarIdeaLine, handling_state, list_counts_of, make_vote
from ideas.web.ideas.facets import draw_facets, list_kept
from ideas.web.ideas.facts import Fact
from ideas.web.ideas.marking import draw_found
from ideas.web.ideas.story import find_answer, is_silence, list_questions, list_story
from ideas.web.labels import label_of, profile_name, publication_name, theme_name
from ideas.web.page_context import find_campaign, find_facts, takes_ideas, takes_votes
from ideas.web.subjects.presentation import name_subject

PAGE_SIZE = 20
ORDERS = ("populaires", "recentes")
LONGEST_QUERY = 200
LONGEST_KEPT = 120  # bytes of an address whose links are kept: longer ones are made by hand, and never asked again
FILTERS = ("q", "theme", "etat", "profil", "producteur", "territoire")


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
    return fresh_unless_same(
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
            tags=_make_tags(wanted, query),
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


@bp.get("/idees/<number:idea_id>")
@bp.get("/idees/<number:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the words of the address are for people
    """One idea, with all that is known of it."""
    idea, campaign, counted_by, is_followed = _find_shown(idea_id)
    g.current, g.campaign = "idees", campaign
    is_public = idea.publication is Publication.PUBLISHED
    place = queries.subjects.find_place(idea.id, campaign.current_run_id) if is_public else None
    fellows = queries.ideas.list_fellows(idea, campaign.current_run_id) if is_public else []
    counts = [idea.vote_count, *((one.id, one.vote_count) for one in fellows)]
    return fresh_unless_same(
        (find_facts(campaign), counts, is_followed),
        lambda: render_template(
            "ideas/show.html",
            idea=idea,
            answer=find_answer(idea) if is_public else None,
            questions=list_questions(idea) if is_public else [],
            is_silence=is_public and is_silence(idea),
            merged_url=_find_merged_url(idea),
            merged=queries.ideas.list_merged_into(idea) if is_public else [],
            subject=_link_subject(place),
            similar=[_make_similar(other) for other in fellows],
            steps=list_story(idea),
            vote=make_vote(idea.id, campaign, pressed=counted_by is not None, in_list=False) if is_public else None,
            is_own=is_public and counted_by == idea.id and idea.author_id == find_actor().id,
            counted_by=counted_by if is_public and counted_by != idea.id else None,
            state=handling_state(idea.handling, idea.answer.promised_on if idea.answer else None),
            publication=publication_name(idea.publication) if not is_public else "",
            facts=_list_facts(idea, place.theme if place else None),
            idea_url=idea_url,
            address=f"{origin()}/idees/{idea.id}-{idea_slug(idea.title)}",
            picture_url=f"{origin()}{url_for('.picture', idea_id=idea.id)}",
            is_followed=is_followed,
            correct_url=url_for(".correct", idea_id=idea.id) if is_correctable(idea) else "",
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


def is_correctable(idea: Idea) -> bool:
    """Tell whether whoever asks wrote this idea and may still correct it."""
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id and can_resend(idea.publication)


def _link_subject(place: IdeaPlace | None) -> ClusterLink | None:
    """Return the subject of an idea, named."""
    if place is None:
        return None
    name = name_subject(place.cluster_id, place.name or place.title, [])
    return ClusterLink(name, url_for("subjects.show", cluster_id=place.cluster_id))


def _find_merged_url(idea: Idea) -> str:
    """Return the address of the canonical idea, if this reader may see it."""
    canonical = queries.ideas.find(idea.canonical_id, find_actor()) if idea.canonical_id else None
    return idea_url(canonical.id, canonical.title) if canonical else ""


def read_wanted(characters: str) -> Wanted:
    """Return the filters that the address of a list, or of its feed, names; what means nothing is left out."""
    known = {"theme": set(THEMES), "profil": set(PROFILES), "etat": {str(state) for state in STATE_NAMES}}
    read = {name: request.args.get(name, "") for name in known}
    chosen = {name: value if value in known[name] else "" for name, value in read.items()}
    return Wanted(
        characters=characters,
        theme=chosen["theme"],
        profile=chosen["profil"],
        handling=chosen["etat"],
        producer=request.args.get("producteur", "")[:80],
        territory=request.args.get("territoire", "")[:10],
    )


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


def list_filters(wanted: Wanted) -> list[tuple[str, str]]:
    """List the filters at work: the name that each has in an address, and its words."""
    return [
        ("theme", theme_name(wanted.theme)),
        ("profil", profile_name(wanted.profile)),
        ("etat", label_of(STATE_NAMES, wanted.handling)),
        ("producteur", queries.directories.find_producer_name(wanted.producer) or wanted.producer),
        ("territoire", queries.directories.find_territory_name(wanted.territory) or wanted.territory),
    ]


def _make_tags(wanted: Wanted, query: str) -> list[FilterTag]:
    shown = [("q", f"« {query} »" if query else ""), *list_filters(wanted)]
    return [FilterTag(label, _list_url(**{name: None}, page=None)) for name, label in shown if label]


def _find_feed_url() -> str:
    """Return the address of the feed of this list."""
    kept: dict[str, Any] = {name: value for name, value in carried().items() if name in FILTERS}
    return url_for("feeds.ideas", **kept)


def _make_similar(other: Fellow) -> SimilarIdeaLine:
    """Return what `similar_ideas` takes of an idea like this one."""
    url = idea_url(other.id, other.title)
    return SimilarIdeaLine(
        other.title,
        url,
        other.likeness,
        other.words,
        other.vote_count,
        foreign(other.language),
    )


def _list_facts(idea: Idea, suggested_theme: str | None) -> list[Fact]:
    own = foreign(idea.language)
    producer = idea.producer.name if idea.producer else idea.holder_text
    return [
        Fact(gettext("Profil"), profile_name(idea.profile), url=_link_like(profil=idea.profile)),
        Fact(gettext("Organisme"), idea.organisation if idea.show_organisation else ""),
        Fact(gettext("Genre d’usage"), ", ".join(label_of(USE_KINDS, code) for code in idea.use_kinds)),
        Fact(gettext("Thème"), _name_theme(idea, suggested_theme), url=_link_like(theme=idea.theme)),
        Fact(gettext("À qui cela servirait"), idea.beneficiaries, own),
        Fact(
            gettext("Détenteur"),
            producer,
            foreign() if idea.producer else own,
            _link_like(producteur=idea.producer.slug if idea.producer else ""),
        ),
        Fact(
            gettext("Territoire"),
            idea.territory.name if idea.territory else "",
            foreign(),
            _link_like(territoire=idea.territory_code or ""),
        ),
        Fact(gettext("Période"), idea.period, own),
        Fact(gettext("Niveau de détail"), idea.detail_level, own),
        Fact(gettext("Mise à jour"), idea.freshness, own),
        Fact(gettext("Forme"), label_of(FORMATS, idea.format)),
        Fact(gettext("Obstacles rencontrés"), ", ".join(label_of(OBSTACLES, code) for code in idea.obstacles)),
        Fact(gettext("Nomme des personnes"), label_of(NAMES_PEOPLE, idea.names_people)),
    ]


def _link_like(**shared: str) -> str:
    """Return the address of the list of ideas that share this; nothing when there is nothing to share."""
    return url_for(".index", **shared) if all(shared.values()) else ""  # type: ignore[arg-type]


def _name_theme(idea: Idea, suggested: str | None) -> str:
    """Return the theme that the author chose, else the one that other ideas of the subject suggest, said so."""
    if idea.theme or not suggested:
        return theme_name(idea.theme)
    return gettext("%(theme)s (suggéré d’après son sujet)", theme=theme_name(suggested))
