"""The join by SciPy alone: the reference of the tests, and what runs on few rows or where numba is missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.neighbours.prepared_rows import PreparedRows
from ideas.similarity.neighbours.top_k import Links, select_top_k

_CELLS_AT_ONCE = 20_000_000


def join(rows: PreparedRows, k: int, min_likeness: np.float32) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the `k` best of each row: ids and likenesses (rows × k), a likeness of 0 where there is none."""
    matrix = rows.to_matrix()
    size, transposed = matrix.shape[0], matrix.T.tocsr()
    ids, scores = np.zeros((size, k), dtype=np.int32), np.zeros((size, k), dtype=np.float32)
    step = max(1, _CELLS_AT_ONCE // max(1, size))
    for start in range(0, size, step):
        links = _list_links(matrix[start : start + step] @ transposed, start, min_likeness)
        owners, columns, values = select_top_k(links, k)
        places = np.arange(len(owners)) - np.searchsorted(owners, owners)
        ids[owners, places], scores[owners, places] = columns, values
    return ids, scores


def _list_links(products: csr_array, start: int, min_likeness: np.float32) -> Links:
    products = products.tocoo()
    values = np.minimum(products.data, 1).astype(np.float32)
    kept = (values >= min_likeness) & (products.row + start != products.col)
    return products.row[kept] + start, products.col[kept], values[kept]
