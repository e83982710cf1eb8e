"""Rows made ready to be joined: twins set aside, common stems first, weights also in whole units.

The common stems (in more than 5 % of the texts) cost the most to follow and say the least. By Cauchy-Schwarz, what two
texts owe to them is at most the product of the lengths of their common parts. So a row follows its common stems only
as far as it must: those it may leave unfollowed (`split` says where they end) weigh less than the least likeness.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

TILE = 8192  # texts: their 16-bit sums fit in the fastest cache
_COMMON_SHARE = 0.05
_MOST_SUM = 65_535
_ROWS_AT_ONCE, _ENTRIES_AT_ONCE = 50_000, 2_000_000


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


def prepare(matrix: csr_array, chosen: NDArray[np.integer], likeness: float) -> Rows:
    """Make the `chosen` rows, of length one, ready to be joined; stems that only one of them has go: none shares them.

    Some rows at a time: at a million texts, each array of what is on the way would be a tenth of all the memory used.
    """
    frequencies = _frequencies(matrix, chosen)
    rank = np.empty(matrix.shape[1], dtype=np.int32)
    rank[np.argsort(-frequencies, kind="stable")] = np.arange(matrix.shape[1], dtype=np.int32)
    column_count, size = int(np.count_nonzero(frequencies > 1)), int(frequencies[frequencies > 1].sum())
    common_count = int(np.count_nonzero(frequencies > _COMMON_SHARE * len(chosen)))
    columns, weights = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.float32)
    bounds, end = [_bounds(csr_array((0, column_count), dtype=np.float32), common_count, likeness)], 0
    for part in _parts(matrix, chosen):
        ranked = _ranked(part, rank, column_count)
        start, end = end, end + ranked.nnz
        columns[start:end], weights[start:end] = ranked.indices, ranked.data
        bounds.append(_bounds(ranked, common_count, likeness))
    lengths, unfollowed, tail, common = (np.concatenate(kind) for kind in zip(*bounds, strict=True))
    indptr = np.concatenate(([0], np.cumsum(lengths)))
    scale = _scale(int(lengths.max(initial=0)), likeness)
    units, split = _whole(weights, scale), indptr[:-1] + unfollowed
    arrays = indptr, columns, weights, units, split, _in_units(tail, scale), _in_units(common, scale)
    for values in arrays:
        values.flags.writeable = False  # as mapped files are: one compiled function serves both
    return Rows(*arrays, scale, column_count)


def _frequencies(matrix: csr_array, chosen: NDArray[np.integer]) -> NDArray[np.int64]:
    frequencies = np.zeros(matrix.shape[1], dtype=np.int64)
    for part in _parts(matrix, chosen):
        frequencies += np.bincount(part.indices, minlength=matrix.shape[1])
    return frequencies


class _Bounds(NamedTuple):
    """Of each row: how many stems it has, how many it leaves unfollowed, and the squares of two lengths."""

    lengths: NDArray[np.int64]
    unfollowed: NDArray[np.int64]
    tail: NDArray[np.float64]
    common: NDArray[np.float64]


def _parts(matrix: csr_array, chosen: NDArray[np.integer]) -> Iterator[csr_array]:
    return (matrix[chosen[start : start + _ROWS_AT_ONCE]] for start in range(0, len(chosen), _ROWS_AT_ONCE))


def _ranked(part: csr_array, rank: NDArray[np.int32], column_count: int) -> csr_array:
    """Number the columns from the commonest; leave out those of one row."""
    ranks = rank[part.indices]
    shared = ranks < column_count
    indptr = np.concatenate(([0], np.cumsum(shared)))[part.indptr]
    ranked = csr_array((part.data[shared], ranks[shared], indptr), shape=(part.shape[0], column_count))
    ranked.sort_indices()
    return ranked


def _bounds(ranked: csr_array, common_count: int, likeness: float) -> _Bounds:
    indptr = ranked.indptr.astype(np.int64)
    lengths = np.diff(indptr)
    squares = np.concatenate(([0], np.cumsum(np.square(ranked.data, dtype=np.float64))))
    until = squares[1:] - np.repeat(squares[indptr[:-1]], lengths)
    is_common = ranked.indices < common_count
    unfollowed = _counts(is_common & (until < np.square(likeness * 0.999)), indptr)
    tail, common = (
        squares[indptr[:-1] + count] - squares[indptr[:-1]] for count in (unfollowed, _counts(is_common, indptr))
    )
    return _Bounds(lengths, unfollowed, tail, common)


def _scale(longest: int, likeness: float) -> int:
    """Cut a weight of 1 into as many units as a 16-bit sum can bear, for two rows of length one.

    A row whose unfollowed part is t long may be credited up to t + √(1 - t²), t at most `likeness`; and n products
    rounded up add at most √n to the scale of each row.
    """
    unfollowed = min(likeness, np.sqrt(0.5))
    credit = unfollowed + np.sqrt(1 - unfollowed**2)
    return min(254, int((np.sqrt(_MOST_SUM - 1) - np.sqrt(longest + 1)) / np.sqrt(credit)))


def _whole(weights: NDArray[np.float32], scale: int) -> NDArray[np.uint8]:
    units = np.empty(len(weights), dtype=np.uint8)
    for start in range(0, len(weights), _ENTRIES_AT_ONCE):
        some = slice(start, start + _ENTRIES_AT_ONCE)
        units[some] = np.ceil(weights[some] * np.float32(scale))
    return units


def _in_units(squares: NDArray[np.float64], scale: int) -> NDArray[np.uint8]:
    return np.ceil(np.sqrt(squares.clip(0)) * scale * 1.000_001).astype(np.uint8)


def _counts(chosen: NDArray[np.bool_], indptr: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.diff(np.concatenate(([0], np.cumsum(chosen)))[indptr])
