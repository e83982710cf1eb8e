"""Texts in, labels out: what makes two ideas alike, exactly, explained, the same on any number of machines.

This room knows nothing of ideas, rows or requests. A text is a `str`; `languages`, where taken, holds one ISO 639-1
code a text and means French throughout when None. The same input gives the same output, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def compose(title: str, body: str) -> str:
    """Put the title twice before the body: a title says in ten words what the body says in a hundred."""
    return f"{title}\n{title}\n{body}"


def neighbour_graph(
    texts: Sequence[str],
    *,
    k: int = 10,
    likeness: float = 0.3,
    languages: Sequence[str | None] | None = None,
    jobs: int | None = None,
) -> csr_array:
    """Link each text to the `k` texts most alike: symmetric, zero diagonal, cosine in [`likeness`, 1]."""
    # Imported here: a web process must be able to import this room without SciPy and numba.
    from ideas.similarity.neighbours import knn_graph
    from ideas.similarity.text import tfidf

    return knn_graph.build_knn_graph(tfidf.Corpus.fit(texts, languages).matrix, k, likeness, jobs)


def __getattr__(name: str) -> Any:
    """Open the other rooms on demand, by what is asked of them."""
    from importlib import import_module

    rooms = {
        "near_duplicates": "clustering.groups",
        "tree": "clustering.levels",
        "requests": "clustering.levels",
        "subjects": "clustering.levels",
        "keywords": "clustering.keywords",
        "explain": "clustering.keywords",
        "SimilarIndex": "index",
        "IdeaTfidf": "estimators",
        "IdeaTree": "estimators",
    }
    if name in rooms:
        return getattr(import_module(f"ideas.similarity.{rooms[name]}"), name)
    raise AttributeError(f"ideas.similarity has no {name}")
