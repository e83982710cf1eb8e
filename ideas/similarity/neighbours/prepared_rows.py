"""Rows prepared for the joins: duplicates set aside, common stems first, weights also quantized to 8 bits.

The common stems (in more than 5 % of the texts) cost the most to follow and say the least. By the Cauchy-Schwarz
inequality, what two texts owe to them is at most the product of the norms of their common parts. So a row follows its
common stems only from the entry where it must: the part before it has a norm below the least likeness asked for
(prefix filtering: Bayardo, Ma & Srikant 2007).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

TILE = 8192  # rows: their 16-bit sums fit in the L1 cache
_COMMON_SHARE = 0.05
_MAX_SUM = 65_535  # of uint16
_ROWS_AT_ONCE, _ENTRIES_AT_ONCE = 50_000, 2_000_000


class PreparedRows(NamedTuple):
    """R distinct rows, E entries; the columns of each row from the commonest stem to the rarest. Arrays are read-only.

    `indptr` (R + 1), `columns` (E), `weights` (E): as in a CSR matrix, columns numbered from the commonest stem;
    `quantized` (E): the weights in units of 1/`scale`, rounded up;
    `followed_from` (R): the first entry of each row that is followed;
    `unfollowed_norms` (R), `common_norms` (R): the norm of the part before it, and of all the common stems, in units of
    1/`scale`, rounded up.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    quantized: NDArray[np.uint8]
    followed_from: NDArray[np.int64]
    unfollowed_norms: NDArray[np.uint8]
    common_norms: NDArray[np.uint8]
    scale: int
    column_count: int

    def save(self, folder: Path) -> None:
        """Write each array to a file of its own, for other processes to map."""
        for name, values in self._asdict().items():
            np.save(folder / f"{name}.npy", values)

    @classmethod
    def open(cls, folder: Path) -> PreparedRows:
        """Map the arrays of a folder: nothing is read before it is used, and processes share what is read."""
        opened = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in cls._fields}
        scale, column_count = int(opened.pop("scale")), int(opened.pop("column_count"))
        return cls(**opened, scale=scale, column_count=column_count)

    def to_matrix(self) -> csr_array:
        """Return the rows as a matrix of float64, whose products are exact."""
        shape = (len(self.indptr) - 1, self.column_count)
        return csr_array((self.weights.astype(np.float64), self.columns, self.indptr), shape=shape)


def prepare_rows(matrix: csr_array, chosen: NDArray[np.integer], likeness: float) -> PreparedRows:
    """Prepare the `chosen` rows, of length one, for a join; stems of one row only are dropped, since none shares them.

    Some rows at a time: at a million texts, each temporary array of all entries would take a tenth of the memory used.
    """
    frequencies = _count_frequencies(matrix, chosen)
    rank = np.empty(matrix.shape[1], dtype=np.int32)
    rank[np.argsort(-frequencies, kind="stable")] = np.arange(matrix.shape[1], dtype=np.int32)
    column_count, size = int(np.count_nonzero(frequencies > 1)), int(frequencies[frequencies > 1].sum())
    common_count = int(np.count_nonzero(frequencies > _COMMON_SHARE * len(chosen)))
    columns, weights = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.float32)
    bounds, end = [_bound_rows(csr_array((0, column_count), dtype=np.float32), common_count, likeness)], 0
    for part in _iterate_parts(matrix, chosen):
        ranked = _rank_columns(part, rank, column_count)
        start, end = end, end + ranked.nnz
        columns[start:end], weights[start:end] = ranked.indices, ranked.data
        bounds.append(_bound_rows(ranked, common_count, likeness))
    sizes, unfollowed_counts, unfollowed, common = (np.concatenate(kind) for kind in zip(*bounds, strict=True))
    indptr = np.concatenate(([0], np.cumsum(sizes)))
    scale = _choose_scale(int(sizes.max(initial=0)), likeness)
    quantized, followed_from = _quantize(weights, scale), indptr[:-1] + unfollowed_counts
    norms = _quantize_norms(unfollowed, scale), _quantize_norms(common, scale)
    arrays = indptr, columns, weights, quantized, followed_from, *norms
    for values in arrays:
        values.flags.writeable = False  # as mapped files are: numba compiles one version for both
    return PreparedRows(*arrays, scale, column_count)


def _count_frequencies(matrix: csr_array, chosen: NDArray[np.integer]) -> NDArray[np.int64]:
    frequencies = np.zeros(matrix.shape[1], dtype=np.int64)
    for part in _iterate_parts(matrix, chosen):
        frequencies += np.bincount(part.indices, minlength=matrix.shape[1])
    return frequencies


class _RowBounds(NamedTuple):
    """For each row: entries, unfollowed entries, and the squared norms of its unfollowed and of its common part."""

    sizes: NDArray[np.int64]
    unfollowed_counts: NDArray[np.int64]
    unfollowed: NDArray[np.float64]
    common: NDArray[np.float64]


def _iterate_parts(matrix: csr_array, chosen: NDArray[np.integer]) -> Iterator[csr_array]:
    return (matrix[chosen[start : start + _ROWS_AT_ONCE]] for start in range(0, len(chosen), _ROWS_AT_ONCE))


def _rank_columns(part: csr_array, rank: NDArray[np.int32], column_count: int) -> csr_array:
    """Number the columns from the commonest; drop those of one row."""
    ranks = rank[part.indices]
    shared = ranks < column_count
    indptr = np.concatenate(([0], np.cumsum(shared)))[part.indptr]
    ranked = csr_array((part.data[shared], ranks[shared], indptr), shape=(part.shape[0], column_count))
    ranked.sort_indices()
    return ranked


def _bound_rows(ranked: csr_array, common_count: int, likeness: float) -> _RowBounds:
    indptr = ranked.indptr.astype(np.int64)
    sizes = np.diff(indptr)
    squares = np.concatenate(([0], np.cumsum(np.square(ranked.data, dtype=np.float64))))
    until = squares[1:] - np.repeat(squares[indptr[:-1]], sizes)
    is_common = ranked.indices < common_count
    unfollowed_counts = _count_true(is_common & (until < np.square(likeness * 0.999)), indptr)
    unfollowed, common = (
        squares[indptr[:-1] + count] - squares[indptr[:-1]]
        for count in (unfollowed_counts, _count_true(is_common, indptr))
    )
    return _RowBounds(sizes, unfollowed_counts, unfollowed, common)


def _choose_scale(longest: int, likeness: float) -> int:
    """Return how many units make a weight of 1, at most, so that the 16-bit sum of two rows of length one is held.

    A row whose unfollowed part has norm t may be credited up to t + √(1 - t²), t at most `likeness`; and n products
    rounded up add at most √n to the scale of each row.
    """
    unfollowed = min(likeness, np.sqrt(0.5))
    credit = unfollowed + np.sqrt(1 - unfollowed**2)
    return min(254, int((np.sqrt(_MAX_SUM - 1) - np.sqrt(longest + 1)) / np.sqrt(credit)))


def _quantize(weights: NDArray[np.float32], scale: int) -> NDArray[np.uint8]:
    quantized = np.empty(len(weights), dtype=np.uint8)
    for start in range(0, len(weights), _ENTRIES_AT_ONCE):
        batch = slice(start, start + _ENTRIES_AT_ONCE)
        quantized[batch] = np.ceil(weights[batch] * np.float32(scale))
    return quantized


def _quantize_norms(squares: NDArray[np.float64], scale: int) -> NDArray[np.uint8]:
    return np.ceil(np.sqrt(squares.clip(0)) * scale * 1.000_001).astype(np.uint8)


def _count_true(chosen: NDArray[np.bool_], indptr: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the entries chosen in each row."""
    return np.diff(np.concatenate(([0], np.cumsum(chosen)))[indptr])
