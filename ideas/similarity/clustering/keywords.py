"""Keywords: what tells a cluster apart, and why two texts are similar.

A keyword is a stem that weighs more in a cluster than in the rest, shown as its members most often write it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from ideas.similarity.clustering.terms import write_terms
from ideas.similarity.text.tfidf import Corpus

MOST_READ = 200  # texts of a cluster that are read for its terms: more would not change them
MOST_COMPARED = 1_000  # members whose pairs are all compared


@dataclass(frozen=True)
class Member:
    """How similar a text is to the rest of its cluster (0 to 1), and to which member it is least similar."""

    likeness: float
    weakest: int
    weakest_likeness: float


@dataclass(frozen=True)
class ClusterSummary:
    """A cluster in figures and words; places are those of the texts in the corpus."""

    size: int
    cohesion: float
    keywords: list[str]
    closest: tuple[int, int, float, list[tuple[str, float]]]
    members: dict[int, Member]


def keywords(
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    count: int = 8,
    languages: Sequence[str | None] | None = None,
    authors: Sequence[Hashable] | None = None,
) -> dict[int, list[str]]:
    """List the words that tell each label apart, most telling first, as people write them. -1 is left out.

    `authors`, one a text, keeps to the words of two authors, so that nobody alone names a group.
    """
    return find_keywords(Corpus.fit(texts, languages), texts, labels, count=count, languages=languages, authors=authors)


def explain(text_a: str, text_b: str, language: str | None = None) -> list[tuple[str, float]]:
    """List the words that two texts share, as the first writes them, with their share of the likeness (sum 1)."""
    corpus = Corpus.fit([text_a, text_b], [language, language])
    return explain_pair(corpus, 0, 1)


def explain_pair(corpus: Corpus, first: int, second: int, *, count: int | None = None) -> list[tuple[str, float]]:
    """List the words that two texts of a corpus share, with their share of the likeness, largest first."""
    matrix = corpus.matrix
    # Straight from the arrays: SciPy takes ten times as long for two rows, and a run explains every near pair.
    one, other = (slice(*matrix.indptr[row : row + 2].tolist()) for row in (first, second))
    columns, *places = np.intersect1d(
        matrix.indices[one], matrix.indices[other], assume_unique=True, return_indices=True
    )
    products = matrix.data[one][places[0]].astype(np.float64) * matrix.data[other][places[1]]
    shares = products / products.sum() if len(products) else products
    order = np.lexsort((columns, -shares))[:count]
    return [(corpus.vocabulary.written[columns[at]], round(float(shares[at]), 6)) for at in order]


def find_keywords(
    corpus: Corpus,
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    count: int = 8,
    languages: Sequence[Any] | None = None,
    authors: Sequence[Hashable] | None = None,
) -> dict[int, list[str]]:
    """Do what `keywords` does on a corpus already fitted to the same `texts`."""
    whole = np.asarray(corpus.matrix.sum(axis=0)).ravel()
    found = {}
    for label, members in list_members(labels):
        rows = corpus.matrix[members]
        columns = rank_telling(rows, whole, corpus.matrix.shape[0])
        if authors is not None:
            columns = columns[np.isin(columns, shared_columns(rows, [authors[member] for member in members]))]
        read = [(texts[member], languages[member] if languages else None) for member in members[:MOST_READ].tolist()]
        stems = {corpus.vocabulary.stems[at]: corpus.vocabulary.written[at] for at in columns[: 3 * count]}
        found[label] = write_terms(stems, read)[:count]
    return found


def list_members(labels: ArrayLike) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """List each label but -1 with the places that bear it."""
    labels = np.asarray(labels)
    order = np.argsort(labels, kind="stable")
    order = order[np.searchsorted(labels[order], 0) :]
    names, starts = np.unique(labels[order], return_index=True)
    yield from zip(names.tolist(), np.split(order, starts[1:]) if len(names) else [], strict=True)


def rank_telling(rows: csr_array, whole: NDArray, count: int) -> NDArray[np.int64]:
    """List the stems of some rows by how much more they weigh in their mean than in that of the others of `count`."""
    columns, places = np.unique(rows.indices, return_inverse=True)
    inside, size = np.bincount(places, rows.data), rows.shape[0]
    scores = inside / size - (whole[columns] - inside) / max(1, count - size)
    return columns[np.lexsort((columns, -scores))]


def shared_columns(rows: csr_array, authors: Sequence[Hashable]) -> NDArray[np.int64]:
    """List the stems that two authors of these rows say."""
    numbers: dict[Hashable, int] = {}
    of_row = np.array([numbers.setdefault(author, len(numbers)) for author in authors], dtype=np.int64)
    said = np.unique(np.repeat(of_row, np.diff(rows.indptr)) * rows.shape[1] + rows.indices)
    columns, counts = np.unique(said % rows.shape[1], return_counts=True)
    return columns[counts > 1]


def summarize_clusters(
    corpus: Corpus, texts: Sequence[str], labels: ArrayLike, *, languages: Sequence[Any] | None = None
) -> dict[int, ClusterSummary]:
    """Describe every cluster: its words, its cohesion, its closest pair, and each member's place in it."""
    labels = np.asarray(labels)
    words = find_keywords(corpus, texts, labels, languages=languages)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], list(words))
    ends = np.searchsorted(labels[order], list(words), side="right")
    return {
        label: _summarize(corpus, order[start:end], words[label])
        for label, start, end in zip(words, starts.tolist(), ends.tolist(), strict=True)
    }


def _summarize(corpus: Corpus, members: NDArray[np.int64], words: list[str]) -> ClusterSummary:
    rows = corpus.matrix[members]
    likenesses = _likeness_to_others(rows)
    weakest, weakest_likenesses, (first, second, greatest) = _compare_members(rows)
    closest = int(members[first]), int(members[second])
    return ClusterSummary(
        size=len(members),
        cohesion=round(float(likenesses.mean()), 4),
        keywords=words,
        closest=(*closest, round(greatest, 4), explain_pair(corpus, *closest, count=8)),
        members={
            int(member): Member(round(float(likeness), 4), int(members[weak]), round(float(weak_likeness), 4))
            for member, likeness, weak, weak_likeness in zip(
                members, likenesses, weakest.tolist(), weakest_likenesses, strict=True
            )
        },
    )


def _compare_members(rows: csr_array) -> tuple[NDArray[np.int64], NDArray[np.float32], tuple[int, int, float]]:
    """Find the member least similar to each, with their likeness, and the two most similar of all.

    Of a cluster of more than `MOST_COMPARED`, each member is compared with the first that many: enough to see a weak
    link, at a cost that follows the size of the cluster and not its square.
    """
    compared = rows[:MOST_COMPARED].T.tocsr()
    weakest = np.zeros(rows.shape[0], dtype=np.int64)
    likenesses = np.zeros(rows.shape[0], dtype=np.float32)
    closest = (0, min(1, rows.shape[0] - 1), 0.0)
    for start in range(0, rows.shape[0], MOST_COMPARED):
        pairs = np.clip((rows[start : start + MOST_COMPARED] @ compared).toarray(), 0, 1)
        places = np.arange(start, start + len(pairs))
        own = np.flatnonzero(places < pairs.shape[1])
        pairs[own, places[own]] = 2.0
        weakest[places], likenesses[places] = pairs.argmin(axis=1), pairs.min(axis=1)
        pairs[own, places[own]] = -1.0
        first, second = np.unravel_index(pairs.argmax(), pairs.shape)
        if pairs[first, second] > closest[2]:
            one, other = sorted((int(start + first), int(second)))
            closest = (one, other, float(pairs[first, second]))
    return weakest, np.minimum(likenesses, 1), closest


def _likeness_to_others(rows: csr_array) -> NDArray[np.float64]:
    """Return the cosine of each row and the sum of the other rows."""
    whole = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()
    own = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()
    with_whole = rows @ whole
    length_of_others = np.sqrt(np.maximum(whole @ whole - 2 * with_whole + own, 1e-12))
    return np.clip((with_whole - own) / length_of_others, 0, 1)
