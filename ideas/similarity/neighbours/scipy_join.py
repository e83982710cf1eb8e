"""The same join with SciPy alone: the reference, and what runs where numba is missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours.prepared_rows import Rows
from ideas.similarity.neighbours.top_k import Links, keep_best

_CELLS_AT_ONCE = 20_000_000


def join(rows: Rows, k: int, least: np.float32) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the `k` best of each row: ids and scores (rows × k), a score of 0 where there is none."""
    matrix = rows.matrix()
    size, across = matrix.shape[0], matrix.T.tocsr()
    ids, scores = np.zeros((size, k), dtype=np.int32), np.zeros((size, k), dtype=np.float32)
    step = max(1, _CELLS_AT_ONCE // max(1, size))
    for start in range(0, size, step):
        owners, columns, values = keep_best(_links(matrix[start : start + step] @ across, start, least), k)
        places = np.arange(len(owners)) - np.searchsorted(owners, owners)
        ids[owners, places], scores[owners, places] = columns, values
    return ids, scores


def _links(products: csr_array, start: int, least: np.float32) -> Links:
    products = products.tocoo()
    values = np.minimum(products.data, 1).astype(np.float32)
    kept = (values >= least) & (products.row + start != products.col)
    return products.row[kept] + start, products.col[kept], values[kept]
