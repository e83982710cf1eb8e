"""The two loops of a search, compiled: faster than NumPy above 200,000 texts.

Sums are uint16 in units of 1/60,000 of a likeness, rounded up: two bytes per text stay in cache where four do not, and
an upper bound may be rounded as long as it stays one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.compiling import compiled, largest
from ideas.similarity.index.base_segment import MAX_DEFICIT, BaseSegment
from ideas.similarity.index.list_depths import PostingLists

_FEW_ENTRIES = 0.05  # of the texts: when fewer entries were read, they are scanned again instead of every sum
_CHUNK = 128  # sums looked at together: their largest tells whether any matters
_UNITS = 60_000  # in a likeness of 1; the rest of the 16 bits is for what rounding up adds
_MAX_WEIGHTS = np.arange(MAX_DEFICIT, -1, -1) / MAX_DEFICIT  # the largest weight of each deficit


class NumbaKernels:
    """`Kernels` by numba, for a segment of N texts; keeps 8 bytes per text."""

    def __init__(self, base: BaseSegment) -> None:
        self._base = BaseSegment.from_arrays({name: _read_only(array) for name, array in base.to_arrays().items()})
        self._sums = np.zeros(len(base.ids), dtype=np.uint16)
        self._found = np.empty(len(base.ids) + 1, dtype=np.int32)
        self._bounds = np.empty(len(base.ids) + 1, dtype=np.uint16)

    def collect(
        self, lists: PostingLists, depths: NDArray[np.int64], min_score: float, hidden: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the texts in the tops of the lists that may score `min_score` or more there, and their bounds."""
        contributions = np.ceil(lists.weights[:, None] * _MAX_WEIGHTS * _UNITS).astype(np.uint16)
        needed = np.uint16(max(1, int(min_score * _UNITS)))
        texts, sums, found, bounds = self._base.texts, self._sums, self._found, self._bounds
        _add_tops(texts, self._base.weight_deficits, lists.starts, depths, contributions, sums)
        if depths.sum() < _FEW_ENTRIES * len(sums):
            count = _take_listed(texts, lists.starts, depths, sums, needed, found, bounds)
        else:
            count = _take_all(sums, needed, found, bounds)
        candidates, scores = found[:count].astype(np.int64), bounds[:count] / _UNITS
        if hidden is not None:
            shown = ~hidden[candidates]
            candidates, scores = candidates[shown], scores[shown]
        return candidates, scores

    def measure(self, query_weights: NDArray[np.float32], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of each text and the query (a weight per stem)."""
        base = self._base
        return _measure(base.text_starts, base.stems, base.weights, query_weights, texts)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array as a mapped file gives it: numba compiles one version for both."""
    view = array.view()
    view.flags.writeable = False
    return view


# Shapes: N texts, E entries of all posting lists, L lists of the query. A deficit (uint8) is in 1/255; a sum, a bound
# and a contribution (uint16) in 1/60,000.


@compiled
def _add_tops(
    texts: NDArray, deficits: NDArray, starts: NDArray, depths: NDArray, contributions: NDArray, sums: NDArray
) -> None:
    """Add to `sums` (N) the tops of the lists: `texts` (E, int32) and `deficits` (E) from `starts` (L, int64).

    `depths` (L, int64): entries to read in each list; `contributions` (L × 256): by deficit.
    """
    for place in range(len(starts)):
        start, end = starts[place], starts[place] + depths[place]
        _add(texts[start:end], deficits[start:end], contributions[place], sums)


@compiled
def _add(texts: NDArray, deficits: NDArray, contributions: NDArray, sums: NDArray) -> None:
    """Add to `sums` (N) the contribution (256, by deficit) of n entries: `texts` (n, int32), `deficits` (n)."""
    for entry in range(texts.shape[0]):
        sums[texts[entry]] += contributions[deficits[entry]]


@compiled
def _take_listed(
    texts: NDArray,
    starts: NDArray,
    depths: NDArray,
    sums: NDArray,
    needed: np.uint16,
    found: NDArray,
    bounds: NDArray,
) -> int:
    """Move to `found` (N + 1, int32) and `bounds` (N + 1) the texts of these lists whose sum is at least `needed`.

    Each text once; their sums become zero. Returns how many were moved.
    """
    count = 0
    for place in range(len(starts)):
        for text in texts[starts[place] : starts[place] + depths[place]]:
            found[count], bounds[count] = text, sums[text]
            count += sums[text] >= needed  # branchless: the outcome is unpredictable
            sums[text] = 0
    return count


@compiled
def _take_all(sums: NDArray, needed: np.uint16, found: NDArray, bounds: NDArray) -> int:
    """Move to `found` (N + 1, int32) and `bounds` (N + 1) the texts whose sum (N) is at least `needed`.

    All sums become zero. Returns how many were moved.
    """
    count = 0
    for first in range(0, len(sums), _CHUNK):
        some = sums[first : first + _CHUNK]
        if largest(some) < needed:
            continue
        for place in range(some.shape[0]):
            found[count], bounds[count] = first + place, some[place]
            count += some[place] >= needed
    sums[:] = 0
    return count


@compiled
def _measure(starts: NDArray, stems: NDArray, weights: NDArray, query_weights: NDArray, texts: NDArray) -> NDArray:
    """Return the cosine (n, float64) of n `texts` (int64) and a query (V, float32).

    Text i has `stems` (E, int32) and `weights` (E, float32) from `starts[i]` to `starts[i + 1]` (N + 1, int64).
    """
    scores = np.empty(len(texts), dtype=np.float64)
    for place in range(len(texts)):
        total = 0.0
        for entry in range(starts[texts[place]], starts[texts[place] + 1]):
            total += np.float64(query_weights[stems[entry]] * weights[entry])
        scores[place] = total
    return scores
