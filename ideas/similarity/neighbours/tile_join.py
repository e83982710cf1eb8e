"""The join of two tiles of rows, compiled: bound every pair in cache, then measure the few that may be alike.

For each row of the first tile, 16-bit sums over the second tile: first what the common stems may bring at most, then
what each followed stem brings, rounded up, found through an inverted index of the tile. Where a sum reaches what the
row or its counterpart still needs, the pair is measured exactly. (Bayardo, Ma & Srikant 2007, "Scaling up all pairs
similarity search", for the bound on what is not followed; the tile and the 16 bits are ours.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.compiling import compiled, largest
from ideas.similarity.neighbours.prepared_rows import Rows
from ideas.similarity.neighbours.top_k import Best

_CHUNK = 128  # sums looked at together: their largest tells whether any matters
_SLACK = 1 - 1e-6  # keeps the bound above the rounding of float32


@compiled
def join_tiles(rows: Rows, first: int, second: int, size: int, least: np.float32, mine: Best, theirs: Best) -> None:
    """Measure the pairs between `size` rows from `first` and from `second`; each pair once when they are the same.

    `mine` and `theirs`: (ids, scores, floors) of the two tiles, ids and scores of k columns from the best, floors in
    square units below which a pair is of no use to the row. They are improved in place.
    """
    last, end = min(first + size, len(rows.indptr) - 1), min(second + size, len(rows.indptr) - 1)
    # The rows of the second tile are seated by their floors: few chunks then hold one that is easy to please.
    seated = np.argsort(theirs[2])
    starts, seats, units = _inverted(rows, second, end, seated)
    common, floors = rows.common[second:end][seated], theirs[2][seated]
    lowest = floors[::_CHUNK].copy()
    sums = np.empty(end - second, dtype=np.uint16)
    found = np.empty(end - second, dtype=np.int64)
    weights = np.zeros(rows.column_count, dtype=np.float32)
    for row in range(first, last):
        if rows.split[row] == rows.indptr[row + 1]:
            continue  # all it says is common: it is like nothing enough
        _fill(sums, common, np.uint16(rows.tail[row]))
        for entry in range(rows.split[row], rows.indptr[row + 1]):
            start, stop = starts[rows.columns[entry]], starts[rows.columns[entry] + 1]
            _add(sums, seats[start:stop], units[start:stop], np.uint16(rows.units[entry]))
        count = _find(sums, mine[2][row - first], floors, lowest, found)
        if count:
            _measure(rows, row, first, second, seated[found[:count]], weights, least, mine, theirs)


@compiled
def _inverted(rows: Rows, first: int, last: int, seated: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """For each column, where its entries start; for each entry, the seat of its row in the tile and its units."""
    begin, end = rows.indptr[first], rows.indptr[last]
    starts = np.zeros(rows.column_count + 1, dtype=np.int32)
    for entry in range(begin, end):
        starts[rows.columns[entry] + 1] += 1
    for column in range(rows.column_count):
        starts[column + 1] += starts[column]
    free = starts.copy()
    seats, units = np.empty(end - begin, dtype=np.uint16), np.empty(end - begin, dtype=np.uint8)
    for seat in range(last - first):
        row = first + seated[seat]
        for entry in range(rows.indptr[row], rows.indptr[row + 1]):
            place = free[rows.columns[entry]]
            free[rows.columns[entry]] += 1
            seats[place], units[place] = seat, rows.units[entry]
    return starts, seats, units


# The loops below, and `largest`, are where the time goes. Each is a function of plain slices, for LLVM to vectorise.


@compiled
def _fill(sums: NDArray, common: NDArray, tail: np.uint16) -> None:
    for seat in range(sums.shape[0]):
        sums[seat] = np.uint16(common[seat]) * tail


@compiled
def _add(sums: NDArray, seats: NDArray, units: NDArray, unit: np.uint16) -> None:
    for entry in range(seats.shape[0]):
        sums[seats[entry]] += unit * np.uint16(units[entry])


@compiled
def _find(sums: NDArray, floor: np.uint16, floors: NDArray, lowest: NDArray, found: NDArray) -> int:
    count = 0
    for chunk in range(lowest.shape[0]):
        some = sums[chunk * _CHUNK : (chunk + 1) * _CHUNK]
        needed = min(floor, lowest[chunk])
        if largest(some) >= needed:
            for place in range(some.shape[0]):
                seat = chunk * _CHUNK + place
                if some[place] >= needed and some[place] >= min(floor, floors[seat]):
                    found[count] = seat
                    count += 1
    return count


@compiled
def _measure(
    rows: Rows,
    row: int,
    first: int,
    second: int,
    found: NDArray,
    weights: NDArray,
    least: np.float32,
    mine: Best,
    theirs: Best,
) -> None:
    begin, end = rows.indptr[row], rows.indptr[row + 1]
    weights[rows.columns[begin:end]] = rows.weights[begin:end]
    for place in found:
        if second + place <= row and first == second:
            continue  # itself, or a pair already measured from the other side
        score = _likeness(rows, weights, second + place)
        if score >= least:
            keep(mine, row - first, second + place, score, rows.scale)
            keep(theirs, place, row, score, rows.scale)
    weights[rows.columns[begin:end]] = 0


@compiled
def _likeness(rows: Rows, weights: NDArray, other: int) -> np.float32:
    # A product of two float32 is exact in float64, and a stem not shared adds nothing: the bits are those of SciPy.
    total = 0.0
    for entry in range(rows.indptr[other], rows.indptr[other + 1]):
        total += np.float64(weights[rows.columns[entry]]) * np.float64(rows.weights[entry])
    return np.float32(min(total, 1.0))


@compiled
def keep(best: Best, row: int, other: int, score: np.float32, scale: int) -> None:
    """Put `other` at its place among the best of `row`, if it has one, and raise the floor of the row."""
    ids, scores, floors = best
    place = ids.shape[1]
    while place and (
        scores[row, place - 1] < score or (scores[row, place - 1] == score and ids[row, place - 1] > other)
    ):
        place -= 1
    if place < ids.shape[1]:
        ids[row, place + 1 :] = ids[row, place:-1].copy()
        scores[row, place + 1 :] = scores[row, place:-1].copy()
        ids[row, place], scores[row, place] = other, score
        floors[row] = max(floors[row], floor_of(scores[row, -1], scale))


@compiled
def floor_of(score: np.float32, scale: int) -> np.uint16:
    """Answer the sum below which a likeness cannot reach `score`."""
    return np.uint16(np.float64(score) * scale * scale * _SLACK)


@compiled
def keep_all(best: Best, rows: NDArray, others: NDArray, scores: NDArray, scale: int) -> None:
    """Put each link among the best of its row."""
    for link in range(len(rows)):
        keep(best, rows[link], others[link], scores[link], scale)
