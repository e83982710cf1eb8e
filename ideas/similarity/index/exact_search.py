"""The texts of the base most like a query, exactly, without looking at most of them.

Each stem has its texts, the weightiest first. The tops of these lists give good texts, and their likeness says what a
better one must still find below, or in lists not opened at all: the longest, of the stems that say the least. Lists
are read only as far as that (the threshold algorithm: Fagin, Lotem & Naor 2001; MaxScore: Turtle & Flood 1995).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.list_depths import Query, choose_depths
from ideas.similarity.index.numpy_kernels import distinct, loops_for

_TOP = 256  # texts read first in each list
_MEASURED_FIRST = 128
_MOST_LISTS = 128  # beyond, a query is searched by its heaviest stems; it is measured by all
_LEFT = 0.55  # of the likeness needed, what may be left unread: more reads less and measures more
_SLACK = 1 - 1e-5  # for what single precision rounds


class Finder:
    """Searches one base. Not for two threads at once: it keeps what it writes on from one search to the next.

    `asked`: the weight of each stem in the search going on, 0 for the others; whoever asks fills it.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.asked = np.zeros(len(base.marks), dtype=np.float32)
        self._loops = loops_for(base)

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
        scores = self._loops.measure(self.asked, texts)
        order = np.lexsort((texts, -scores))[:count]
        return texts[order], scores[order]

    def _query(self, numbers: NDArray[np.int64], weights: NDArray[np.float64]) -> Query:
        heaviest = np.argsort(-weights, kind="stable")[:_MOST_LISTS]
        starts, ends = self.base.stem_starts[numbers[heaviest]], self.base.stem_starts[numbers[heaviest] + 1]
        listed = ends > starts  # not a stem that only longer texts than are kept whole have
        return Query(weights[heaviest][listed], starts[listed], (ends - starts)[listed])

    def _candidates(self, query: Query, k: int, count: int, hidden: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        depths = np.minimum(query.sizes, max(_TOP, count))
        texts, bounds = self._loops.met(query, depths, 0, hidden)
        if np.array_equal(depths, query.sizes):
            return texts
        tried = max(_MEASURED_FIRST, count)
        if len(texts) > tried:
            texts = texts[np.argpartition(-bounds, tried - 1)[:tried]]
        scores = self._loops.measure(self.asked, texts)
        needed = float(np.partition(scores, -k)[-k]) * _SLACK if len(texts) >= k else 0.0
        depths, below = choose_depths(query, self.base.lacks, _LEFT * needed)
        others, _ = self._loops.met(query, depths, needed - below, hidden)
        return distinct(np.concatenate((texts, others)))
