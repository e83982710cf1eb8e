"""The loops of a search, compiled: for an index so large that NumPy's are felt.

The sums are 16-bit whole numbers, rounded up: two bytes a text stay in cache where four do not, and what is only a
bound may be rounded as long as it stays one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.compiling import compiled, largest
from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.list_depths import FULL, Query

_FEW = 0.05  # of the texts: when fewer entries were read, they are gone through again rather than every sum
_CHUNK = 128  # sums looked at together: their largest tells whether any matters
_WHOLE = 60_000  # a likeness of 1; the rest of the 16 bits is for what rounding up adds
_BRINGS = np.arange(FULL, -1, -1) / FULL  # what is brought at most, by what the weight lacks


class SwiftLoops:
    """What `PlainLoops` does, several times faster."""

    def __init__(self, base: Base) -> None:
        self._base = Base.from_arrays({name: _read_only(array) for name, array in base.to_arrays().items()})
        self._sums = np.zeros(len(base.ids), dtype=np.uint16)
        self._met = np.empty(len(base.ids) + 1, dtype=np.int32)
        self._reached = np.empty(len(base.ids) + 1, dtype=np.uint16)

    def met(
        self, query: Query, depths: NDArray[np.int64], least: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """List the texts to which the tops of the lists may bring `least` or more, and what they bring at most."""
        brings = np.ceil(query.weights[:, None] * _BRINGS * _WHOLE).astype(np.uint16)
        floor = np.uint16(max(1, int(least * _WHOLE)))
        _add_tops(self._base.texts, self._base.lacks, query.starts, depths, brings, self._sums)
        if depths.sum() < _FEW * len(self._sums):
            count = _take_listed(self._base.texts, query.starts, depths, self._sums, floor, self._met, self._reached)
        else:
            count = _take(self._sums, floor, self._met, self._reached)
        texts, sums = self._met[:count].astype(np.int64), self._reached[:count] / _WHOLE
        if hidden is not None:
            shown = ~hidden[texts]
            texts, sums = texts[shown], sums[shown]
        return texts, sums

    def measure(self, asked: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Answer the cosine of each text with what is asked."""
        base = self._base
        return _measure(base.text_starts, base.stems, base.weights, asked, texts)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Answer the array as a mapped file gives it: one compiled function serves both."""
    view = array.view()
    view.flags.writeable = False
    return view


@compiled
def _add_tops(texts: NDArray, lacks: NDArray, starts: NDArray, depths: NDArray, brings: NDArray, sums: NDArray) -> None:
    for place in range(len(starts)):
        start, end = starts[place], starts[place] + depths[place]
        _add(texts[start:end], lacks[start:end], brings[place], sums)


@compiled
def _add(texts: NDArray, lacks: NDArray, brought: NDArray, sums: NDArray) -> None:
    for entry in range(texts.shape[0]):
        sums[texts[entry]] += brought[lacks[entry]]


@compiled
def _take_listed(
    texts: NDArray,
    starts: NDArray,
    depths: NDArray,
    sums: NDArray,
    floor: np.uint16,
    met: NDArray,
    reached: NDArray,
) -> int:
    """Put the texts of these lists whose sums reach the floor, each once, and the sums; make these zero; count."""
    count = 0
    for place in range(len(starts)):
        for text in texts[starts[place] : starts[place] + depths[place]]:
            met[count], reached[count] = text, sums[text]
            count += sums[text] >= floor  # no branch: nobody can guess
            sums[text] = 0
    return count


@compiled
def _take(sums: NDArray, floor: np.uint16, met: NDArray, reached: NDArray) -> int:
    """Put the texts whose sums reach the floor, and the sums; make all sums zero; count."""
    count = 0
    for first in range(0, len(sums), _CHUNK):
        some = sums[first : first + _CHUNK]
        if largest(some) < floor:
            continue
        for place in range(some.shape[0]):
            met[count], reached[count] = first + place, some[place]
            count += some[place] >= floor
    sums[:] = 0
    return count


@compiled
def _measure(starts: NDArray, stems: NDArray, weights: NDArray, asked: NDArray, texts: NDArray) -> NDArray:
    scores = np.empty(len(texts), dtype=np.float64)
    for place in range(len(texts)):
        total = 0.0
        for entry in range(starts[texts[place]], starts[texts[place] + 1]):
            total += np.float64(asked[stems[entry]] * weights[entry])
        scores[place] = total
    return scores
