"""What a group is in figures and words: how alike its members are, its closest pair, each member's weakest link."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from ideas.similarity.clustering.keywords import explain_pairs, find_keywords
from ideas.similarity.clustering.members import Rows, list_members, take_rows
from ideas.similarity.text.tfidf import Corpus

MOST_COMPARED = 1_000  # members whose pairs are all compared
_FEW_ENTRIES = 2**20  # of a dense matrix: NumPy has multiplied it before SciPy has made a sparse one


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


class ComparedMembers(NamedTuple):
    """How alike the members of a group are: each to all others, each to the least similar, the two most similar."""

    to_others: NDArray[np.float64]
    weakest: NDArray[np.int64]
    weakest_likenesses: NDArray[np.float32]
    closest: tuple[int, int]
    greatest: float


def summarize_clusters(
    corpus: Corpus,
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    languages: Sequence[Any] | None = None,
    authors: Sequence[Hashable] | None = None,
) -> dict[int, ClusterSummary]:
    """Describe every cluster: its words, its cohesion, its closest pair, and each member's place in it."""
    words = find_keywords(corpus, texts, labels, languages=languages, authors=authors)
    groups = list(list_members(labels))
    compared = [_compare_members(take_rows(corpus.matrix, members)) for _label, members in groups]
    pairs = [members[list(one.closest)] for (_label, members), one in zip(groups, compared, strict=True)]
    shared = explain_pairs(corpus, [first for first, _ in pairs], [second for _, second in pairs], count=8)
    return {
        label: _summarize(members, words[label], one, why)
        for (label, members), one, why in zip(groups, compared, shared, strict=True)
    }


def _summarize(
    members: NDArray[np.int64], words: list[str], compared: ComparedMembers, shared: list[tuple[str, float]]
) -> ClusterSummary:
    first, second = members[list(compared.closest)].tolist()
    weakest = members[compared.weakest]
    figures = (compared.to_others, compared.weakest_likenesses)
    likenesses, weakest_likenesses = (figure.astype(np.float64).round(4).tolist() for figure in figures)
    places = zip(members.tolist(), likenesses, weakest.tolist(), weakest_likenesses, strict=True)
    return ClusterSummary(
        size=len(members),
        cohesion=round(float(compared.to_others.mean()), 4),
        keywords=words,
        closest=(first, second, round(compared.greatest, 4), shared),
        members={member: Member(likeness, weak, weak_likeness) for member, likeness, weak, weak_likeness in places},
    )


def _compare_members(rows: Rows) -> ComparedMembers:
    """Compare the members of a group with one another.

    Of a cluster of more than `MOST_COMPARED`, each member is compared with the first that many: enough to see a weak
    link, at a cost that follows the size of the cluster and not its square.
    """
    size = len(rows.lengths)
    weakest = np.zeros(size, dtype=np.int64)
    likenesses = np.zeros(size, dtype=np.float32)
    closest, greatest = (0, min(1, size - 1)), 0.0
    for start, pairs in _multiply(rows):
        places = np.arange(start, start + len(pairs))
        own = np.flatnonzero(places < pairs.shape[1])
        pairs[own, places[own]] = 2.0
        weakest[places], likenesses[places] = pairs.argmin(axis=1), pairs.min(axis=1)
        pairs[own, places[own]] = -1.0
        first, second = np.unravel_index(pairs.argmax(), pairs.shape)
        if pairs[first, second] > greatest:
            closest = int(min(start + first, second)), int(max(start + first, second))
            greatest = float(pairs[first, second])
    return ComparedMembers(_likeness_to_others(rows), weakest, np.minimum(likenesses, 1), closest, greatest)


def _multiply(rows: Rows) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Multiply slices of the rows, with the place where each starts, by the first `MOST_COMPARED`."""
    columns, places = np.unique(rows.indices, return_inverse=True)
    shape = len(rows.lengths), len(columns)
    if shape[0] <= MOST_COMPARED and shape[0] * shape[1] <= _FEW_ENTRIES:
        dense = np.zeros(shape, dtype=np.float32)
        dense[rows.owners, places] = rows.data
        yield 0, np.clip(dense @ dense.T, 0, 1)
        return
    sparse = csr_array((rows.data, places, np.concatenate(([0], np.cumsum(rows.lengths)))), shape=shape)
    compared = sparse[:MOST_COMPARED].T.tocsr()
    for start in range(0, shape[0], MOST_COMPARED):
        yield start, np.clip((sparse[start : start + MOST_COMPARED] @ compared).toarray(), 0, 1)


def _likeness_to_others(rows: Rows) -> NDArray[np.float64]:
    """Return the cosine of each row and the sum of the other rows."""
    size, owners = len(rows.lengths), rows.owners
    _columns, places = np.unique(rows.indices, return_inverse=True)
    whole = np.bincount(places, rows.data)
    own = np.bincount(owners, np.square(rows.data, dtype=np.float64), size)
    with_whole = np.bincount(owners, rows.data * whole[places], size)
    length_of_others = np.sqrt(np.maximum(np.sum(whole * whole) - 2 * with_whole + own, 1e-12))
    return np.clip((with_whole - own) / length_of_others, 0, 1)
