"""The neighbour graph: for each text, the most similar ones, exactly.

Likeness is the cosine of two rows, summed in double precision over their shared stems from the commonest to the rarest,
then rounded to float32: the same bits by whichever join. Of equal likenesses the lower index comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours import scipy_join
from ideas.similarity.neighbours.duplicate_rows import expand, find_duplicate_rows
from ideas.similarity.neighbours.prepared_rows import PreparedRows, prepare_rows
from ideas.similarity.neighbours.top_k import Links, round_up_float32
from ideas.similarity.neighbours.workers import Workers

_FEW_ROWS = 2000  # SciPy has finished before numba is even imported


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
    """Link each row to the `k` most similar rows, if their likeness is at least `likeness`.

    `matrix`: rows of length one, none negative, columns sorted. Returns a symmetric csr_array (rows × rows, float32,
    sorted, zero diagonal, values in [likeness, 1]): two texts are linked when either is among the k best of the
    other, so that a row may hold more than k. `jobs`, `backend` (of joblib: threading, loky), `address` (of a Dask
    scheduler) and `folder` (that its machines can read) change the time, never a byte.
    """
    if k < 1 or not 0 < likeness <= 1:
        raise ValueError("k is at least 1, and likeness in ]0, 1]")
    duplicates = find_duplicate_rows(matrix)
    rows = prepare_rows(matrix, duplicates.firsts, likeness)
    top = _join(rows, k, round_up_float32(likeness), Workers(jobs, backend, address, folder))
    filled = np.diff(matrix.indptr)[duplicates.firsts] > 0
    del rows, matrix  # their memory is needed for the links
    return symmetrize(expand(duplicates, *top, filled), len(duplicates.groups))


def _join(
    rows: PreparedRows, k: int, min_likeness: np.float32, workers: Workers
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if len(rows.indptr) <= _FEW_ROWS and workers.share_memory:
        return scipy_join.join(rows, k, min_likeness)
    try:
        from ideas.similarity.neighbours import blocked_join
    except ImportError:
        return scipy_join.join(rows, k, min_likeness)
    return blocked_join.join(rows, k, min_likeness, workers)


def symmetrize(links: Links, size: int) -> csr_array:
    """Return the graph (size × size) where each link goes both ways."""
    rows, columns, scores = links
    one_way = csr_array((scores, (rows, columns)), shape=(size, size))
    graph = one_way.maximum(one_way.T).tocsr()
    graph.sort_indices()
    return graph
