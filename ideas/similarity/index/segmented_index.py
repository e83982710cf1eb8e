"""A base segment, a delta segment and what was removed, searched as one. Knows nothing of files."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.index.delta_segment import DeltaSegment
from ideas.similarity.index.exact_search import ExactSearch
from ideas.similarity.index.query import WeightedStems, weigh_query, weigh_text
from ideas.similarity.text.character_ngrams import compare_sizes, fingerprint, fingerprint_likeness

_RERANKED = 50  # texts found by stems, then ranked with their letters too
# Of the likeness, for texts as long as each other: the letters of a short text are all in a long one by chance.
_LETTERS_SHARE = 0.1  # chosen on labelled texts, see docs/similarity.md
_MAX_WORDS = 8


class Found(NamedTuple):
    """A text like the one searched: its id, its likeness in [0, 1], the words they share, heaviest first."""

    id: Any
    likeness: float
    words: list[str]


class SegmentedIndex:
    """Texts are numbered through both segments: those of the base first."""

    def __init__(self, base: BaseSegment) -> None:
        self.base = base
        self.delta = DeltaSegment(base)
        self._exact_search = ExactSearch(base)
        self._hidden: NDArray[np.bool_] | None = None

    def ids(self) -> set[Any]:
        """Return the ids of the texts that can be found."""
        shown = self.base.ids if self._hidden is None else self.base.ids[~self._hidden]
        return {*shown.tolist(), *self.delta.places}

    def count_added(self) -> int:
        """Count the texts added since the base was built."""
        return len(self.delta.ids)

    def add(self, key: Any, text: str, language: str | None) -> None:
        """Add a text, in place of the one that had its id."""
        self.remove(key)
        self.delta.add(key, *weigh_text(text, language, self.base, self.delta), fingerprint([text])[0])

    def has(self, key: Any) -> bool:
        """Tell whether a text can be found under this id."""
        return self._find(key) is not None

    def holds(self, key: Any, text: str, language: str | None) -> bool:
        """Tell whether this very text can be found under this id."""
        place = self._find(key)
        if place is None or not np.array_equal(self._fingerprints(np.array([place]))[0], fingerprint([text])[0]):
            return False
        numbers, weights = self._list_stems(place)
        given = weigh_text(text, language, self.base, self.delta)
        order, other = np.argsort(numbers), np.argsort(given.numbers)
        same = np.array_equal(numbers[order], given.numbers[other])
        return same and np.allclose(weights[order], given.weights[other], atol=1e-4)

    def remove(self, key: Any) -> None:
        """Remove a text, if it is there."""
        self.delta.remove(key)
        place = self.base.find_text(key)
        if place is not None:
            if self._hidden is None:
                self._hidden = np.zeros(len(self.base.ids), dtype=bool)
            self._hidden[place] = True

    def search(self, text: str, k: int, language: str | None) -> list[Found]:
        """List the `k` texts most similar to `text`: fifty found by stems, then ranked with their letters too."""
        query = weigh_query(text, language, self.base, self.delta)
        query_weights = self._room_for_query()
        query_weights[query.numbers] = query.weights
        try:
            texts, cosines = self._search_segments(query, k)
            mine, theirs = fingerprint([text])[0], self._fingerprints(texts)
            letters = fingerprint_likeness(mine, theirs)
            share = _LETTERS_SHARE * np.square(compare_sizes(mine, theirs))
            likeness = cosines.clip(max=1) + share * (letters - cosines.clip(max=1))
            order = np.lexsort((texts, -likeness))[:k].tolist()
            words = self._list_shared_words(texts[order].tolist(), query_weights)
            return [
                Found(self._id(texts[i]), float(likeness[i]), shared) for i, shared in zip(order, words, strict=True)
            ]
        finally:
            query_weights[query.numbers] = 0

    def _search_segments(self, query: WeightedStems, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return about fifty texts of each segment and their cosines."""
        count = max(_RERANKED, k)
        in_base = query.numbers < len(self.base.hashes)
        texts, cosines = self._exact_search.search(
            query.numbers[in_base], query.weights[in_base], k, count, self._hidden
        )
        added, added_cosines = self.delta.search(self._exact_search.query_weights, count)
        return np.concatenate((texts, added + len(self.base.ids))), np.concatenate((cosines, added_cosines))

    def _room_for_query(self) -> NDArray[np.float32]:
        needed = len(self.base.hashes) + len(self.delta.written)
        if len(self._exact_search.query_weights) < needed:
            self._exact_search.query_weights = np.zeros(2 * needed, dtype=np.float32)
        return self._exact_search.query_weights

    def _fingerprints(self, texts: NDArray[np.int64]) -> NDArray[np.uint64]:
        first = len(self.base.ids)
        old, added = texts[texts < first], texts[texts >= first]
        return np.concatenate((self.base.fingerprints[old], self.delta.list_fingerprints(added - first)))

    def _find(self, key: Any) -> int | None:
        if key in self.delta.places:
            return len(self.base.ids) + self.delta.places[key]
        place = self.base.find_text(key)
        return None if place is None or (self._hidden is not None and self._hidden[place]) else place

    def _list_stems(self, text: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
        place = text - len(self.base.ids)
        return self.base.list_stems(text) if place < 0 else self.delta.list_stems(place)

    def _id(self, text: int) -> Any:
        place = text - len(self.base.ids)
        return self.base.ids[text].item() if place < 0 else self.delta.ids[place]

    def _list_shared_words(self, texts: list[int], query_weights: NDArray[np.float32]) -> list[list[str]]:
        """List for each text the words it shares with the query, heaviest first."""
        if not texts:
            return []
        parts, weights = zip(*map(self._list_stems, texts), strict=True)
        numbers = np.concatenate(parts)
        owners = np.repeat(np.arange(len(texts)), [len(part) for part in parts])
        shares = query_weights[numbers] * np.concatenate(weights)
        shared = np.flatnonzero(shares)
        shared = shared[np.lexsort((-shares[shared], owners[shared]))]
        words: list[list[str]] = [[] for _ in texts]
        for owner, number in zip(owners[shared].tolist(), numbers[shared].tolist(), strict=True):
            if len(words[owner]) < _MAX_WORDS:
                words[owner].append(self._read_word(number))
        return words

    def _read_word(self, number: int) -> str:
        in_base = len(self.base.hashes)
        return self.base.read_word(number) if number < in_base else self.delta.written[number - in_base]
