"""The texts of the base most like a query, exactly, without looking at most of them.

Each stem has its texts, the weightiest first. The tops of these lists give good texts, and their likeness says what a
better one must still find below, or in lists not opened at all: the longest, of the stems that say the least. Lists
are read only as far as that (the threshold algorithm: Fagin, Lotem & Naor 2001; MaxScore: Turtle & Flood 1995).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.base import Base

_TOP = 256  # texts read first in each list
_MEASURED_FIRST = 128
_MOST_LISTS = 128  # beyond, a query is searched by its heaviest stems; it is measured by all
_LEFT = 0.5  # of the likeness needed, what may be left unread: more reads less and measures more
_FULL = 255
_BRINGS = np.arange(_FULL, -1, -1) / _FULL  # what is brought at most, by what the weight lacks
_SLACK = 1 - 1e-6  # for what single precision rounds


class Query(NamedTuple):
    """Distinct stems of the base, their weights, where their lists start and how long they are."""

    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


class Finder:
    """Searches one base. Not for two threads at once: it keeps what it writes on from one search to the next."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._sums = np.zeros(len(base.ids), dtype=np.float32)
        self._asked = np.zeros(len(base.marks), dtype=np.float32)
        some = base.lacks[:: max(1, len(base.lacks) // 100_000)]
        self._share_within = np.cumsum(np.bincount(some, minlength=_FULL + 1)) / max(1, len(some))

    def best(
        self,
        numbers: NDArray[np.int64],
        weights: NDArray[np.float64],
        k: int,
        count: int,
        hidden: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Answer up to `count` texts, the most alike first, and their cosines; the first `k` are the best there are."""
        self._asked[numbers] = weights
        try:
            texts = self._candidates(self._query(numbers, weights), k, count, hidden)
            scores = self._measure(texts)
        finally:
            self._asked[numbers] = 0
        order = np.lexsort((texts, -scores))[:count]
        return texts[order], scores[order]

    def _query(self, numbers: NDArray[np.int64], weights: NDArray[np.float64]) -> Query:
        heaviest = np.argsort(-weights, kind="stable")[:_MOST_LISTS]
        starts = self.base.stem_starts[numbers[heaviest]]
        return Query(weights[heaviest], starts, self.base.stem_starts[numbers[heaviest] + 1] - starts)

    def _candidates(self, query: Query, k: int, count: int, hidden: NDArray[np.bool_] | None) -> NDArray[np.int32]:
        depths = np.minimum(query.sizes, max(_TOP, count))
        texts, bounds = self._met(query, depths, hidden)
        if np.array_equal(depths, query.sizes):
            return texts
        tried = max(_MEASURED_FIRST, count)
        if len(texts) > tried:
            texts = texts[np.argpartition(-bounds, tried - 1)[:tried]]
        needed = np.partition(self._measure(texts), -k)[-k] * _SLACK if len(texts) >= k else 0.0
        depths, below = self._depths(query, needed)
        return np.union1d(texts, self._bringing(query, depths, needed - below, hidden))

    def _met(
        self, query: Query, depths: NDArray[np.int64], hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """List the texts at the tops of the lists, each once, and what these bring them at most."""
        met, brought = [np.zeros(0, dtype=np.int32)], [np.zeros(0)]
        for texts, bringing in self._tops(query, depths):
            met.append(texts)
            brought.append(bringing)
        distinct, places = np.unique(np.concatenate(met), return_inverse=True)
        bounds = np.bincount(places, np.concatenate(brought), len(distinct))
        shown = np.ones(len(distinct), dtype=bool) if hidden is None else ~hidden[distinct]
        return distinct[shown], bounds[shown]

    def _bringing(
        self, query: Query, depths: NDArray[np.int64], least: float, hidden: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """List the texts to which the tops of the lists may bring `least` or more."""
        for texts, bringing in self._tops(query, depths):
            np.add.at(self._sums, texts, bringing)
        useful = self._sums >= max(least, np.finfo(np.float32).tiny)
        self._sums.fill(0)
        if hidden is not None:
            useful &= ~hidden
        return np.flatnonzero(useful)

    def _tops(self, query: Query, depths: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        for weight, start, depth in zip(query.weights.tolist(), query.starts.tolist(), depths.tolist(), strict=True):
            if depth:
                brings = (weight * _BRINGS).astype(np.float32)
                yield self.base.texts[start : start + depth], brings.take(self.base.lacks[start : start + depth])

    def _depths(self, query: Query, needed: float) -> tuple[NDArray[np.int64], float]:
        """Say how deep to read each list, and what a text may still find below, at most: less than it needs.

        The longest lists stay closed as long as all of them together could not bring enough (Cauchy-Schwarz); the
        others are read down to one weight. How many to close is a guess at the cost: no guess loses a text.
        """
        order = np.argsort(-query.sizes, kind="stable")
        closed_bring = np.sqrt(np.concatenate(([0], np.cumsum(np.square(query.weights[order])))))[:-1]
        left = _LEFT * needed - closed_bring
        opened = np.cumsum(query.weights[order][::-1])[::-1]
        levels = (left / opened).clip(min=0)
        sizes = np.cumsum(query.sizes[order][::-1])[::-1]
        costs = np.where(left >= 0, sizes * self._share_within[self._lacks_of(levels)], np.inf)
        costs[0] = min(costs[0], np.finfo(float).max)
        closed = int(np.argmin(costs))
        depths = np.zeros(len(order), dtype=np.int64)
        lack = self._lacks_of(levels[closed])
        for place in order[closed:]:
            start, size = query.starts[place], query.sizes[place]
            depths[place] = np.searchsorted(self.base.lacks[start : start + size], lack, side="right")
        return depths, float(closed_bring[closed] + levels[closed] * opened[closed])

    def _lacks_of(self, levels: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.asarray(_FULL - (levels * _FULL).astype(np.int64)).clip(min=0)

    def _measure(self, texts: NDArray[np.int32]) -> NDArray[np.float64]:
        starts = self.base.text_starts[texts]
        lengths = self.base.text_starts[texts + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        shares = self._asked[self.base.stems[places]] * self.base.weights[places]
        return np.bincount(np.repeat(np.arange(len(texts)), lengths), shares, len(texts)).astype(np.float64, copy=False)
