"""Keywords: what tells a cluster apart, and why two texts are similar.

A keyword is a stem that weighs more in a cluster than in the rest, shown as its members most often write it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ideas.similarity.clustering.members import Rows, list_members, take_rows
from ideas.similarity.clustering.terms import write_terms
from ideas.similarity.text.tfidf import Corpus

MOST_READ = 200  # texts of a cluster that are read for its terms: more would not change them
_PAIRS_AT_ONCE = 100_000


def keywords(
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    count: int = 8,
    languages: Sequence[str | None] | None = None,
    authors: Sequence[Hashable] | None = None,
) -> dict[int, list[str]]:
    """List the words that tell each label apart, most telling first, as people write them. -1 is left out.

    `authors`, one a text, keeps to the words of two authors, so that nobody alone names a group.
    """
    return find_keywords(Corpus.fit(texts, languages), texts, labels, count=count, languages=languages, authors=authors)


def explain(text_a: str, text_b: str, language: str | None = None) -> list[tuple[str, float]]:
    """List the words that two texts share, as the first writes them, with their share of the likeness (sum 1)."""
    corpus = Corpus.fit([text_a, text_b], [language, language])
    return explain_pair(corpus, 0, 1)


def explain_pair(corpus: Corpus, first: int, second: int, *, count: int | None = None) -> list[tuple[str, float]]:
    """List the words that two texts of a corpus share, with their share of the likeness, largest first."""
    return next(explain_pairs(corpus, [first], [second], count=count))


def explain_pairs(
    corpus: Corpus, firsts: Sequence[int], seconds: Sequence[int], *, count: int | None = None
) -> Iterator[list[tuple[str, float]]]:
    """Do what `explain_pair` does for each pair, thousands at a time."""
    for at in range(0, len(firsts), _PAIRS_AT_ONCE):
        yield from _explain_some(corpus, firsts[at : at + _PAIRS_AT_ONCE], seconds[at : at + _PAIRS_AT_ONCE], count)


def _explain_some(
    corpus: Corpus, firsts: Sequence[int], seconds: Sequence[int], count: int | None
) -> Iterator[list[tuple[str, float]]]:
    one, other = (take_rows(corpus.matrix, np.asarray(places)) for places in (firsts, seconds))
    # A pair and a stem are one number: what both sides have is found in one sort.
    stem_count = corpus.matrix.shape[1]
    keys, others = (rows.owners * stem_count + rows.indices for rows in (one, other))
    shared, *places = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    pairs, columns = np.divmod(shared, stem_count)
    products = one.data[places[0]].astype(np.float64) * other.data[places[1]]
    shares = (products / np.bincount(pairs, products, len(firsts))[pairs]).round(6)
    order = np.lexsort((columns, -shares, pairs))
    words = [corpus.vocabulary.written[column] for column in columns[order].tolist()]
    told = list(zip(words, shares[order].tolist(), strict=True))
    ends = np.cumsum(np.bincount(pairs, minlength=len(firsts))).tolist()
    for start, end in pairwise([0, *ends]):
        yield told[start:end][:count]


def find_keywords(
    corpus: Corpus,
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    count: int = 8,
    languages: Sequence[Any] | None = None,
    authors: Sequence[Hashable] | None = None,
) -> dict[int, list[str]]:
    """Do what `keywords` does on a corpus already fitted to the same `texts`."""
    whole = np.asarray(corpus.matrix.sum(axis=0)).ravel()
    found = {}
    for label, members in list_members(labels):
        rows = take_rows(corpus.matrix, members)
        columns = rank_telling(rows, whole, corpus.matrix.shape[0])
        if authors is not None:
            columns = columns[np.isin(columns, shared_columns(rows, [authors[member] for member in members]))]
        read = [(texts[member], languages[member] if languages else None) for member in members[:MOST_READ].tolist()]
        stems = {corpus.vocabulary.stems[at]: corpus.vocabulary.written[at] for at in columns[: 3 * count]}
        found[label] = write_terms(stems, read)[:count]
    return found


def rank_telling(rows: Rows, whole: NDArray, count: int) -> NDArray[np.int32]:
    """List the stems of some rows by how much more they weigh in their mean than in that of the others of `count`."""
    columns, places = np.unique(rows.indices, return_inverse=True)
    inside, size = np.bincount(places, rows.data), len(rows.lengths)
    scores = inside / size - (whole[columns] - inside) / max(1, count - size)
    return columns[np.lexsort((columns, -scores))]


def shared_columns(rows: Rows, authors: Sequence[Hashable]) -> NDArray[np.int64]:
    """List the stems that two authors of these rows say."""
    numbers: dict[Hashable, int] = {}
    of_row = np.array([numbers.setdefault(author, len(numbers)) for author in authors], dtype=np.int64)
    said = np.unique(of_row[rows.owners] * 2**32 + rows.indices)
    columns, counts = np.unique(said % 2**32, return_counts=True)
    return columns[counts > 1].astype(np.int64)
