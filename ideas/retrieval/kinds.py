"""The live indexes that a campaign has: one of likeness, one of words, kept in step by the same acts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ideas.retrieval.search_documents import read_documents
from ideas.runs.inputs import idea_text
from ideas.store.database import db
from ideas.store.models import Idea
from ideas.store.visibility import listed


@dataclass(frozen=True)
class IndexKind:
    """How a live index is called on the disk, what it reads of published ideas, and the class of its engine.

    `read` yields for each idea what the engine's `add` takes; `width` is how many columns that makes.
    """

    prefix: str
    engine: str
    read: Callable[[int, Iterable[int] | None], Iterator[tuple[Any, ...]]]
    width: int

    def folder(self, var: str, campaign_id: int) -> Path:
        """Return where the index of a campaign is kept."""
        return Path(var) / "index" / f"{self.prefix}-{campaign_id}"

    def read_all(self, campaign_id: int) -> list[list[Any]]:
        """Return all that the engine is built from, a list a column."""
        columns = [list(column) for column in zip(*self.read(campaign_id, None), strict=True)]
        return columns or [[] for _ in range(self.width)]


def _read_texts(campaign_id: int, numbers: Iterable[int] | None) -> Iterator[tuple[int, str, str]]:
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
    query = sa.select(*columns).where(Idea.campaign_id == campaign_id, listed()).order_by(Idea.id)
    if numbers is not None:
        query = query.where(Idea.id.in_(list(numbers)))
    for number, title, data_wanted, planned_use, language in db.session.execute(query):
        yield number, idea_text(title, data_wanted, planned_use), language


LIKENESS = IndexKind("campaign", "SimilarIndex", _read_texts, width=3)
WORDS = IndexKind("search", "WordIndex", read_documents, width=2)
KINDS = (LIKENESS, WORDS)


def find_engine(folder: Path) -> str:
    """Return the name of the engine that opens an index, by that of its folder."""
    return next((kind.engine for kind in KINDS if folder.name.startswith(f"{kind.prefix}-")), LIKENESS.engine)
