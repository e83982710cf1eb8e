"""The texts of the base most like a query, exactly, without looking at most of them.

Each stem has its texts, the weightiest first. The tops of these lists give good texts, and their likeness says what a
better one must still find below, or in lists not opened at all: the longest, of the stems that say the least. Lists
are read only as far as that (the threshold algorithm: Fagin, Lotem & Naor 2001; MaxScore: Turtle & Flood 1995).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.base import Base
from ideas.similarity.depths import FULL, Query, choose_depths

_TOP = 256  # texts read first in each list
_MEASURED_FIRST = 128
_MOST_LISTS = 128  # beyond, a query is searched by its heaviest stems; it is measured by all
_LEFT = 0.55  # of the likeness needed, what may be left unread: more reads less and measures more
_BRINGS = np.arange(FULL, -1, -1) / FULL  # what is brought at most, by what the weight lacks
_SLACK = 1 - 1e-5  # for what single precision rounds
_ANYTHING = 1e-30


class Finder:
    """Searches one base. Not for two threads at once: it keeps what it writes on from one search to the next.

    `asked`: the weight of each stem in the search going on, 0 for the others; whoever asks fills it.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.asked = np.zeros(len(base.marks), dtype=np.float32)
        self._sums = np.zeros(len(base.ids), dtype=np.float32)

    def best(
        self,
        numbers: NDArray[np.int64],
        weights: NDArray[np.float64],
        k: int,
        count: int,
        hidden: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Answer up to `count` texts, the most alike first, and their cosines; the first `k` are the best there are."""
        texts = self._candidates(self._query(numbers, weights), k, count, hidden)
        scores = self._measure(texts)
        order = np.lexsort((texts, -scores))[:count]
        return texts[order], scores[order]

    def _query(self, numbers: NDArray[np.int64], weights: NDArray[np.float64]) -> Query:
        heaviest = np.argsort(-weights, kind="stable")[:_MOST_LISTS]
        starts, ends = self.base.stem_starts[numbers[heaviest]], self.base.stem_starts[numbers[heaviest] + 1]
        listed = ends > starts  # not a stem that only longer texts than are kept whole have
        return Query(weights[heaviest][listed], starts[listed], (ends - starts)[listed])

    def _candidates(self, query: Query, k: int, count: int, hidden: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        depths = np.minimum(query.sizes, max(_TOP, count))
        texts, bounds = self._met_first(query, depths, hidden)
        if np.array_equal(depths, query.sizes):
            return texts
        tried = max(_MEASURED_FIRST, count)
        if len(texts) > tried:
            texts = texts[np.argpartition(-bounds, tried - 1)[:tried]]
        needed = float(np.sort(self._measure(texts))[-k]) * _SLACK if len(texts) >= k else 0.0
        depths, below = choose_depths(query, self.base.lacks, _LEFT * needed)
        return np.union1d(texts, self._bringing(query, depths, needed - below, hidden))

    def _met_first(
        self, query: Query, depths: NDArray[np.int64], hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """List the texts at the tops of the lists, each once, and what these bring them at most."""
        self._add_tops(query, depths)
        tops = zip(query.starts.tolist(), depths.tolist(), strict=True)
        met = np.concatenate(
            [np.zeros(0, dtype=np.int32), *(self.base.texts[start : start + size] for start, size in tops)]
        )
        met.sort()
        texts = met[np.diff(met, prepend=-1) > 0].astype(np.int64)
        bounds = self._sums[texts]
        self._sums[texts] = 0
        if hidden is not None:
            texts, bounds = texts[~hidden[texts]], bounds[~hidden[texts]]
        return texts, bounds

    def _bringing(
        self, query: Query, depths: NDArray[np.int64], least: float, hidden: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """List the texts to which the tops of the lists may bring `least` or more."""
        self._add_tops(query, depths)
        useful = self._sums >= max(least, _ANYTHING)
        self._sums.fill(0)
        if hidden is not None:
            useful &= ~hidden
        return np.flatnonzero(useful)

    def _add_tops(self, query: Query, depths: NDArray[np.int64]) -> None:
        """Add to the sum of each text what the tops of the lists bring it at most."""
        tops = zip(query.weights.tolist(), query.starts.tolist(), depths.tolist(), strict=True)
        for weight, start, depth in tops:
            if depth:
                brings = (weight * _BRINGS).astype(np.float32)
                lacks = self.base.lacks[start : start + depth]
                np.add.at(self._sums, self.base.texts[start : start + depth], brings.take(lacks))

    def _measure(self, texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Answer the cosine of each text with what is asked."""
        starts = self.base.text_starts[texts]
        lengths = self.base.text_starts[texts + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        shares = self.asked.take(self.base.stems.take(places)) * self.base.weights.take(places)
        return np.bincount(np.repeat(np.arange(len(texts)), lengths), shares, len(texts)).astype(np.float64, copy=False)
