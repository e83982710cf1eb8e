"""Of the links of each row, the k best: the more alike first; of equals, the lower index first."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Links: TypeAlias = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float32]]
"""Rows, columns and likenesses, one of each a link."""

Best: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.uint16]]
"""For each row, from the best: ids and scores (rows × k); and its floor, the sum below which a pair is of no use."""


def keep_best(links: Links, k: int) -> Links:
    """Sort links by row, then from the best; keep `k` a row."""
    rows, columns, scores = links
    order = np.lexsort((columns, -scores, rows))
    rows, columns, scores = rows[order], columns[order], scores[order]
    kept = np.arange(len(rows)) - np.searchsorted(rows, rows) < k
    return rows[kept], columns[kept], scores[kept]


def join_links(parts: list[Links]) -> Links:
    """Put links together."""
    rows, columns, scores = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(scores)


def smallest_float32(likeness: float) -> np.float32:
    """Answer the smallest float32 that is not below `likeness`."""
    rounded = np.float32(likeness)
    return rounded if float(rounded) >= likeness else np.nextafter(rounded, np.float32(2))
