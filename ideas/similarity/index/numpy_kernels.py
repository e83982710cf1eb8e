"""The two loops of a search by NumPy: fast enough up to two hundred thousand texts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import MAX_DEFICIT, BaseSegment
from ideas.similarity.index.list_depths import PostingLists

_MAX_WEIGHTS = np.arange(MAX_DEFICIT, -1, -1) / MAX_DEFICIT  # the largest weight of each deficit
_POSITIVE = 1e-30
_FEW_ENTRIES = 0.05  # of the texts: when fewer entries were read, they are sorted instead of scanning every sum


class NumpyKernels:
    """`Kernels` by NumPy; keeps one float32 sum per text."""

    def __init__(self, base: BaseSegment) -> None:
        self._base = base
        self._sums = np.zeros(len(base.ids), dtype=np.float32)

    def collect(
        self, lists: PostingLists, depths: NDArray[np.int64], min_score: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the texts in the tops of the lists that may score `min_score` or more there, and their bounds."""
        sums, needed = self._sums, max(min_score, _POSITIVE)
        tops = [slice(start, start + depth) for start, depth in zip(lists.starts, depths, strict=True) if depth]
        self._add_tops(lists, depths)
        if depths.sum() < _FEW_ENTRIES * len(sums):
            empty = np.zeros(0, dtype=np.int32)
            read = sort_distinct(np.concatenate([empty, *(self._base.texts[top] for top in tops)]))
            texts = read[sums[read] >= needed].astype(np.int64)
            bounds = sums[texts]
            sums[read] = 0
        else:
            texts = np.flatnonzero(sums >= needed)
            bounds = sums[texts]
            sums.fill(0)
        if hidden is not None:
            texts, bounds = texts[~hidden[texts]], bounds[~hidden[texts]]
        return texts, bounds

    def _add_tops(self, lists: PostingLists, depths: NDArray[np.int64]) -> None:
        """Add to the sum of each text the most that the tops of the lists contribute to its score."""
        tops = zip(lists.weights.tolist(), lists.starts.tolist(), depths.tolist(), strict=True)
        for weight, start, depth in tops:
            if depth:
                contributions = (weight * _MAX_WEIGHTS).astype(np.float32)
                deficits = self._base.weight_deficits[start : start + depth]
                np.add.at(self._sums, self._base.texts[start : start + depth], contributions.take(deficits))

    def measure(self, query_weights: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of each text and the query (a weight per stem)."""
        base = self._base
        starts = base.text_starts[texts]
        sizes = base.text_starts[texts + 1] - starts
        ends = np.cumsum(sizes)
        places = np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
        shares = query_weights.take(base.stems.take(places)) * base.weights.take(places)
        return np.bincount(np.repeat(np.arange(len(texts)), sizes), shares, len(texts)).astype(np.float64, copy=False)


def sort_distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Sort non-negative numbers in place and return each once: for a few thousand, faster than `np.unique`."""
    numbers.sort()
    return numbers[np.diff(numbers, prepend=-1) > 0]
