"""The neighbour graph: for each text, its most alike, exactly.

Likeness is the cosine of two rows, summed in double precision over their shared stems in the order of the columns,
then rounded to float32: the same bits whichever way it is found. Of equal likenesses the lower index comes first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_CELLS_AT_ONCE = 20_000_000


def nearest(matrix: csr_array, k: int = 10, likeness: float = 0.3, jobs: int | None = None) -> csr_array:
    """Link each unit row to the `k` rows most alike, if they are at least `likeness` alike.

    Answers a symmetric csr_array (rows × rows, float32, sorted, zero diagonal, values in [likeness, 1]): two texts are
    linked when either is among the k best of the other, so that a row may hold more than k.
    """
    matrix, size = matrix.astype(np.float64), matrix.shape[0]
    across, step = matrix.T.tocsr(), max(1, _CELLS_AT_ONCE // max(1, size))
    starts = range(0, max(1, size), step)
    blocks = [_best(matrix[start : start + step] @ across, start, k, likeness) for start in starts]
    return symmetric(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)), size)


def symmetric(rows: NDArray, columns: NDArray, values: NDArray, size: int) -> csr_array:
    """Link both ways what is linked one way."""
    one_way = csr_array((values, (rows, columns)), shape=(size, size))
    graph = one_way.maximum(one_way.T).tocsr()
    graph.sort_indices()
    return graph


def _best(products, start, k, likeness):
    products = products.tocoo()
    values = np.minimum(products.data, 1).astype(np.float32)
    kept = (values >= smallest_float32(likeness)) & (products.row + start != products.col)
    rows, columns, values = products.row[kept] + start, products.col[kept], values[kept]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return rows[rank < k], columns[rank < k], values[rank < k]


def smallest_float32(likeness: float) -> np.float32:
    """Answer the smallest float32 that is not below `likeness`."""
    rounded = np.float32(likeness)
    return rounded if float(rounded) >= likeness else np.nextafter(rounded, np.float32(2))
