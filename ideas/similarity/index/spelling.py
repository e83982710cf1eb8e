"""Suggest known stems for a misspelt one.

Two stems are close when they share pairs of letters, ends included (« horrair » and « horair » share six of seven).
Among many texts, stems of one text only are not suggested: many are themselves mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.text.character_ngrams import hash_ngrams

_SHORTEST = 4  # letters
_MIN_CLOSENESS = 0.5  # of a typo in nine out of ten words; see docs/similarity.md
_MAX_SUGGESTIONS = 3
_TO_PAIR = np.uint32(17)  # right shift: the 15 highest of 32 bits number a pair
_PAIRS = 1 << 15


class Spelling(NamedTuple):
    """An inverted index from pairs of letters to W words.

    `starts` (pairs + 1): where the words of each pair start in `words`; of each word, `numbers` (W) and `sizes` (W),
    the count of its distinct pairs.
    """

    starts: NDArray[np.int32]
    words: NDArray[np.int32]
    numbers: NDArray[np.int32]
    sizes: NDArray[np.float32]

    @classmethod
    def build(cls, stems: Sequence[str], numbers: NDArray[np.int32]) -> Spelling:
        """Index `stems`, known elsewhere by `numbers`."""
        words, pairs = _list_pairs(stems)
        order = np.argsort(pairs, kind="stable")
        starts = np.searchsorted(pairs[order], np.arange(_PAIRS + 1))
        sizes = np.bincount(words, minlength=len(stems)).astype(np.float32)
        return cls(starts.astype(np.int32), words[order].astype(np.int32), np.asarray(numbers, dtype=np.int32), sizes)

    def suggest(
        self, stem: str, *, least: float = _MIN_CLOSENESS, most: int = _MAX_SUGGESTIONS
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the numbers of the closest stems, closest first, and their closeness: the cosine of their pairs."""
        if len(stem) < _SHORTEST or not len(self.numbers):
            return np.zeros(0, dtype=np.int32), np.zeros(0)
        _, pairs = _list_pairs([stem])
        lists = [self.words[self.starts[pair] : self.starts[pair + 1]] for pair in pairs]
        shared = np.bincount(np.concatenate(lists), minlength=len(self.sizes))
        near = np.flatnonzero(shared >= least * np.sqrt(len(pairs) * self.sizes))
        closeness = shared[near] / np.sqrt(len(pairs) * self.sizes[near])
        best = np.lexsort((near, -closeness))[:most]
        return self.numbers[near[best]], closeness[best]


def _list_pairs(stems: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the distinct pairs of letters of each stem: (place in `stems`, pair)."""
    words, hashes = hash_ngrams([b" %s " % stem.encode() for stem in stems], [2])
    both = np.unique(words << 32 | (hashes >> _TO_PAIR))
    return both >> 32, both & 0xFFFFFFFF
