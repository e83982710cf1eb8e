"""Weights of stems by NumPy alone, for the live index: a web process never loads scikit-learn.

They are those of scikit-learn's `TfidfTransformer` (sublinear tf, smooth idf, rows of length one), which `tfidf` uses
where a whole corpus is weighed for clustering; the tests compare the two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def smooth_idf(frequencies: ArrayLike, text_count: int) -> NDArray[np.float32]:
    """Return ln((1 + N) / (1 + n)) + 1 for stems in n of N texts: as if one more text had every stem."""
    return (np.log((1 + text_count) / (1 + np.asarray(frequencies, dtype=np.float64))) + 1).astype(np.float32)


def sublinear_tf(counts: ArrayLike) -> NDArray[np.float64]:
    """Return 1 + ln(count) for stems written `count` times, one at least."""
    return 1 + np.log(np.asarray(counts, dtype=np.float64))


def weigh_rows(
    counts: NDArray[np.uint16], stems: NDArray[np.int32], indptr: NDArray[Any], idf: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the weights of a CSR matrix of counts (texts × stems), each row of length one or empty."""
    weights = sublinear_tf(counts).astype(np.float32) * idf[stems]
    sizes = np.diff(indptr)
    filled = sizes > 0
    if filled.any():
        squares = np.add.reduceat(np.square(weights, dtype=np.float64), indptr[:-1][filled])
        weights /= np.repeat(np.sqrt(squares), sizes[filled]).astype(np.float32)
    return weights
