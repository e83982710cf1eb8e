"""The texts added since an index was built: few, in the memory of each process, all measured at each search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.text.character_ngrams import BITS
from ideas.similarity.text.growable_array import GrowableArray


class DeltaSegment:
    """Texts, and stems numbered after those of the base segment."""

    def __init__(self, base: BaseSegment) -> None:
        self.ids: list[Any] = []
        self.places: dict[Any, int] = {}
        self.numbers: dict[str, int] = {}
        self.written: list[str] = []
        self._first_number = len(base.hashes)
        self._stems = GrowableArray(np.int64)
        self._weights = GrowableArray(np.float32)
        self._owners = GrowableArray(np.int32)
        self._starts = [0]
        self._fingerprints: list[NDArray[np.uint64]] = []
        self._shown: list[bool] = []

    def number_stem(self, stem: str, written: str) -> int:
        """Return the number of a stem unknown to the base segment, giving it one the first time."""
        if stem not in self.numbers:
            self.numbers[stem] = self._first_number + len(self.written)
            self.written.append(written)
        return self.numbers[stem]

    def add(self, key: Any, stems: NDArray[np.int64], weights: NDArray[np.float64], print_: NDArray[np.uint64]) -> None:
        """Add a text: its stems, their weights (of length one), its fingerprint (16)."""
        self.places[key] = len(self.ids)
        self._owners.extend(np.full(len(stems), len(self.ids)))
        self._stems.extend(stems)
        self._weights.extend(weights)
        self._starts.append(self._starts[-1] + len(stems))
        self._fingerprints.append(print_)
        self._shown.append(True)
        self.ids.append(key)

    def remove(self, key: Any) -> None:
        """Hide a text, if it is there."""
        place = self.places.pop(key, None)
        if place is not None:
            self._shown[place] = False

    def search(self, query_weights: NDArray[np.float32], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the `count` texts most similar to a query (a weight per stem), best first, and their cosines."""
        shares = query_weights[self._stems.values] * self._weights.values
        scores = np.bincount(self._owners.values, shares, len(self.ids)) * self._shown
        places = np.flatnonzero(scores)
        order = np.lexsort((places, -scores[places]))[:count]
        return places[order], scores[places[order]]

    def list_fingerprints(self, places: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the fingerprints of some texts (texts × 16)."""
        chosen = [self._fingerprints[place] for place in places]
        return np.array(chosen, dtype=np.uint64).reshape(len(places), BITS // 64)

    def list_stems(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the stems of a text and their weights."""
        entries = slice(self._starts[place], self._starts[place + 1])
        return self._stems.values[entries], self._weights.values[entries]
