"""The members of each group, and the rows of a few texts without what SciPy costs for each of thousands of groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array


class Rows(NamedTuple):
    """Some rows of a matrix, one after the other: how many stems each has, the stems and their weights."""

    lengths: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]

    @property
    def owners(self) -> NDArray[np.int64]:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)


def list_members(labels: ArrayLike) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """List each label but -1 with the places that bear it."""
    labels = np.asarray(labels)
    order = np.argsort(labels, kind="stable")
    order = order[np.searchsorted(labels[order], 0) :]
    names, starts = np.unique(labels[order], return_index=True)
    yield from zip(names.tolist(), np.split(order, starts[1:]) if len(names) else [], strict=True)


def take_rows(matrix: csr_array, places: NDArray[np.int64]) -> Rows:
    """Copy some rows of a matrix."""
    starts, ends = matrix.indptr[places], matrix.indptr[places + 1]
    slices = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return Rows(
        (ends - starts).astype(np.int64),
        np.concatenate([matrix.indices[one] for one in slices]),
        np.concatenate([matrix.data[one] for one in slices]),
    )
