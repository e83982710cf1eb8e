"""How much a group owes to chance: whether it holds when its texts had been written a little otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.clustering.decisions import NOTHING_DECIDED, Decisions
from ideas.similarity.clustering.levels import SUBJECTS, grow_tree_of_rows, hash_texts
from ideas.similarity.clustering.members import list_members
from ideas.similarity.text.tfidf import Corpus

ROUNDS = 5  # each costs a graph and a tree
THINNED = 0.1  # of the words of a text

_MIXERS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)


def measure_robustness(
    corpus: Corpus,
    texts: Sequence[str],
    labels: NDArray[np.int64],
    decisions: Decisions = NOTHING_DECIDED,
    *,
    likeness: float = SUBJECTS,
    **workers: Any,
) -> dict[int, float]:
    """Measure for each group but -1 the share of rounds that keep it together, some words of every text gone."""
    hashes = hash_texts(texts)
    together: dict[int, int] = {label: 0 for label, _ in list_members(labels)}
    for round_ in range(ROUNDS):
        thinned = thin(corpus.matrix, hashes, round_)
        found = grow_tree_of_rows(thinned, hashes, decisions, **workers).cut(likeness)
        for label, members in list_members(labels):
            together[label] += bool(found[members[0]] >= 0 and (found[members] == found[members[0]]).all())
    return {label: count / ROUNDS for label, count in together.items()}


def thin(matrix: csr_array, hashes: NDArray[np.uint64], round_: int) -> csr_array:
    """Drop a tenth of the stems of each row, by its hash: neither the order of rows nor chance changes which."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    # SplitMix64 (Steele, Lea and Flood, 2014) of the text, the stem and the round.
    drawn = (hashes[rows] ^ (matrix.indices.astype(np.uint64) << np.uint64(8))) + np.uint64(round_)
    drawn = (drawn ^ drawn >> np.uint64(30)) * _MIXERS[0]
    drawn = (drawn ^ drawn >> np.uint64(27)) * _MIXERS[1]
    kept = drawn >> np.uint64(11) >= THINNED * 2.0**53
    indptr = np.concatenate(([0], np.cumsum(kept)))[matrix.indptr].astype(matrix.indptr.dtype)
    weights = matrix.data[kept]
    lengths = np.sqrt(np.bincount(rows[kept], np.square(weights, dtype=np.float64), matrix.shape[0]))
    weights /= lengths[rows[kept]].astype(np.float32)
    return csr_array((weights, matrix.indices[kept], indptr), shape=matrix.shape)
