"""The neighbour graph: for each text, its most alike, exactly.

Likeness is the cosine of two rows, summed in double precision over their shared stems from the commonest to the rarest,
then rounded to float32: the same bits whichever way it is found. Of equal likenesses the lower index comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours import scipy_join
from ideas.similarity.neighbours.duplicate_rows import find_twins, spread
from ideas.similarity.neighbours.prepared_rows import Rows, prepare
from ideas.similarity.neighbours.top_k import Links, smallest_float32
from ideas.similarity.neighbours.workers import Workers

_FEW = 2000  # rows: SciPy has finished before numba is even imported


def build_knn_graph(
    matrix: csr_array,
    k: int = 10,
    likeness: float = 0.3,
    jobs: int | None = None,
    *,
    backend: str = "threading",
    address: str = "",
    folder: str | None = None,
) -> csr_array:
    """Link each row to the `k` rows most alike, if they are at least `likeness` alike.

    `matrix`: rows of length one, none negative, columns sorted. Answers a symmetric csr_array (rows × rows, float32,
    sorted, zero diagonal, values in [likeness, 1]): two texts are linked when either is among the k best of the
    other, so that a row may hold more than k. `jobs`, `backend` (of joblib: threading, loky), `address` (of a Dask
    scheduler) and `folder` (that its machines can read) change the time, never a byte.
    """
    if k < 1 or not 0 < likeness <= 1:
        raise ValueError("k is at least 1, and likeness in ]0, 1]")
    twins = find_twins(matrix)
    rows = prepare(matrix, twins.firsts, likeness)
    best = _join(rows, k, smallest_float32(likeness), Workers(jobs, backend, address, folder))
    filled = np.diff(matrix.indptr)[twins.firsts] > 0
    del rows, matrix  # the links need their room
    return symmetric(spread(twins, *best, filled), len(twins.kinds))


def _join(rows: Rows, k: int, least: np.float32, workers: Workers) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if len(rows.indptr) <= _FEW and workers.share_memory:
        return scipy_join.join(rows, k, least)
    try:
        from ideas.similarity.neighbours import blocked_join
    except ImportError:
        return scipy_join.join(rows, k, least)
    return blocked_join.join(rows, k, least, workers)


def symmetric(links: Links, size: int) -> csr_array:
    """Link both ways what is linked one way."""
    rows, columns, scores = links
    one_way = csr_array((scores, (rows, columns)), shape=(size, size))
    graph = one_way.maximum(one_way.T).tocsr()
    graph.sort_indices()
    return graph
