"""The two levels that people work with, as two cuts of one tree: requests and subjects.

A request is what one answer can serve; a subject, what one person would handle on one page. Where to cut was chosen on
labelled texts (`docs/similarity-groups.md`), and is learnt again for a campaign from what its reviewers decided.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.clustering.decisions import Decisions, Pair
from ideas.similarity.clustering.labels import single_out
from ideas.similarity.clustering.tree import Tree, grow, hash_contents
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.text.tfidf import Corpus

REQUESTS, SUBJECTS = 0.26, 0.21  # mean likenesses

NEIGHBOURS, FAINTEST = 30, 0.1
LARGE = 100_000  # texts: beyond, fainter links would take hours to find, and nearer ones are many
NEIGHBOURS_OF_LARGE, FAINTEST_OF_LARGE = 10, 0.3

_CUTS = np.arange(10, 51) / 100
_FEWEST_SETS = 10  # reviewed: fewer say more of themselves than of the campaign
_WINDOW = 5  # cuts on which agreement is averaged: the best of a plateau, not a spike


def tree(
    texts: Sequence[str],
    *,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
    languages: Sequence[str | None] | None = None,
    jobs: int | None = None,
) -> Tree:
    """Grow the tree of `texts`. `together` and `apart`: pairs of places that bind it, or raise `Contradiction`."""
    decisions = Decisions(tuple(together), tuple(apart))
    return grow_tree(Corpus.fit(texts, languages), texts, decisions, jobs=jobs)


def requests(texts: Sequence[str], *, likeness: float = REQUESTS, **options: Any) -> NDArray[np.int64]:
    """Label each text with the number of its request, -1 when nobody else makes it; `options` are those of `tree`.

    >>> requests(["horaires des bus de Brest", "piscines de Lyon", "les horaires de bus, Brest"]).tolist()
    [0, -1, 0]
    """
    return tree(texts, **options).cut(likeness)


def subjects(
    texts: Sequence[str],
    *,
    likeness: float = SUBJECTS,
    resolution: float | None = None,
    seed: int | None = None,
    **options: Any,
) -> NDArray[np.int64]:
    """Label each text with the number of its subject, -1 when it is alone; `options` are those of `tree`."""
    if resolution is not None or seed is not None:
        message = "`resolution` and `seed` do nothing: subjects are a cut of a tree, made at `likeness`"
        warnings.warn(message, stacklevel=2)
    return tree(texts, **options).cut(likeness)


def grow_tree(corpus: Corpus, texts: Sequence[str], decisions: Decisions, **workers: Any) -> Tree:
    """Grow the tree of a corpus fitted to `texts`; `workers`: who works, in the keywords of `build_knn_graph`."""
    return grow_tree_of_rows(corpus.matrix, hash_texts(texts), decisions, **workers)


def grow_tree_of_rows(matrix: csr_array, hashes: NDArray[np.uint64], decisions: Decisions, **workers: Any) -> Tree:
    """Do what `grow_tree` does on unit rows and the hashes of their texts."""
    reach = (NEIGHBOURS, FAINTEST) if matrix.shape[0] <= LARGE else (NEIGHBOURS_OF_LARGE, FAINTEST_OF_LARGE)
    return grow(matrix, hashes, partial(build_knn_graph, k=reach[0], likeness=reach[1], **workers), decisions)


def hash_texts(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Hash texts: an order and a draw that only they decide."""
    return hash_contents(text.encode("utf-8", "surrogatepass") for text in texts)


class LearntCut(NamedTuple):
    """Where to cut; the agreement (B-cubed F1) of cuts learnt so with reviewed sets that were held back to judge."""

    likeness: float
    agreement: float
    agreement_of_default: float
    set_count: int


def learn_cut(free: Tree, reviewed: Iterable[Sequence[int]], default: float) -> LearntCut:
    """Choose the cut of a tree that agrees best with `reviewed` sets of texts: whole, so that no other text is theirs.

    The tree must be `free` of the decisions that made these sets, or every cut would agree. A half of the sets chooses
    for the other, which judges, and the reverse; the default stays unless what was chosen does better.
    """
    sets = sorted(sorted(members) for members in reviewed if len(members))
    figures = _measure_cuts(free, sets)
    halves = figures[:, ::2], figures[:, 1::2]
    usual = _agreement(figures)[_nearest(default)] if sets else 1.0
    if len(sets) < _FEWEST_SETS:
        return LearntCut(default, usual, usual, len(sets))
    judged = [_agreement(other)[_best(half, default)] for half, other in (halves, halves[::-1])]
    if np.mean(judged) <= usual:
        return LearntCut(default, usual, usual, len(sets))
    return LearntCut(float(_CUTS[_best(figures, default)]), float(np.mean(judged)), usual, len(sets))


def _measure_cuts(free: Tree, sets: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Sum B-cubed precision and recall over the texts of each set, for each cut: cuts × sets × (both, and texts)."""
    figures = np.zeros((len(_CUTS), len(sets), 3))
    for place, cut in enumerate(_CUTS):
        labels = single_out(free.cut(float(cut)))
        sizes = np.bincount(labels)
        for at, members in enumerate(sets):
            found, shared = np.unique(labels[members], return_counts=True)
            figures[place, at] = np.sum(shared**2 / sizes[found]), np.sum(shared**2) / len(members), len(members)
    return figures


def _agreement(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    precision, recall, count = figures.sum(axis=1).T
    return 2 * precision * recall / (precision + recall) / count


def _best(figures: NDArray[np.float64], default: float) -> int:
    """Find the place of the best cut; of equals, the nearest to the default."""
    padded = np.pad(_agreement(figures), _WINDOW // 2, mode="edge")
    smoothed = np.convolve(padded, np.full(_WINDOW, 1 / _WINDOW), mode="valid")
    return int(np.lexsort((np.abs(_CUTS - default), -smoothed.round(6)))[0])


def _nearest(likeness: float) -> int:
    return int(np.argmin(np.abs(_CUTS - likeness)))
