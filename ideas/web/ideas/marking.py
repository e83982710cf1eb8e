"""The words found, marked in the cards of a search."""

from collections.abc import Collection, Sequence
from functools import partial

from markupsafe import Markup, escape

from ideas.domain.texts import excerpt
from ideas.retrieval.search import split_found
from ideas.store.models import Campaign
from ideas.store.queries.ideas import ListedIdea
from ideas.web.ideas.cards import SHORT, IdeaCard, draw_cards

_BEFORE = 40  # characters kept before the first word found, when the excerpt does not begin with the text


def draw_found(
    rows: Sequence[ListedIdea], campaign: Campaign, terms: frozenset[str], *, level: int = 2
) -> list[Markup]:
    """Return the cards of a list, in which `terms` were found; drawn once, as others are, when there are none."""
    if not terms:
        return draw_cards(list(rows), campaign, level=level)
    return draw_cards(list(rows), campaign, level=level, change=partial(_mark_card, terms=terms), by=terms)


def _mark_card(card: IdeaCard, row: ListedIdea, terms: Collection[str]) -> IdeaCard:
    """Return a card with the words found marked in its title, and in the part of its text that says them."""
    said = _cut_near(row.beginning, terms, row.language)
    return {
        **card,
        "title": mark(row.title, terms, row.language),
        "excerpt": mark(said, terms, row.language),
    }


def mark(text: str, terms: Collection[str], language: str) -> Markup:
    """Return a text as HTML, each of the words found between `<mark>` and `</mark>`."""
    pieces = split_found(text, terms, language)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if found else escape(piece) for piece, found in pieces
    )


def _cut_near(text: str, terms: Collection[str], language: str) -> str:
    """Return the beginning of a text, or what surrounds the first word found when it comes later."""
    first = next(iter(split_found(text, terms, language)))[0]
    if len(first) == len(text) or len(first) < SHORT - _BEFORE:
        return excerpt(text, SHORT)
    start = text.find(" ", len(first) - _BEFORE) + 1
    return f"… {excerpt(text[start:], SHORT - 2)}"
