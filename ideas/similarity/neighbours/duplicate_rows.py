"""Rows equal bit by bit are joined once; each then gets the neighbours of its group.

« Plus de trains » sent a hundred thousand times would make five thousand million pairs, all of likeness 1.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours.top_k import Links, concatenate_links, select_top_k

_ROWS_AT_ONCE = 50_000


class DuplicateRows(NamedTuple):
    """Groups of equal rows, in the order of their first rows.

    `firsts` (groups): the first row of each group; `groups` (rows): the group of each row.
    """

    firsts: NDArray[np.int64]
    groups: NDArray[np.int64]


def find_duplicate_rows(matrix: csr_array) -> DuplicateRows:
    """Group the rows of a sorted matrix that are equal bit by bit."""
    bounds = matrix.indptr.tolist()
    columns, weights = matrix.indices.data, matrix.data.data
    hashes = [hash((bytes(columns[a:b]), bytes(weights[a:b]))) for a, b in pairwise(bounds)]
    _, firsts, groups = np.unique(np.array(hashes, dtype=np.int64), return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    duplicates = DuplicateRows(firsts[order], places[groups])
    if _are_equal(matrix, duplicates):
        return duplicates
    return DuplicateRows(np.arange(matrix.shape[0]), np.arange(matrix.shape[0]))


def _are_equal(matrix: csr_array, duplicates: DuplicateRows) -> bool:
    """Tell whether rows of equal hashes are equal: no two hashes collided."""
    others = np.flatnonzero(duplicates.firsts[duplicates.groups] != np.arange(matrix.shape[0]))
    one, other = matrix[others], matrix[duplicates.firsts[duplicates.groups[others]]]
    pairs = ((one.indptr, other.indptr), (one.indices, other.indices), (one.data, other.data))
    return all(np.array_equal(a, b) for a, b in pairs)


def expand(
    duplicates: DuplicateRows, ids: NDArray[np.int32], scores: NDArray[np.float32], filled: NDArray[np.bool_]
) -> Links:
    """Return the links of every row from those of the groups, at most k per row.

    `ids`, `scores`: groups × k, a likeness of 0 where there is none; `filled` (groups): those with stems, whose rows
    have a likeness of 1, whatever the rounding. A row is not its own neighbour.
    """
    sizes = np.bincount(duplicates.groups, minlength=len(duplicates.firsts))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    members = _Members(np.argsort(duplicates.groups, kind="stable"), starts)
    parts: list[Links] = []
    for start in range(0, max(1, len(duplicates.groups)), _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(duplicates.groups)), dtype=np.int32)
        groups = duplicates.groups[rows]
        near = np.column_stack((groups, ids[groups]))
        likeness = np.column_stack((filled[groups] & (sizes[groups] > 1), scores[groups])).astype(np.float32)
        mixed = ((sizes[near] > 1) & (likeness > 0)).any(axis=1)
        own, places = np.nonzero((likeness > 0) & ~mixed[:, None])
        parts.append((rows[own], duplicates.firsts[near[own, places]].astype(np.int32), likeness[own, places]))
        parts.append(_select_members(rows[mixed], near[mixed], likeness[mixed], members, sizes))
    return concatenate_links(parts)


class _Members(NamedTuple):
    """The rows of each group: those of group i are `rows[starts[i] : starts[i + 1]]`."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


def _select_members(
    rows: NDArray[np.int32],
    near: NDArray[np.int64],
    likeness: NDArray[np.float32],
    members: _Members,
    sizes: NDArray[np.int64],
) -> Links:
    """Return the k best links of `rows`; `near`, `likeness` (rows × (k + 1)): their own group, then its neighbours."""
    k = near.shape[1] - 1
    # k + 1 members of a group are enough: the row itself may be one of them.
    counts = np.where(likeness > 0, np.minimum(sizes[near], k + 1), 0).ravel()
    places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = members.rows[np.repeat(members.starts[near].ravel(), counts) + places].astype(np.int32)
    owners, scores = np.repeat(np.repeat(rows, k + 1), counts), np.repeat(likeness.ravel(), counts)
    others = columns != owners
    return select_top_k((owners[others], columns[others], scores[others]), k)
