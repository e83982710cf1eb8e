"""The texts of an index, in memory or mapped: the base and what came since. Knows nothing of files."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.delta_segment import Fresh
from ideas.similarity.index.exact_search import Finder
from ideas.similarity.index.query import Weighed, ask, weigh
from ideas.similarity.text.character_ngrams import alike, fingerprints

_REORDERED = 50
_LETTERS = 0.2  # their part in the likeness
_MOST_WORDS = 8


class Found(NamedTuple):
    """A text like the one searched: its id, its likeness in [0, 1], the words they share, the weightiest first."""

    id: Any
    likeness: float
    words: list[str]


class Shelf:
    """A base, the texts added to it, and those taken away."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.fresh = Fresh(base)
        self._finder = Finder(base)
        self._hidden: NDArray[np.bool_] | None = None

    def ids(self) -> set[Any]:
        """List the ids of the texts that can be found."""
        old = self.base.ids if self._hidden is None else self.base.ids[~self._hidden]
        return {*old.tolist(), *self.fresh.places}

    def add(self, key: Any, text: str, language: str | None) -> None:
        """Put a text, in place of the one that had its id."""
        self.remove(key)
        self.fresh.add(key, *weigh(text, language, self.base, self.fresh), fingerprints([text])[0])

    def has(self, key: Any) -> bool:
        """Tell whether a text can be found by this id."""
        return self._find(key) is not None

    def holds(self, key: Any, text: str, language: str | None) -> bool:
        """Tell whether this very text can be found by this id."""
        place = self._find(key)
        if place is None or not np.array_equal(self._prints(np.array([place]))[0], fingerprints([text])[0]):
            return False
        numbers, weights = self._stems(place)
        given = weigh(text, language, self.base, self.fresh)
        order, other = np.argsort(numbers), np.argsort(given.numbers)
        same = np.array_equal(numbers[order], given.numbers[other])
        return same and np.allclose(weights[order], given.weights[other], atol=1e-4)

    def remove(self, key: Any) -> None:
        """Take a text away, if it is there."""
        self.fresh.hide(key)
        place = self.base.find_text(key)
        if place is not None:
            if self._hidden is None:
                self._hidden = np.zeros(len(self.base.ids), dtype=bool)
            self._hidden[place] = True

    def search(self, text: str, k: int, language: str | None) -> list[Found]:
        """List the `k` texts most like `text`: fifty by stems, then put in order with their letters."""
        query = ask(text, language, self.base, self.fresh)
        asked = self._room_to_ask()
        asked[query.numbers] = query.weights
        try:
            texts, cosines = self._best(query, k)
            likeness = (1 - _LETTERS) * cosines.clip(max=1) + _LETTERS * alike(
                fingerprints([text])[0], self._prints(texts)
            )
            order = np.lexsort((texts, -likeness))[:k].tolist()
            words = self._words(texts[order].tolist(), asked)
            return [
                Found(self._id(texts[i]), float(likeness[i]), shared) for i, shared in zip(order, words, strict=True)
            ]
        finally:
            asked[query.numbers] = 0

    def _best(self, query: Weighed, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Answer about fifty texts and their cosines; those added are numbered after those of the base."""
        count = max(_REORDERED, k)
        known = query.numbers < len(self.base.marks)
        old, cosines = self._finder.best(query.numbers[known], query.weights[known], k, count, self._hidden)
        new, new_cosines = self.fresh.best(self._finder.asked, count)
        return np.concatenate((old, new + len(self.base.ids))), np.concatenate((cosines, new_cosines))

    def _room_to_ask(self) -> NDArray[np.float32]:
        needed = len(self.base.marks) + len(self.fresh.written)
        if len(self._finder.asked) < needed:
            self._finder.asked = np.zeros(2 * needed, dtype=np.float32)
        return self._finder.asked

    def _prints(self, texts: NDArray[np.int64]) -> NDArray[np.uint64]:
        first = len(self.base.ids)
        old, new = texts[texts < first], texts[texts >= first]
        return np.concatenate((self.base.prints[old], self.fresh.prints(new - first)))

    def _find(self, key: Any) -> int | None:
        if key in self.fresh.places:
            return len(self.base.ids) + self.fresh.places[key]
        place = self.base.find_text(key)
        return None if place is None or (self._hidden is not None and self._hidden[place]) else place

    def _stems(self, text: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
        place = text - len(self.base.ids)
        return self.base.stems_of(text) if place < 0 else self.fresh.stems_of(place)

    def _id(self, text: int) -> Any:
        place = text - len(self.base.ids)
        return self.base.ids[text].item() if place < 0 else self.fresh.ids[place]

    def _words(self, texts: list[int], asked: NDArray[np.float32]) -> list[list[str]]:
        """List for each text the words it shares with what is asked, the weightiest first."""
        if not texts:
            return []
        parts, weights = zip(*map(self._stems, texts), strict=True)
        numbers = np.concatenate(parts)
        owners = np.repeat(np.arange(len(texts)), [len(part) for part in parts])
        shares = asked[numbers] * np.concatenate(weights)
        shared = np.flatnonzero(shares)
        shared = shared[np.lexsort((-shares[shared], owners[shared]))]
        words: list[list[str]] = [[] for _ in texts]
        for owner, number in zip(owners[shared].tolist(), numbers[shared].tolist(), strict=True):
            if len(words[owner]) < _MOST_WORDS:
                words[owner].append(self._word(number))
        return words

    def _word(self, number: int) -> str:
        known = len(self.base.marks)
        return self.base.word(number) if number < known else self.fresh.written[number - known]
