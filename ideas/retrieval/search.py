"""Searching ideas by words: the best first, and nothing that whoever looks may not see.

The index says what answers, the database which of these ideas pass the filters. Whoever shows them reads their rows,
which only ideas on line have: an index that lags can forget an idea for a moment, never show a hidden one.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ideas.retrieval.idea_indexes import rank_ideas
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.lists import Wanted

if TYPE_CHECKING:
    from ideas.similarity.index import Ranking
    from ideas.similarity.text.search_terms import QueryWord

RELEVANCE = "pertinence"
# What every idea of such a call is about: « données transports » asks for transports.
UNDERSTOOD = frozenset({"donne", "dat", "data", "dataset", "ide", "idea", "open", "opendat", "opendata"})


class Match(StrEnum):
    """How an answer says the words asked."""

    ALL = "all"
    MOST = "most"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True)
class Answers:
    """The numbers of the ideas found, in order, how they say the words asked, and the terms to mark in them."""

    numbers: list[int]
    match: Match
    terms: frozenset[str] = frozenset()


def search_published(query: str, *, campaign: Campaign, wanted: Wanted, order: str, var: str) -> Answers:
    """Return the published ideas that say all the words of `query`, or else most of them, or else any.

    `order` is one of those of the list, or `RELEVANCE`: the best answers first.
    """
    ranking = _rank(query, campaign.id, var)
    if ranking is None:
        return Answers([], Match.NONE)
    for level, match in enumerate((Match.ALL, Match.MOST, Match.ANY)):
        if numbers := _keep_listed(ranking.list_level(level), campaign, wanted, order):
            return Answers(numbers, match, ranking.terms)
    return Answers([], Match.NONE)


def find_nearest(query: str, *, campaign: Campaign, var: str, count: int = 5) -> Answers:
    """Return the ideas nearest to a query that nothing answers: its filters left out, one mistake more forgiven."""
    ranking = _rank(query, campaign.id, var, loosely=True)
    if ranking is None:
        return Answers([], Match.NONE)
    best = [number for level in range(3) for number in ranking.list_level(level)[: 3 * count]]
    return Answers(_keep_listed(best, campaign, Wanted(), RELEVANCE)[:count], Match.ANY, ranking.terms)


def has_words(query: str) -> bool:
    """Tell whether there is anything to search in `query` beside signs and words that every text says."""
    return bool(_read(query))


def _rank(query: str, campaign_id: int, var: str, *, loosely: bool = False) -> "Ranking | None":
    words = _read(query)
    return rank_ideas(words, campaign_id, var, understood=UNDERSTOOD, loosely=loosely) if words else None


def _read(query: str) -> "list[QueryWord]":
    if not query:
        return []
    # Imported here, as the engine is: most web processes answer many pages before one search.
    from ideas.similarity.text.search_terms import read_query

    return read_query(query)


def split_found(text: str, terms: Collection[str], language: str) -> Iterator[tuple[str, bool]]:
    """Cut a text where it says one of the `terms`: pieces in order, and whether each is one."""
    from ideas.similarity.text import search_terms

    return search_terms.split_found(text, terms, language)


def search_stems(text: str, *, longest: int = 600) -> list[str]:
    """Return the stems of `text`, accents and plurals aside, at most `longest` of them."""
    from ideas.similarity.text.french import stems

    return stems(text)[:longest]


def make_search_text(title: str, data_wanted: str, planned_use: str = "") -> str:
    """Return the stems of an idea between spaces: what a term of many words compares its own stems with."""
    return f" {' '.join(dict.fromkeys(search_stems(f'{title} {data_wanted} {planned_use}')))} "


def is_said(term: str, members: Iterable[str]) -> bool:
    """Tell whether one of the members says the whole of `term`; `members` are stems between spaces.

    >>> is_said("qualité de l’air", [" qualit air ville "]), is_said("qualité de l’eau", [" qualit air ville "])
    (True, False)
    """
    stems = search_stems(term)
    return bool(stems) and any(all(f" {stem} " in member for stem in stems) for member in members)


def count_said(term: str, members: Iterable[str]) -> int:
    """Return how many of the members say the whole of `term`."""
    stems = [f" {stem} " for stem in search_stems(term)]
    return sum(all(stem in member for stem in stems) for member in members) if stems else 0


def _keep_listed(numbers: list[int], campaign: Campaign, wanted: Wanted, order: str) -> list[int]:
    is_ranked = order == RELEVANCE
    if is_ranked and wanted == Wanted():
        return numbers
    return queries.lists.list_among(numbers, campaign, wanted, order="" if is_ranked else order)
