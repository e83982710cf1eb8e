"""What is like the text being typed, among published ideas and data sets already open.

What the index answers is looked up in the database by the actor's right to see: an index that lags can forget an idea
for a moment, never show a hidden one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from ideas.domain.handling import Handling
from ideas.retrieval.catalogue_index import search_datasets
from ideas.retrieval.idea_indexes import search_ideas
from ideas.retrieval.index_files import Hit
from ideas.runs.inputs import idea_text
from ideas.store.database import db
from ideas.store.models import Dataset, Idea
from ideas.store.visibility import Actor, listed, visible_to


class FoundIdea(NamedTuple):
    """What is shown of an idea like another text."""

    id: int
    title: str
    vote_count: int
    handling: Handling
    language: str


class FoundDataset(NamedTuple):
    """What is shown of a data set like a text."""

    id: int
    title: str
    organisation: str
    url: str


R = TypeVar("R", FoundIdea, FoundDataset)


@dataclass(frozen=True)
class Similar(Generic[R]):
    """An idea or a data set like the text, how much (0 to 1), and the words they share as the text has them."""

    row: R
    likeness: float
    words: list[str]


# From here on a data set is shown as perhaps already open; chosen on half of the demonstration, see `make bench`.
ALREADY_OPEN = 0.25
IDEAS = sa.select(Idea.id, Idea.title, Idea.vote_count, Idea.handling, Idea.language)
DATASETS = sa.select(Dataset.id, Dataset.title, Dataset.organisation, Dataset.url)


def find_similar_ideas(
    text: str, *, campaign_id: int, actor: Actor, var: str, count: int = 5
) -> list[Similar[FoundIdea]]:
    """Return the published ideas most like `text`, most similar first."""
    (hits,) = search_ideas([text], campaign_id, var, 3 * count)
    return _look_up_ideas(hits, actor, campaign_id)[:count]


def find_near(text: str, campaign_id: int, var: str, count: int) -> list[Hit]:
    """Return (number, likeness, words) of the published ideas most like `text`: for the engine, whoever looks."""
    (hits,) = search_ideas([text], campaign_id, var, count)
    return list(hits)


def find_similar_to_each(
    ideas: Iterable[Idea], *, campaign_id: int, actor: Actor, var: str, least: float, count: int = 3
) -> dict[int, list[Similar[FoundIdea]]]:
    """Return, by number of idea, the published ideas at least `least` alike (0 to 1), all looked up at once."""
    texts = {idea.id: _text_of(idea) for idea in ideas}
    hits = zip(texts, search_ideas(texts.values(), campaign_id, var, 3 * count), strict=True)
    near = {number: [hit for hit in found if hit[0] != number and hit[1] >= least] for number, found in hits}
    flat = [hit for found in near.values() for hit in found]
    rows = {found.row.id: found.row for found in _look_up_ideas(flat, actor, campaign_id)}
    return {
        number: [Similar(rows[other], likeness, words) for other, likeness, words in found if other in rows][:count]
        for number, found in near.items()
    }


def find_similar_datasets(text: str, *, var: str, count: int = 5, least: float = 0) -> list[Similar[FoundDataset]]:
    """Return the data sets of the catalogue most like `text`, at least `least` (0 to 1), most similar first."""
    (hits,) = search_datasets([text], var, count)
    return _look_up_datasets([hit for hit in hits if hit[1] >= least])


def find_open_for_each(
    ideas: Iterable[Idea], *, var: str, least: float, count: int = 2
) -> dict[int, list[Similar[FoundDataset]]]:
    """Return, by number of idea, the data sets already open at least `least` alike (0 to 1), all looked up at once."""
    texts = {idea.id: _text_of(idea) for idea in ideas}
    found = search_datasets(texts.values(), var, count)
    near = {number: [hit for hit in hits if hit[1] >= least] for number, hits in zip(texts, found, strict=True)}
    flat = [hit for hits in near.values() for hit in hits]
    rows = {one.row.id: one.row for one in _look_up_datasets(flat)}
    return {
        number: [Similar(rows[key], likeness, words) for key, likeness, words in hits if key in rows]
        for number, hits in near.items()
    }


def _text_of(idea: Idea) -> str:
    return idea_text(idea.title, idea.data_wanted, idea.planned_use)


def _look_up_ideas(hits: Sequence[Hit], actor: Actor, campaign_id: int) -> list[Similar[FoundIdea]]:
    # The condition is a column, not a filter: without statistics, SQLite would filter by a wide index first.
    is_shown = sa.and_(visible_to(actor), listed(), Idea.campaign_id == campaign_id)
    query = IDEAS.add_columns(is_shown).where(Idea.id.in_([hit[0] for hit in hits]))
    rows = db.session.execute(query) if hits else ()
    return _join(hits, {row[0]: FoundIdea(*row[:-1]) for row in rows if row[-1]})


def _look_up_datasets(hits: Sequence[Hit]) -> list[Similar[FoundDataset]]:
    query = DATASETS.where(Dataset.id.in_([hit[0] for hit in hits]))
    rows = db.session.execute(query) if hits else ()
    return _join(hits, {row[0]: FoundDataset(*row) for row in rows})


def _join(hits: Sequence[Hit], rows: Mapping[int, R]) -> list[Similar[R]]:
    return [Similar(rows[number], likeness, words) for number, likeness, words in hits if number in rows]
