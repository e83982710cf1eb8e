"""Rows that are the same to the last bit: joined once, then given back to each.

« Plus de trains » sent a hundred thousand times would make five thousand million pairs, all alike.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours.top_k import Links, join_links, keep_best

_ROWS_AT_ONCE = 50_000


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
    sizes = np.bincount(twins.kinds, minlength=len(twins.firsts))
    members = Members(np.argsort(twins.kinds, kind="stable"), np.concatenate(([0], np.cumsum(sizes))))
    parts: list[Links] = []
    for start in range(0, max(1, len(twins.kinds)), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(twins.kinds)), dtype=np.int32)
        kinds = twins.kinds[rows]
        near = np.column_stack((kinds, ids[kinds]))
        alike = np.column_stack((filled[kinds] & (sizes[kinds] > 1), scores[kinds])).astype(np.float32)
        mixed = ((sizes[near] > 1) & (alike > 0)).any(axis=1)
        own, places = np.nonzero((alike > 0) & ~mixed[:, None])
        parts.append((rows[own], twins.firsts[near[own, places]].astype(np.int32), alike[own, places]))
        parts.append(_best_members(rows[mixed], near[mixed], alike[mixed], members, sizes))
    return join_links(parts)


class Members(NamedTuple):
    """The rows of each kind: those of kind i are `rows[starts[i] : starts[i + 1]]`."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


def _best_members(
    rows: NDArray[np.int32],
    near: NDArray[np.int64],
    alike: NDArray[np.float32],
    members: Members,
    sizes: NDArray[np.int64],
) -> Links:
    k = near.shape[1] - 1
    # k + 1 members of a kind are enough: the row itself may be one of them.
    counts = np.where(alike > 0, np.minimum(sizes[near], k + 1), 0).ravel()
    places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = members.rows[np.repeat(members.starts[near].ravel(), counts) + places].astype(np.int32)
    owners, scores = np.repeat(np.repeat(rows, k + 1), counts), np.repeat(alike.ravel(), counts)
    others = columns != owners
    return keep_best((owners[others], columns[others], scores[others]), k)
