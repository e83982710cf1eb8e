"""From texts to unit vectors: how much each stem says of each text.

Log tf × smooth idf, length one (Salton & Buckley 1988, "ltc", with scikit-learn's smoothing), so that the product of
two rows is their cosine, which we call their likeness. The stems are in alphabetical order and the rows sorted:
the same texts give the same bytes on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.text.term_counts import Reader
from ideas.similarity.text.vocabulary import MOST_STEMS, Vocabulary

_ENTRIES_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Corpus:
    """Texts as vectors.

    `counts`: texts × stems, how many times each stem is written (uint16, at most 65,535), rows sorted;
    `vocabulary`: the stems, in the order of the columns.
    """

    counts: csr_array
    vocabulary: Vocabulary

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Corpus:
        """Read all the texts and count their stems. `languages`: ISO 639-1 codes, French when None."""
        reader = Reader()
        counts = reader.count(texts, languages)
        names, written = list(reader.stems), reader.commonest_forms()
        order = sorted(range(len(names)), key=names.__getitem__)
        counts = _reordered(counts, order)
        frequencies = np.bincount(counts.indices, minlength=len(order)).astype(np.int32)
        vocabulary = Vocabulary([names[i] for i in order], [written[i] for i in order], frequencies, len(texts))
        return cls(_lightened(counts, vocabulary.idf), vocabulary)

    @cached_property
    def matrix(self) -> csr_array:
        """The same pattern, weighed: float32, rows of length one (or empty for a text without a word that counts)."""
        return weigh_counts(self.counts, self.vocabulary.idf)


def weigh_counts(counts: csr_array, idf: NDArray[np.float32]) -> csr_array:
    """Turn counts into unit rows of log tf × idf."""
    weights = np.empty(counts.nnz, dtype=np.float32)
    for rows in iterate_row_slices(counts.indptr):
        indptr = counts.indptr[rows.start : rows.stop + 1]
        entries = slice(indptr[0], indptr[-1])
        weights[entries] = _ltc(counts.data[entries], counts.indices[entries], idf)
        _make_unit(weights[entries], indptr - indptr[0])
    return csr_array((weights, counts.indices, counts.indptr), shape=counts.shape)


def iterate_row_slices(indptr: NDArray[Any]) -> Iterator[slice]:
    """Cut the rows of a matrix in slices of some two million entries, so that what is made on the way stays small."""
    start, size = 0, len(indptr) - 1
    while start < size:
        stop = int(np.searchsorted(indptr, indptr[start] + _ENTRIES_AT_ONCE))
        yield slice(start, start := min(max(stop, start + 1), size))


def _ltc(counts: NDArray[np.uint16], stems: NDArray[np.int32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    tf = 1 + np.log(np.arange(int(counts.max(initial=0)) + 1).clip(1))
    return tf.astype(np.float32)[counts] * idf[stems]


def _make_unit(weights: NDArray[np.float32], indptr: NDArray[np.int32]) -> None:
    lengths = np.diff(indptr)
    filled = lengths > 0
    if filled.any():
        squares = np.add.reduceat(np.square(weights, dtype=np.float64), indptr[:-1][filled])
        weights /= np.repeat(np.sqrt(squares), lengths[filled]).astype(np.float32)


def _lightened(counts: csr_array, idf: NDArray[np.float32]) -> csr_array:
    """Keep the `MOST_STEMS` heaviest stems of the texts that have more (the first in the alphabet when equal)."""
    heavy = np.flatnonzero(np.diff(counts.indptr) > MOST_STEMS)
    if not len(heavy):
        return counts
    kept = np.ones(counts.nnz, dtype=bool)
    for start, end in zip(counts.indptr[heavy], counts.indptr[heavy + 1], strict=True):
        weights = _ltc(counts.data[start:end], counts.indices[start:end], idf)
        kept[start + np.argsort(-weights, kind="stable")[MOST_STEMS:]] = False
    indptr = np.concatenate(([0], np.cumsum(kept)))[counts.indptr].astype(np.int32)
    return csr_array((counts.data[kept], counts.indices[kept], indptr), shape=counts.shape)


def _reordered(counts: csr_array, order: list[int]) -> csr_array:
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    counts = csr_array((counts.data, places[counts.indices], counts.indptr), shape=counts.shape)
    counts.sort_indices()
    return counts
