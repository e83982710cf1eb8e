"""Rows made ready to be joined: twins set aside, common stems first, weights also in whole units.

The common stems (in more than 5 % of the texts) cost the most to follow and say the least. By Cauchy-Schwarz, what two
texts owe to them is at most the product of the lengths of their common parts. So a row follows its common stems only
as far as it must: those it may leave unfollowed (`split` says where they end) weigh less than the least likeness.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

TILE = 8192  # texts: their 16-bit sums fit in the fastest cache
_COMMON_SHARE = 0.05
_MOST_SUM = 65_535


class Rows(NamedTuple):
    """Distinct rows, the columns of each from the commonest stem to the rarest. Arrays are read-only.

    `indptr` (rows + 1), `columns`, `weights`: as in a CSR matrix; `units`: the weights in 1/`scale`, rounded up;
    `split`: where the followed stems of each row begin; `tail`: the length of the part left unfollowed, and `common`:
    the length of the whole common part, both in units, rounded up.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    units: NDArray[np.uint8]
    split: NDArray[np.int64]
    tail: NDArray[np.uint8]
    common: NDArray[np.uint8]
    scale: int
    column_count: int

    def save(self, folder: Path) -> None:
        """Write each array to its own file, for others to map."""
        for name, values in self._asdict().items():
            np.save(folder / f"{name}.npy", values)

    @classmethod
    def open(cls, folder: Path) -> Rows:
        """Map the arrays of a folder: nothing is read before it is used, and what is read is shared."""
        opened = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in cls._fields}
        scale, column_count = int(opened.pop("scale")), int(opened.pop("column_count"))
        return cls(**opened, scale=scale, column_count=column_count)

    def matrix(self) -> csr_array:
        """Answer the rows as a matrix of float64, whose products are exact."""
        shape = (len(self.indptr) - 1, self.column_count)
        return csr_array((self.weights.astype(np.float64), self.columns, self.indptr), shape=shape)


def prepare(matrix: csr_array, likeness: float) -> Rows:
    """Make unit rows ready to be joined; stems that only one row has cannot be shared and go."""
    frequencies = np.bincount(matrix.indices, minlength=matrix.shape[1])
    order = np.argsort(-frequencies, kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    shared = frequencies[matrix.indices] > 1
    indptr = np.concatenate(([0], np.cumsum(shared, dtype=np.int64)))[matrix.indptr]
    columns = rank[matrix.indices[shared]]
    ranked = csr_array((matrix.data[shared], columns, indptr), shape=matrix.shape)
    ranked.sort_indices()
    common_count = int(np.count_nonzero(frequencies > _COMMON_SHARE * matrix.shape[0]))
    return _with_units(ranked, common_count, int(np.count_nonzero(frequencies > 1)), likeness)


def _with_units(ranked: csr_array, common_count: int, column_count: int, likeness: float) -> Rows:
    indptr, columns, weights = ranked.indptr.astype(np.int64), ranked.indices.astype(np.int32), ranked.data
    lengths = np.diff(indptr)
    scale = _scale(int(lengths.max(initial=0)), likeness)
    squares = np.concatenate(([0], np.cumsum(np.square(weights, dtype=np.float64))))
    until = squares[1:] - np.repeat(squares[indptr[:-1]], lengths)
    is_common = columns < common_count
    unfollowed = is_common & (until < np.square(likeness * 0.999))
    split = indptr[:-1] + _counts(unfollowed, indptr)
    tail = _in_units(squares[split] - squares[indptr[:-1]], scale)
    common = _in_units(squares[indptr[:-1] + _counts(is_common, indptr)] - squares[indptr[:-1]], scale)
    units = np.ceil(weights * np.float32(scale)).astype(np.uint8)
    for values in (indptr, columns, weights, units, split, tail, common):
        values.flags.writeable = False  # as mapped files are: one compiled function serves both
    return Rows(indptr, columns, weights, units, split, tail, common, scale, column_count)


def _scale(longest: int, likeness: float) -> int:
    """Cut a weight of 1 into as many units as a 16-bit sum can bear, for two rows of length one.

    A row whose unfollowed part is t long may be credited up to t + √(1 - t²), t at most `likeness`; and n products
    rounded up add at most √n to the scale of each row.
    """
    unfollowed = min(likeness, np.sqrt(0.5))
    credit = unfollowed + np.sqrt(1 - unfollowed**2)
    return min(254, int((np.sqrt(_MOST_SUM - 1) - np.sqrt(longest + 1)) / np.sqrt(credit)))


def _in_units(squares: NDArray[np.float64], scale: int) -> NDArray[np.uint8]:
    return np.ceil(np.sqrt(squares.clip(0)) * scale * 1.000_001).astype(np.uint8)


def _counts(chosen: NDArray[np.bool_], indptr: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.diff(np.concatenate(([0], np.cumsum(chosen)))[indptr])
