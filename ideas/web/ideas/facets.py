"""The filters of the list, as links that act at once: each says how many ideas it leaves, the others being at work."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from ideas.domain.errors import N_
from ideas.domain.handling import STATE_NAMES
from ideas.domain.high_value import HIGH_VALUE_NAMES
from ideas.domain.ideas import PROFILES, THEMES
from ideas.http.addresses import carried
from ideas.http.languages import said_in
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.facets import FacetCount
from ideas.store.queries.lists import Wanted
from ideas.web.fragments import draw, keep
from ideas.web.subjects import presentation
from ideas.web.subjects.presentation import name_subject

MOST = 8  # values shown before the rest folds away
MOST_OF_DIRECTORY = 6
# The name in addresses, the field of `Wanted`, the title, and the words of its codes (None: those of a directory).
SIDES: tuple[tuple[str, str, str, Mapping[Any, str] | None], ...] = (
    ("theme", "theme", N_("Thème"), THEMES),
    ("sujet", "subject", N_("Sujet"), None),
    ("etat", "handling", N_("Où en est la demande"), STATE_NAMES),
    ("profil", "profile", N_("Qui propose"), PROFILES),
    ("producteur", "producer", N_("Organisme"), None),
    ("territoire", "territory", N_("Territoire"), None),
    ("forte-valeur", "high_value", N_("Données de forte valeur"), HIGH_VALUE_NAMES),
)
# A directory may have hundreds of values: its filter shows those of most ideas, and leads to the page that has all.
DIRECTORIES = {
    "subject": (N_("Tous les sujets"), "subjects.index"),
    "producer": (N_("Tous les organismes"), "producers.index"),
    "territory": (N_("Carte des départements"), "territories.show"),
}
NOT_KEPT = ("page", "apres")
COMMA = ","


class FacetLink(NamedTuple):
    """A value of a filter: its words, the list with it (without it when it is at work), how many ideas it leaves."""

    label: str
    url: str
    idea_count: int
    is_on: bool


def list_values(said: str) -> list[str]:
    """List the values that an address gives a filter, each once.

    >>> list_values("sport,health,,sport")
    ['sport', 'health']
    """
    return list(dict.fromkeys(filter(None, said.split(COMMA))))


def toggle(said: str, value: str) -> str:
    """Return what an address gives a filter with one value more, or without it when it is there.

    >>> toggle("sport", "health"), toggle("sport,health", "sport")
    ('sport,health', 'health')
    """
    values = list_values(said)
    return COMMA.join([one for one in values if one != value] if value in values else [*values, value])


def list_kept() -> list[tuple[str, str]]:
    """List what a search keeps of the address: the filters at work, the order, the language, the campaign.

    A form sent by GET drops what its own address carries, so that each of them is a field.
    """
    given = {name: value for name, value in carried().items() if name not in ("q", *NOT_KEPT)}
    return parse_qsl(urlsplit(url_for("ideas.index", **given)).query)  # type: ignore[arg-type]


def name_wanted(numbers: Collection[int], campaign: Campaign) -> dict[int, str]:
    """Return what subjects are called, those that everybody sees by their name; looked up once for each version."""
    key = ("subjects", campaign.id, campaign.version, tuple(numbers))
    return dict(keep(key, lambda: _name_all(numbers, campaign)))


def _name_all(numbers: Collection[int], campaign: Campaign) -> dict[int, str]:
    seen = queries.clusters.list_current(campaign, only=numbers) if numbers else []
    return {number: name_subject(number, "", []) for number in numbers} | presentation.name_subjects(seen, campaign)


def draw_facets(campaign: Campaign, wanted: Wanted) -> list[Markup]:
    """Return the filters, counted and drawn once for each version of the campaign and each address."""
    kept = tuple((name, value) for name, value in carried().items() if name not in NOT_KEPT)
    key = ("facets", campaign.id, campaign.version, kept)
    return list(keep(key, lambda: _draw_all(campaign, wanted, dict(kept), key)))


def _draw_all(campaign: Campaign, wanted: Wanted, kept: dict[str, str], key: tuple[Any, ...]) -> tuple[Markup, ...]:
    counts = queries.facets.count_all(campaign, wanted)
    subjects = name_wanted([int(one.value) for one in counts if one.facet == "subject"], campaign)

    def link(one: FacetCount, name: str, words: Mapping[Any, str] | None, chosen: Iterable[object]) -> FacetLink:
        label = one.label if words is None else gettext(words.get(one.value, one.value))
        label = said_in(subjects.get(int(one.value), "")) if one.facet == "subject" else label
        given: dict[str, Any] = kept | {name: toggle(kept.get(name, ""), str(one.value)) or None}
        return FacetLink(label, url_for("ideas.index", **given), one.idea_count, str(one.value) in map(str, chosen))

    drawn = []
    for name, field, title, labels in SIDES:
        links = [link(one, name, labels, getattr(wanted, field)) for one in counts if one.facet == field]
        links.sort(key=lambda one: (not one.is_on, -one.idea_count, one.label))
        if links:
            facts = {"id": f"f-{name}", "title": gettext(title), "options": links, "most": MOST}
            if field in DIRECTORIES:
                words, endpoint = DIRECTORIES[field]
                count = max(MOST_OF_DIRECTORY, sum(one.is_on for one in links))
                facts |= {"options": links[:count], "most": count, "whole": (gettext(words), url_for(endpoint))}
            else:
                facts["more"] = gettext("Voir tout")
            drawn.append(draw("facet_links", (*key, name), partial(dict, facts)))
    return tuple(drawn)
