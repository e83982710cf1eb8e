"""The k best links of each row: most similar first; of equal likenesses, the lower index first."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Links: TypeAlias = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float32]]
"""Rows, columns and likenesses: three arrays of one length, one entry per link."""

TopK: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.uint16]]
"""Ids and likenesses (rows × k), most similar first, 0 where there is none; and thresholds (rows): the quantized
likeness, in square units of `PreparedRows.scale`, below which a pair cannot enter the row."""


def select_top_k(links: Links, k: int) -> Links:
    """Sort links by row, then most similar first; keep `k` per row."""
    rows, columns, scores = links
    order = np.lexsort((columns, -scores, rows))
    rows, columns, scores = rows[order], columns[order], scores[order]
    kept = np.arange(len(rows)) - np.searchsorted(rows, rows) < k
    return rows[kept], columns[kept], scores[kept]


def concatenate_links(parts: list[Links]) -> Links:
    """Return all the links of some lists of links."""
    rows, columns, scores = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(scores)


def round_up_float32(likeness: float) -> np.float32:
    """Return the smallest float32 that is not below `likeness`."""
    rounded = np.float32(likeness)
    return rounded if float(rounded) >= likeness else np.nextafter(rounded, np.float32(2))
