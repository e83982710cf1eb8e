"""The join of two tiles of rows, compiled: bound every pair in cache, then measure the few that may be similar.

For each row of the first tile, 16-bit sums over the rows of the second: first what the common stems may contribute at
most, then what each followed stem contributes, rounded up, found through an inverted index of the tile. Where a sum
reaches the threshold of either row, the pair is measured exactly. (Bayardo, Ma & Srikant 2007, "Scaling up all pairs
similarity search", for the bound on the unfollowed part; tiles and 16-bit sums chosen by measure, see
docs/similarity.md.)

Units: a weight or a norm is a uint8 in units of 1/`scale`; a sum or a threshold is a uint16 in square units, where
`scale`² is a likeness of 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.compiling import compiled, largest
from ideas.similarity.neighbours.prepared_rows import PreparedRows
from ideas.similarity.neighbours.top_k import TopK

_CHUNK = 128  # sums looked at together: their largest tells whether any matters
_SLACK = 1 - 1e-6  # keeps the bound above the rounding of float32


@compiled
def join_tiles(
    rows: PreparedRows, first: int, second: int, size: int, min_likeness: np.float32, own_top: TopK, other_top: TopK
) -> None:
    """Measure the pairs between `size` rows from `first` and from `second`; each pair once when they are the same.

    `own_top`, `other_top`: the top k of the rows of the two tiles, updated in place.
    """
    last, end = min(first + size, len(rows.indptr) - 1), min(second + size, len(rows.indptr) - 1)
    # Ordered by threshold, so that whole chunks of high thresholds are skipped.
    order = np.argsort(other_top[2])
    starts, places, quantized = _invert(rows, second, end, order)
    common_norms, thresholds = rows.common_norms[second:end][order], other_top[2][order]
    lowest = thresholds[::_CHUNK].copy()
    sums = np.empty(end - second, dtype=np.uint16)
    found = np.empty(end - second, dtype=np.int64)
    weights = np.zeros(rows.column_count, dtype=np.float32)
    for row in range(first, last):
        if rows.followed_from[row] == rows.indptr[row + 1]:
            continue  # it has common stems only: no likeness can reach the least asked for
        _fill(sums, common_norms, np.uint16(rows.unfollowed_norms[row]))
        for entry in range(rows.followed_from[row], rows.indptr[row + 1]):
            start, stop = starts[rows.columns[entry]], starts[rows.columns[entry] + 1]
            _add(sums, places[start:stop], quantized[start:stop], np.uint16(rows.quantized[entry]))
        count = _find(sums, own_top[2][row - first], thresholds, lowest, found)
        if count:
            _measure(rows, row, first, second, order[found[:count]], weights, min_likeness, own_top, other_top)


@compiled
def _invert(rows: PreparedRows, first: int, last: int, order: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Return the inverted index of a tile of T rows and E entries.

    `starts` (columns + 1, int32): where the entries of each column start; then, for each entry, the place of its row in
    `order` (E, uint16) and its quantized weight (E, uint8, 1/`scale`).
    """
    begin, end = rows.indptr[first], rows.indptr[last]
    starts = np.zeros(rows.column_count + 1, dtype=np.int32)
    for entry in range(begin, end):
        starts[rows.columns[entry] + 1] += 1
    for column in range(rows.column_count):
        starts[column + 1] += starts[column]
    free = starts.copy()
    places, quantized = np.empty(end - begin, dtype=np.uint16), np.empty(end - begin, dtype=np.uint8)
    for place in range(last - first):
        row = first + order[place]
        for entry in range(rows.indptr[row], rows.indptr[row + 1]):
            at = free[rows.columns[entry]]
            free[rows.columns[entry]] += 1
            places[at], quantized[at] = place, rows.quantized[entry]
    return starts, places, quantized


# The loops below, and `largest`, are where the time goes. Each is a function of plain slices, for LLVM to vectorise.


@compiled
def _fill(sums: NDArray, common_norms: NDArray, unfollowed_norm: np.uint16) -> None:
    """Set each sum (T, uint16, square units) to the bound on the common stems (T, uint8, units)."""
    for place in range(sums.shape[0]):
        sums[place] = np.uint16(common_norms[place]) * unfollowed_norm


@compiled
def _add(sums: NDArray, places: NDArray, quantized: NDArray, weight: np.uint16) -> None:
    """Add one stem to the sums (T, uint16, square units): n `places` (uint16), their weights and its own (units)."""
    for entry in range(places.shape[0]):
        sums[places[entry]] += weight * np.uint16(quantized[entry])


@compiled
def _find(sums: NDArray, threshold: np.uint16, thresholds: NDArray, lowest: NDArray, found: NDArray) -> int:
    """Write to `found` (T, int64) the places whose sum reaches the row's threshold or their own; return how many.

    `sums`, `thresholds` (T, uint16, square units), the latter ascending; `lowest`: the first of each chunk of them.
    """
    count = 0
    for chunk in range(lowest.shape[0]):
        some = sums[chunk * _CHUNK : (chunk + 1) * _CHUNK]
        needed = min(threshold, lowest[chunk])
        if largest(some) >= needed:
            for offset in range(some.shape[0]):
                place = chunk * _CHUNK + offset
                if some[offset] >= needed and some[offset] >= min(threshold, thresholds[place]):
                    found[count] = place
                    count += 1
    return count


@compiled
def _measure(
    rows: PreparedRows,
    row: int,
    first: int,
    second: int,
    found: NDArray,
    weights: NDArray,
    min_likeness: np.float32,
    own_top: TopK,
    other_top: TopK,
) -> None:
    """Measure a row against the `found` rows (n, int64, from `second`); `weights` (columns, float32) is reset to 0."""
    begin, end = rows.indptr[row], rows.indptr[row + 1]
    weights[rows.columns[begin:end]] = rows.weights[begin:end]
    for place in found:
        if second + place <= row and first == second:
            continue  # itself, or a pair already measured from the other side
        score = _likeness(rows, weights, second + place)
        if score >= min_likeness:
            insert(own_top, row - first, second + place, score, rows.scale)
            insert(other_top, place, row, score, rows.scale)
    weights[rows.columns[begin:end]] = 0


@compiled
def _likeness(rows: PreparedRows, weights: NDArray, other: int) -> np.float32:
    """Return the cosine of a row and of the one spread over `weights` (columns, float32)."""
    # A product of two float32 is exact in float64, and a stem not shared adds nothing: the bits are those of SciPy.
    total = 0.0
    for entry in range(rows.indptr[other], rows.indptr[other + 1]):
        total += np.float64(weights[rows.columns[entry]]) * np.float64(rows.weights[entry])
    return np.float32(min(total, 1.0))


@compiled
def insert(top: TopK, row: int, other: int, score: np.float32, scale: int) -> None:
    """Insert `other` at its place in the top k of a row, if it has one, and raise the threshold of the row."""
    ids, scores, thresholds = top
    place = ids.shape[1]
    while place and (
        scores[row, place - 1] < score or (scores[row, place - 1] == score and ids[row, place - 1] > other)
    ):
        place -= 1
    if place < ids.shape[1]:
        ids[row, place + 1 :] = ids[row, place:-1].copy()
        scores[row, place + 1 :] = scores[row, place:-1].copy()
        ids[row, place], scores[row, place] = other, score
        thresholds[row] = max(thresholds[row], quantize_score(scores[row, -1], scale))


@compiled
def quantize_score(score: np.float32, scale: int) -> np.uint16:
    """Return, in square units, the sum below which a likeness cannot reach `score`."""
    return np.uint16(np.float64(score) * scale * scale * _SLACK)


@compiled
def insert_all(top: TopK, rows: NDArray, others: NDArray, scores: NDArray, scale: int) -> None:
    """Insert each link (int32, int32, float32) in the top k of its row."""
    for link in range(len(rows)):
        insert(top, rows[link], others[link], scores[link], scale)
