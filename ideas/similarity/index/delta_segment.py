"""The texts that came after an index was built: few, kept in memory by each process, measured one and all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import Base
from ideas.similarity.text.character_ngrams import BITS
from ideas.similarity.text.growable_array import Growing


class Fresh:
    """Texts and stems numbered after those of the base."""

    def __init__(self, base: Base) -> None:
        self.ids: list[Any] = []
        self.places: dict[Any, int] = {}
        self.numbers: dict[str, int] = {}
        self.written: list[str] = []
        self._first_number = len(base.marks)
        self._stems = Growing(np.int64)
        self._weights = Growing(np.float32)
        self._owners = Growing(np.int32)
        self._starts = [0]
        self._prints: list[NDArray[np.uint64]] = []
        self._shown: list[bool] = []

    def learn(self, stem: str, written: str) -> int:
        """Number a stem that the base does not know."""
        if stem not in self.numbers:
            self.numbers[stem] = self._first_number + len(self.written)
            self.written.append(written)
        return self.numbers[stem]

    def add(self, key: Any, stems: NDArray[np.int64], weights: NDArray[np.float64], lit: NDArray[np.uint64]) -> None:
        """Keep a text."""
        self.places[key] = len(self.ids)
        self._owners.extend(np.full(len(stems), len(self.ids)))
        self._stems.extend(stems)
        self._weights.extend(weights)
        self._starts.append(self._starts[-1] + len(stems))
        self._prints.append(lit)
        self._shown.append(True)
        self.ids.append(key)

    def hide(self, key: Any) -> None:
        """Forget a text."""
        place = self.places.pop(key, None)
        if place is not None:
            self._shown[place] = False

    def best(self, asked: NDArray[np.float32], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Answer the `count` texts most like what is asked (a weight for each stem), the best first; their cosines."""
        shares = asked[self._stems.taken] * self._weights.taken
        scores = np.bincount(self._owners.taken, shares, len(self.ids)) * self._shown
        places = np.flatnonzero(scores)
        order = np.lexsort((places, -scores[places]))[:count]
        return places[order], scores[places[order]]

    def prints(self, places: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Answer the fingerprints of texts."""
        return np.array([self._prints[place] for place in places], dtype=np.uint64).reshape(len(places), BITS // 64)

    def stems_of(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Answer the stems of a text and their weights."""
        entries = slice(self._starts[place], self._starts[place + 1])
        return self._stems.taken[entries], self._weights.taken[entries]
