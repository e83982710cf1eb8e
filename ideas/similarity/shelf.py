"""The texts of an index, in memory or mapped: the base and what came since. Knows nothing of files."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.base import Base
from ideas.similarity.characters import alike, fingerprints
from ideas.similarity.finder import Finder
from ideas.similarity.fresh import Fresh
from ideas.similarity.weighing import Weighed, ask, weigh

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

    def __len__(self) -> int:
        """Count the texts that can be found."""
        hidden = 0 if self._hidden is None else int(np.count_nonzero(self._hidden))
        return len(self.base.ids) - hidden + len(self.fresh.places)

    def keys(self) -> set[Any]:
        """Gather the ids of the texts that can be found."""
        shown = self.base.ids if self._hidden is None else self.base.ids[~self._hidden]
        return {*shown.tolist(), *self.fresh.places}

    def add(self, key: Any, text: str, language: str | None) -> None:
        """Put a text, in place of the one that had its id."""
        self.remove(key)
        self.fresh.add(key, *weigh(text, language, self.base, self.fresh), fingerprints([text])[0])

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
        asked = ask(text, language, self.base, self.fresh)
        count = max(_REORDERED, k)
        old, old_cosines = self._best_of_base(asked, k, count)
        new, new_cosines = self.fresh.best(*asked, count)
        cosines = np.concatenate((old_cosines, new_cosines)).clip(max=1)
        prints = np.concatenate((self.base.prints[old], self.fresh.prints(new)))
        likeness = (1 - _LETTERS) * cosines + _LETTERS * alike(fingerprints([text])[0], prints)
        texts = np.concatenate((old.astype(np.int64), new + len(self.base.ids)))
        order = np.lexsort((texts, -likeness))[:k]
        return [
            self._found(int(text), float(alike), asked)
            for text, alike in zip(texts[order], likeness[order], strict=True)
        ]

    def _best_of_base(self, asked: Weighed, k: int, count: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        known = asked.numbers < len(self.base.marks)
        return self._finder.best(asked.numbers[known], asked.weights[known], k, count, self._hidden)

    def _found(self, text: int, likeness: float, asked: Weighed) -> Found:
        place = text - len(self.base.ids)
        owner = self.base if place < 0 else self.fresh
        numbers, weights = owner.stems_of(text if place < 0 else place)
        shared, mine, theirs = np.intersect1d(numbers, asked.numbers, assume_unique=True, return_indices=True)
        order = np.argsort(-weights[mine] * asked.weights[theirs], kind="stable")[:_MOST_WORDS]
        key = self.base.ids[text].item() if place < 0 else self.fresh.ids[place]
        return Found(key, likeness, [self._word(int(number)) for number in shared[order]])

    def _word(self, number: int) -> str:
        known = len(self.base.marks)
        return self.base.word(number) if number < known else self.fresh.written[number - known]
