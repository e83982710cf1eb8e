"""What a labelling is: one whole number a text, -1 for a text alone.

A labelling carries no order of importance. Groups are numbered by their first text, so that two
labellings which group alike are equal arrays, on any machine and with any number of jobs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ALONE = -1


def number_groups(labels: ArrayLike, *, smallest: int = 2) -> NDArray[np.int64]:
    """Renumber `labels` 0, 1, 2… in the order of each group's first text.

    Groups of fewer than `smallest` texts, and negative labels, become `ALONE`.

    >>> number_groups([7, 3, 7, 9, 3, -1]).tolist()
    [0, 1, 0, -1, 1, -1]
    """
    labels = np.asarray(labels, dtype=np.int64)
    values, firsts, places, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    kept = (values >= 0) & (counts >= smallest)
    numbers = np.full(len(values), ALONE, dtype=np.int64)
    ordered = np.flatnonzero(kept)[np.argsort(firsts[kept], kind="stable")]
    numbers[ordered] = np.arange(len(ordered))
    return numbers[places]


def single_out(labels: ArrayLike) -> NDArray[np.int64]:
    """Give each text alone a group of its own, so that no two of them count as grouped."""
    labels = np.asarray(labels, dtype=np.int64)
    alone = np.flatnonzero(labels < 0)
    singled = labels.copy()
    singled[alone] = labels.max(initial=ALONE) + 1 + np.arange(len(alone))
    return singled


def count_shared(left: ArrayLike, right: ArrayLike) -> tuple[NDArray, NDArray, NDArray]:
    """Count the texts that each group of `left` has in common with each group of `right`.

    Returns three arrays of equal length: label in `left`, label in `right`, number of texts. Only
    pairs that share a text are listed, so the cost follows the texts, never groups × groups.
    """
    pairs = np.stack([np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)])
    (lefts, rights), counts = np.unique(pairs, axis=1, return_counts=True)
    return lefts, rights, counts
