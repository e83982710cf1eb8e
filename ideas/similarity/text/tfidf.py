"""From texts to unit vectors: how much each stem says of each text.

Sublinear tf × smooth idf, length one (Salton & Buckley 1988, "ltc"), so that the product of two rows is their cosine,
called likeness throughout. Stems are in alphabetical order and rows are sorted: the same texts give the same bytes on
any machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.text.term_counts import TermCounter
from ideas.similarity.text.vocabulary import MAX_STEMS, Vocabulary
from ideas.similarity.text.weights import sublinear_tf

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
        """Count the stems of all texts. `languages`: ISO 639-1 codes, French when None."""
        counter = TermCounter()
        counts = counter.count(texts, languages)
        names, written = list(counter.stems), counter.list_written_forms()
        order = sorted(range(len(names)), key=names.__getitem__)
        counts = _reorder_columns(counts, order)
        frequencies = np.bincount(counts.indices, minlength=len(order)).astype(np.int32)
        vocabulary = Vocabulary([names[i] for i in order], [written[i] for i in order], frequencies, len(texts))
        return cls(_keep_heaviest(counts, vocabulary.idf), vocabulary)

    @cached_property
    def matrix(self) -> csr_array:
        """The weights of the counts: float32, rows of length one, or empty for a text with stop words only."""
        return weigh_counts(self.counts, self.vocabulary.idf)


def weigh_counts(counts: csr_array, idf: NDArray[np.float32]) -> csr_array:
    """Return unit rows of sublinear tf × idf, in float32, sharing the pattern of `counts`."""
    # Imported here: it takes a second and 90 MB, and the live index, which weighs by itself, imports this module too.
    from sklearn.feature_extraction.text import TfidfTransformer

    transformer = TfidfTransformer(sublinear_tf=True)
    # Given rather than fitted: the frequencies are those of the texts before the longest were cut to `MAX_STEMS`.
    transformer.idf_ = idf
    weights = np.empty(counts.nnz, dtype=np.float32)
    for rows in iterate_row_slices(counts.indptr):
        start, end = counts.indptr[rows.start], counts.indptr[rows.stop]
        if end > start:
            weights[start:end] = transformer.transform(counts[rows].astype(np.float32), copy=False).data
    return csr_array((weights, counts.indices, counts.indptr), shape=counts.shape)


def iterate_row_slices(indptr: NDArray[Any]) -> Iterator[slice]:
    """Cut the rows of a CSR matrix into slices of about two million entries, so that temporary arrays stay small."""
    start, size = 0, len(indptr) - 1
    while start < size:
        stop = int(np.searchsorted(indptr, indptr[start] + _ENTRIES_AT_ONCE))
        yield slice(start, start := min(max(stop, start + 1), size))


def _keep_heaviest(counts: csr_array, idf: NDArray[np.float32]) -> csr_array:
    """Keep the `MAX_STEMS` heaviest stems of the texts that have more; of equal weights, the first in the alphabet."""
    long = np.flatnonzero(np.diff(counts.indptr) > MAX_STEMS)
    if not len(long):
        return counts
    kept = np.ones(counts.nnz, dtype=bool)
    for start, end in zip(counts.indptr[long], counts.indptr[long + 1], strict=True):
        weights = sublinear_tf(counts.data[start:end]).astype(np.float32) * idf[counts.indices[start:end]]
        kept[start + np.argsort(-weights, kind="stable")[MAX_STEMS:]] = False
    indptr = np.concatenate(([0], np.cumsum(kept)))[counts.indptr].astype(np.int32)
    return csr_array((counts.data[kept], counts.indices[kept], indptr), shape=counts.shape)


def _reorder_columns(counts: csr_array, order: list[int]) -> csr_array:
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    counts = csr_array((counts.data, places[counts.indices], counts.indptr), shape=counts.shape)
    counts.sort_indices()
    return counts
