"""Known stems close to one that is not known: what a hurried finger meant.

Two stems are close when they share pairs of letters, ends included (« horrair » and « horair » share six of seven).
Among many texts, stems of one only are no help: many are themselves mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.text.character_ngrams import runs

_SHORTEST = 4
_LEAST = 0.5  # of a typo in nine out of ten words; see docs/similarity.md
_MOST = 3
_TO_PAIR = np.uint32(17)  # 32 bits to the 15 that number a pair
_PAIRS = 1 << 15


class Spelling(NamedTuple):
    """An inverted index of pairs of letters. `starts` (pairs + 1), `words`; of each word: `numbers`, `sizes`."""

    starts: NDArray[np.int32]
    words: NDArray[np.int32]
    numbers: NDArray[np.int32]
    sizes: NDArray[np.float32]

    @classmethod
    def learn(cls, stems: Sequence[str], numbers: NDArray[np.int32]) -> Spelling:
        """Index `stems`, known elsewhere by `numbers`."""
        words, pairs = _pairs(stems)
        order = np.argsort(pairs, kind="stable")
        starts = np.searchsorted(pairs[order], np.arange(_PAIRS + 1))
        sizes = np.bincount(words, minlength=len(stems)).astype(np.float32)
        return cls(starts.astype(np.int32), words[order].astype(np.int32), np.asarray(numbers, dtype=np.int32), sizes)

    def close(self, stem: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Answer the numbers of the closest stems, the closest first, and how close they are in ]0, 1]."""
        if len(stem) < _SHORTEST or not len(self.numbers):
            return np.zeros(0, dtype=np.int32), np.zeros(0)
        _, pairs = _pairs([stem])
        lists = [self.words[self.starts[pair] : self.starts[pair + 1]] for pair in pairs]
        shared = np.bincount(np.concatenate(lists), minlength=len(self.sizes))
        near = np.flatnonzero(shared >= _LEAST * np.sqrt(len(pairs) * self.sizes))
        closeness = shared[near] / np.sqrt(len(pairs) * self.sizes[near])
        best = np.lexsort((near, -closeness))[:_MOST]
        return self.numbers[near[best]], closeness[best]


def _pairs(stems: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the distinct pairs of each stem: (whose, which)."""
    words, hashes = runs([b" %s " % stem.encode() for stem in stems], [2])
    both = np.unique(words << 32 | (hashes >> _TO_PAIR))
    return both >> 32, both & 0xFFFFFFFF
