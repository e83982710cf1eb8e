"""The words found, marked in the cards of a search."""

from collections.abc import Collection, Sequence

from markupsafe import Markup, escape

from ideas.domain.texts import excerpt
from ideas.retrieval.search import split_found
from ideas.store.models import Campaign
from ideas.store.queries.lists import ListedIdea
from ideas.web.ideas.cards import SHORT, IdeaCard, draw_cards

_TITLE, _EXCERPT = "\x02title\x03", "\x02excerpt\x03"
_BEFORE = 40  # characters kept before the first word found, when the excerpt does not begin with the text


def draw_found(
    rows: Sequence[ListedIdea], campaign: Campaign, terms: frozenset[str], *, level: int = 2
) -> list[Markup]:
    """Return the cards of a list, in which `terms` were found.

    What surrounds the words of a card is drawn once, as in any list: a search is seldom asked twice.
    """
    if not terms:
        return draw_cards(list(rows), campaign, level=level)
    cards = draw_cards(list(rows), campaign, level=level, change=_open_slots, by=_TITLE)
    return [_fill(card, row, terms) for card, row in zip(cards, rows, strict=True)]


def _open_slots(card: IdeaCard, _row: ListedIdea) -> IdeaCard:
    return {**card, "title": _TITLE, "excerpt": _EXCERPT if card["excerpt"] else ""}


def _fill(card: Markup, row: ListedIdea, terms: Collection[str]) -> Markup:
    said = _cut_near(row.beginning, terms, row.language)
    # The excerpt first: the title cannot hold its slot, a control character that no text may contain.
    card = card.replace(_EXCERPT, mark(said, terms, row.language))
    return card.replace(_TITLE, mark(row.title, terms, row.language))


def mark(text: str, terms: Collection[str], language: str) -> Markup:
    """Return a text as HTML, each of the words found between `<mark>` and `</mark>`."""
    pieces = ((escape(piece), found) for piece, found in split_found(text, terms, language))
    return Markup("".join(f"<mark>{piece}</mark>" if found else piece for piece, found in pieces))  # noqa: S704 - escaped


def _cut_near(text: str, terms: Collection[str], language: str) -> str:
    """Return the beginning of a text, or what surrounds the first word found when it comes later."""
    first = next(iter(split_found(text, terms, language)))[0]
    if len(first) == len(text) or len(first) < SHORT - _BEFORE:
        return excerpt(text, SHORT)
    start = text.find(" ", len(first) - _BEFORE) + 1
    return f"… {excerpt(text[start:], SHORT - 2)}"
