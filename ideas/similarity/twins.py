"""Rows that are the same to the last bit: joined once, then given back to each.

« Plus de trains » sent a hundred thousand times would make five thousand million pairs, all alike.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.best import Links, join_links, keep_best

_ROWS_AT_ONCE = 100_000


class Twins(NamedTuple):
    """`firsts`: the first row of each kind; `kinds`: the kind of each row; kinds are in the order of their firsts."""

    firsts: NDArray[np.int64]
    kinds: NDArray[np.int64]


def find_twins(matrix: csr_array) -> Twins:
    """Group the rows of a sorted matrix that are equal bit by bit."""
    bounds = matrix.indptr.tolist()
    columns, weights = matrix.indices.data, matrix.data.data
    marks = [hash((bytes(columns[a:b]), bytes(weights[a:b]))) for a, b in pairwise(bounds)]
    _, firsts, kinds = np.unique(np.array(marks, dtype=np.int64), return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    twins = Twins(firsts[order], places[kinds])
    return twins if _are_equal(matrix, twins) else Twins(np.arange(matrix.shape[0]), np.arange(matrix.shape[0]))


def _are_equal(matrix: csr_array, twins: Twins) -> bool:
    """Check what a hash only promises."""
    others = np.flatnonzero(twins.firsts[twins.kinds] != np.arange(matrix.shape[0]))
    one, other = matrix[others], matrix[twins.firsts[twins.kinds[others]]]
    pairs = ((one.indptr, other.indptr), (one.indices, other.indices), (one.data, other.data))
    return all(np.array_equal(a, b) for a, b in pairs)


def spread(twins: Twins, ids: NDArray[np.int32], scores: NDArray[np.float32], filled: NDArray[np.bool_]) -> Links:
    """Give each row the best of its kind, as links (rows, neighbours, scores), at most k a row.

    `ids`, `scores`: kinds × k, a score of 0 where there is none; `filled`: the kinds with words, whose rows are wholly
    alike (1, whatever the rounding). A row is not its own neighbour.
    """
    near = np.column_stack((np.arange(len(twins.firsts)), ids))[twins.kinds]
    alike = np.column_stack((filled.astype(np.float32), scores))[twins.kinds]
    sizes = np.bincount(twins.kinds, minlength=len(twins.firsts))
    alike[sizes[twins.kinds] == 1, 0] = 0
    mixed = ((sizes[near] > 1) & (alike > 0)).any(axis=1)
    rows, places = np.nonzero((alike > 0) & ~mixed[:, None])
    parts: list[Links] = [(rows, twins.firsts[near[rows, places]], alike[rows, places])]
    some_at_a_time = np.array_split(np.flatnonzero(mixed), 1 + np.count_nonzero(mixed) // _ROWS_AT_ONCE)
    parts.extend(_best_members(some, near[some], alike[some], twins, sizes) for some in some_at_a_time)
    return join_links(parts)


def _best_members(
    rows: NDArray[Any],
    near: NDArray[Any],
    alike: NDArray[np.float32],
    twins: Twins,
    sizes: NDArray[np.int64],
) -> Links:
    k = near.shape[1] - 1
    members = np.argsort(twins.kinds, kind="stable")
    starts = np.concatenate(([0], np.cumsum(sizes)))
    # k + 1 members of a kind are enough: the row itself may be one of them.
    counts = np.where(alike > 0, np.minimum(sizes[near], k + 1), 0).ravel()
    places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = members[np.repeat(starts[near].ravel(), counts) + places]
    owners, scores = np.repeat(np.repeat(rows, k + 1), counts), np.repeat(alike.ravel(), counts)
    others = columns != owners
    return keep_best((owners[others], columns[others], scores[others]), k)
