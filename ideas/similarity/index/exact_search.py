"""The texts of the base segment most similar to a query, exactly, without looking at most of them.

Each stem has a posting list, heaviest texts first. The tops of these lists give good texts, and their likeness says
what a better one must still have further down, or in lists not opened at all: the longest, of the stems that say the
least. Lists are read only that deep (the threshold algorithm: Fagin, Lotem & Naor 2001; MaxScore: Turtle & Flood 1995).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.index.list_depths import PostingLists, choose_depths
from ideas.similarity.index.numpy_kernels import NumpyKernels, sort_distinct

NUMBA_FROM = 200_000  # texts: above, numba is worth its half second and sixty megabytes in each process
_TOP = 256  # entries read first in each list
_MEASURED_FIRST = 128  # texts
_MAX_LISTS = 128  # beyond, a query is searched by its heaviest stems; it is measured by all
_UNREAD_SHARE = 0.55  # of the likeness needed, what may be left unread: more reads less and measures more
_SLACK = 1 - 1e-5  # for what single precision rounds


class Kernels(Protocol):
    """The two loops where a search spends its time."""

    def collect(
        self, lists: PostingLists, depths: NDArray[np.int64], min_score: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
        """Return the texts in the tops of the lists that may score `min_score` or more there, and their bounds."""

    def measure(self, query_weights: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of each text and the query (a weight per stem)."""


def choose_kernels(base: BaseSegment) -> Kernels:
    """Return compiled kernels for a large segment if numba is there, else those of NumPy."""
    if len(base.ids) < NUMBA_FROM:
        return NumpyKernels(base)
    try:
        from ideas.similarity.index.numba_kernels import NumbaKernels
    except ImportError:
        return NumpyKernels(base)
    return NumbaKernels(base)


class ExactSearch:
    """Searches one segment. Not for two threads at once: its work arrays are kept from one search to the next.

    `query_weights` (stems, float32): the weight of each stem in the present query, 0 for the others; the caller sets
    and resets it.
    """

    def __init__(self, base: BaseSegment) -> None:
        self.base = base
        self.query_weights = np.zeros(len(base.hashes), dtype=np.float32)
        self._kernels = choose_kernels(base)

    def search(
        self,
        numbers: NDArray[np.int64],
        weights: NDArray[np.float64],
        k: int,
        count: int,
        hidden: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return up to `count` texts, most similar first, and their cosines; the first `k` are the best there are."""
        texts = self._find_candidates(self._select_lists(numbers, weights), k, count, hidden)
        scores = self._kernels.measure(self.query_weights, texts)
        order = np.lexsort((texts, -scores))[:count]
        return texts[order], scores[order]

    def _select_lists(self, numbers: NDArray[np.int64], weights: NDArray[np.float64]) -> PostingLists:
        heaviest = np.argsort(-weights, kind="stable")[:_MAX_LISTS]
        starts, ends = self.base.stem_starts[numbers[heaviest]], self.base.stem_starts[numbers[heaviest] + 1]
        filled = ends > starts  # a stem may be only in texts too long to be kept whole
        return PostingLists(weights[heaviest][filled], starts[filled], (ends - starts)[filled])

    def _find_candidates(
        self, lists: PostingLists, k: int, count: int, hidden: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        depths = np.minimum(lists.sizes, max(_TOP, count))
        texts, bounds = self._kernels.collect(lists, depths, 0, hidden)
        if np.array_equal(depths, lists.sizes):
            return texts
        measured = max(_MEASURED_FIRST, count)
        if len(texts) > measured:
            texts = texts[np.argpartition(-bounds, measured - 1)[:measured]]
        scores = self._kernels.measure(self.query_weights, texts)
        needed = float(np.partition(scores, -k)[-k]) * _SLACK if len(texts) >= k else 0.0
        depths, unread = choose_depths(lists, self.base.weight_deficits, _UNREAD_SHARE * needed)
        others, _ = self._kernels.collect(lists, depths, needed - unread, hidden)
        return sort_distinct(np.concatenate((texts, others)))
