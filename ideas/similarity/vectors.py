"""From texts to unit vectors: how much each stem says of each text.

Log tf × smooth idf, length one (Salton & Buckley 1988, "ltc", with scikit-learn's smoothing), so that the product of
two rows is their cosine, which we call their likeness. The stems are in alphabetical order and the rows sorted:
the same texts give the same bytes on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.reading import Reader
from ideas.similarity.vocabulary import MOST_STEMS, Vocabulary


@dataclass(frozen=True)
class Corpus:
    """Texts as vectors.

    `matrix`: texts × stems, float32, rows of length one (or empty for a text without a word that counts);
    `counts`: the same pattern, how many times each stem is written (uint16, at most 65,535);
    `vocabulary`: the stems, in the order of the columns.
    """

    matrix: csr_array
    counts: csr_array
    vocabulary: Vocabulary

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Corpus:
        """Read all the texts, count their stems, weigh them. `languages`: ISO 639-1 codes, French when None."""
        reader = Reader()
        counts = reader.count(texts, languages)
        names, written = list(reader.stems), reader.commonest_forms()
        order = sorted(range(len(names)), key=names.__getitem__)
        counts = _reordered(counts, order)
        frequencies = np.bincount(counts.indices, minlength=len(order)).astype(np.int32)
        vocabulary = Vocabulary([names[i] for i in order], [written[i] for i in order], frequencies, len(texts))
        return cls(*weigh(counts, vocabulary.idf), vocabulary)


def weigh(counts: csr_array, idf: NDArray[np.float32]) -> tuple[csr_array, csr_array]:
    """Turn counts into unit rows of log tf × idf; answer them with the counts that were kept."""
    weights = _ltc(counts, idf)
    if np.diff(counts.indptr).max(initial=0) > MOST_STEMS:
        counts = _lightened(counts, weights)
        weights = _ltc(counts, idf)
    _make_unit(weights, counts.indptr)
    return csr_array((weights, counts.indices, counts.indptr), shape=counts.shape), counts


def _ltc(counts: csr_array, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    tf = 1 + np.log(np.arange(int(counts.data.max(initial=0)) + 1).clip(1))
    return tf.astype(np.float32)[counts.data] * idf[counts.indices]


def _make_unit(weights: NDArray[np.float32], indptr: NDArray[np.int32]) -> None:
    lengths = np.diff(indptr)
    filled = lengths > 0
    if filled.any():
        squares = np.add.reduceat(np.square(weights, dtype=np.float64), indptr[:-1][filled])
        weights /= np.repeat(np.sqrt(squares), lengths[filled]).astype(np.float32)


def _lightened(counts: csr_array, weights: NDArray[np.float32]) -> csr_array:
    """Keep the `MOST_STEMS` heaviest stems of the texts that have more (the first in the alphabet when equal)."""
    kept = np.ones(counts.nnz, dtype=bool)
    for row in np.flatnonzero(np.diff(counts.indptr) > MOST_STEMS):
        start, end = counts.indptr[row : row + 2]
        kept[start + np.argsort(-weights[start:end], kind="stable")[MOST_STEMS:]] = False
    indptr = np.concatenate(([0], np.cumsum(kept)))[counts.indptr].astype(np.int32)
    return csr_array((counts.data[kept], counts.indices[kept], indptr), shape=counts.shape)


def _reordered(counts: csr_array, order: list[int]) -> csr_array:
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    counts = csr_array((counts.data, places[counts.indices], counts.indptr), shape=counts.shape)
    counts.sort_indices()
    return counts
