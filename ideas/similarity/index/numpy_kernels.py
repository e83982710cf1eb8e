"""The two loops of a search, over the lists of the stems and over the texts that these name.

NumPy runs them well enough on a hundred thousand texts. On more they are compiled, in a process that then pays for
numba once: half a second and sixty megabytes, beside an index of hundreds.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.list_depths import FULL, Query

MANY = 200_000  # texts
_BRINGS = np.arange(FULL, -1, -1) / FULL  # what is brought at most, by what the weight lacks
_ANYTHING = 1e-30
_SORTED = 0.05  # of the texts: fewer entries are sorted rather than every sum looked at


class Loops(Protocol):
    """What a search does most."""

    def met(
        self, query: Query, depths: NDArray[np.int64], least: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
        """List the texts to which the tops of the lists may bring `least` or more, and what they bring at most."""

    def measure(self, asked: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Answer the cosine of each text with what is asked."""


def loops_for(base: Base) -> Loops:
    """Answer compiled loops for a large base, if they can be had."""
    if len(base.ids) < MANY:
        return PlainLoops(base)
    try:
        from ideas.similarity.index.numba_kernels import SwiftLoops
    except ImportError:
        return PlainLoops(base)
    return SwiftLoops(base)


class PlainLoops:
    """The loops by NumPy."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._sums = np.zeros(len(base.ids), dtype=np.float32)

    def met(
        self, query: Query, depths: NDArray[np.int64], least: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """List the texts to which the tops of the lists may bring `least` or more, and what they bring at most."""
        sums, tops = (
            self._sums,
            [(start, start + size) for start, size in zip(query.starts, depths, strict=True) if size],
        )
        self._add_tops(query, depths)
        if depths.sum() < _SORTED * len(sums):
            met = distinct(
                np.concatenate([np.zeros(0, dtype=np.int32), *(self._base.texts[slice(*top)] for top in tops)])
            )
            texts = met[sums[met] >= max(least, _ANYTHING)].astype(np.int64)
            bounds = sums[texts]
            sums[met] = 0
        else:
            texts = np.flatnonzero(sums >= max(least, _ANYTHING))
            bounds = sums[texts]
            sums.fill(0)
        if hidden is not None:
            texts, bounds = texts[~hidden[texts]], bounds[~hidden[texts]]
        return texts, bounds

    def _add_tops(self, query: Query, depths: NDArray[np.int64]) -> None:
        """Add to the sum of each text what the tops of the lists bring it at most."""
        tops = zip(query.weights.tolist(), query.starts.tolist(), depths.tolist(), strict=True)
        for weight, start, depth in tops:
            if depth:
                brings = (weight * _BRINGS).astype(np.float32)
                lacks = self._base.lacks[start : start + depth]
                np.add.at(self._sums, self._base.texts[start : start + depth], brings.take(lacks))

    def measure(self, asked: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Answer the cosine of each text with what is asked."""
        base = self._base
        starts = base.text_starts[texts]
        lengths = base.text_starts[texts + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        shares = asked.take(base.stems.take(places)) * base.weights.take(places)
        return np.bincount(np.repeat(np.arange(len(texts)), lengths), shares, len(texts)).astype(np.float64, copy=False)


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Sort numbers from 0 on, in place, and answer each once: for a few thousand, faster than `np.unique`."""
    numbers.sort()
    return numbers[np.diff(numbers, prepend=-1) > 0]
