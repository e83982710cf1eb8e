"""Texts searched by words: a base, what was added since, what was removed. Knows nothing of files.

How well a text answers is the sum, over the words asked, of their rarity and of the impact that each has in the text
(BM25F: Robertson, Zaragoza & Taylor 2004; impacts kept as bytes: Anh & Moffat 2001). A word that nobody wrote is looked
for among those that begin so, and those one or two letters away (Damerau 1964). Frequencies are counted over what can
be found now, so that the same texts rank in the same order however they came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.letter_distance import count_edits
from ideas.similarity.index.word_segment import WordSegment, can_be_misspelt
from ideas.similarity.text.field_impacts import Document
from ideas.similarity.text.search_terms import QueryWord

ALL, MOST, ANY = range(3)

_COMMON = 0.25  # of the texts: a word that so many say is asked for, not required, beside rarer ones
_COMMON_FROM = 20  # texts
_SHORTEST_BEGINNING = 3  # letters
_MOST_BEGINNINGS = 30
_BEGINNING = 0.8  # what a word that only begins so is worth
_EDITED = (1.0, 0.6, 0.4)  # what a word so many letters away is worth
_LONG = 6  # letters from which two mistakes may be forgiven
_LEAST_PAIRS = 0.35  # of their letters by two, in common
_MOST_CANDIDATES = 30
_TIMES_COMMONER = 10  # than a word which next to nobody writes, and which may be a mistake


class Ranking(NamedTuple):
    """What answers a query: of each text its score, 0 for none, and how strictly it answers; the terms found."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    levels: NDArray[np.uint8]
    terms: frozenset[str]

    def list_level(self, level: int) -> list[int]:
        """List the ids of the texts that answer just so strictly, the best first; of equal scores, the lowest id."""
        places = np.flatnonzero((self.levels == level) & (self.scores > 0))
        scores = np.round(self.scores[places], 4)
        ids: list[int] = self.ids[places][np.lexsort((self.ids[places], -scores))].tolist()
        return ids


class WordSegments:
    """Texts are numbered through: those of the base first, then those added."""

    def __init__(self, base: WordSegment) -> None:
        self.base = base
        self._added: dict[str, dict[int, int]] = {}
        self._places: dict[int, int] = {}
        self._forms: dict[str, str] = {}
        self._documents: list[Document] = []
        self._ids = base.ids
        self._shown = np.ones(len(base.ids), dtype=bool)

    def ids(self) -> set[int]:
        """Return the ids of the texts that can be found."""
        return set(self._ids[self._shown].tolist())

    def count_added(self) -> int:
        """Count the texts added since the base was built."""
        return len(self._documents)

    def has(self, key: int) -> bool:
        """Tell whether a text can be found under this id."""
        return self._find(key) is not None

    def holds(self, key: int, document: Document) -> bool:
        """Tell whether just this document can be found under this id."""
        place = self._find(key)
        if place is None:
            return False
        added = place - len(self.base.ids)
        return document.impacts == (self._documents[added].impacts if added >= 0 else self.base.list_terms(place))

    def add(self, key: int, document: Document) -> None:
        """Add a text, in place of the one that had its id."""
        self.remove(key)
        place = self._places[key] = len(self._ids)
        self._documents.append(document)
        self._forms |= document.forms | {term: term for term in document.impacts}
        self._ids = np.append(self._ids, np.int64(key))
        self._shown = np.append(self._shown, True)
        for term, impact in document.impacts.items():
            self._added.setdefault(term, {})[place] = impact

    def remove(self, key: int) -> None:
        """Remove a text, if it is there."""
        place = self._find(key)
        if place is not None:
            self._shown[place] = False
            self._places.pop(key, None)

    def rank(self, words: Sequence[QueryWord], *, understood: Collection[str] = (), loosely: bool = False) -> Ranking:
        """Rank the texts by what they say of the words asked.

        A word that is `understood` in every text is asked for, not required, beside others. `loosely` forgives one
        mistake more, for when nothing else is found.
        """
        shown_count = int(self._shown.sum())
        total = np.zeros(len(self._ids), dtype=np.float32)
        said: list[NDArray[np.bool_]] = []
        terms: set[str] = set()
        for word in words:
            impacts, found = self._measure(word, loosely=loosely)
            count = int(np.count_nonzero(impacts))
            total += np.float32(np.log1p((shown_count - count + 0.5) / (count + 0.5))) * impacts
            said.append(impacts > 0)
            terms |= found
        limit = max(_COMMON_FROM, _COMMON * shown_count)
        required = [
            says
            for says, word in zip(said, words, strict=True)
            if np.count_nonzero(says) <= limit and not any(term in understood for term in word.terms)
        ]
        return Ranking(self._ids, total, _grade(required or said, len(self._ids)), frozenset(terms))

    def _measure(self, word: QueryWord, *, loosely: bool) -> tuple[NDArray[np.float32], set[str]]:
        """Return the largest impact that a word, or what stands for it, has in each text, and the terms these are."""
        impacts = np.zeros(len(self._ids), dtype=np.float32)
        terms = [(term, 1.0) for term in word.terms]
        self._raise(impacts, terms)
        count = int(np.count_nonzero(impacts))
        if count <= 1:
            terms += self._replace(word.written, count, loosely=loosely)
            self._raise(impacts, terms)
        return impacts, {term for term, _ in terms}

    def _raise(self, impacts: NDArray[np.float32], terms: Sequence[tuple[str, float]]) -> None:
        for term, worth in terms:
            number = self.base.find_term(term)
            if number is not None:
                texts, given = self.base.list_texts(number)
                impacts[texts] = np.maximum(impacts[texts], np.float32(worth / 255) * given)
            for place, impact in self._added.get(term, {}).items():
                impacts[place] = max(impacts[place], worth * impact / 255)
        impacts[~self._shown] = 0

    def _replace(self, word: str, count: int, *, loosely: bool) -> Iterator[tuple[str, float]]:
        """Yield the terms that a word nobody writes, or one text only, may stand for, and what each is worth."""
        if not count and len(word) >= _SHORTEST_BEGINNING:
            yield from ((term, _BEGINNING) for term in self._list_beginning(word))
        if not can_be_misspelt(word) or len(word) <= _SHORTEST_BEGINNING:
            return
        allowed = (1 if len(word) < _LONG else 2) + loosely
        near = [(count_edits(word, form, most=allowed), term) for form, term in self._list_near(word) if form != word]
        fewest = min((edits for edits, _ in near), default=allowed + 1)
        for edits, term in near:
            is_likelier = not count or self._count(term) >= _TIMES_COMMONER * count
            if edits == fewest <= allowed and is_likelier:
                yield term, _EDITED[min(edits, len(_EDITED) - 1)]

    def _list_beginning(self, word: str) -> list[str]:
        added = sorted(term for form, term in self._forms.items() if form.startswith(word))
        return list(dict.fromkeys([*self.base.list_beginning(word, _MOST_BEGINNINGS), *added[:_MOST_BEGINNINGS]]))

    def _list_near(self, word: str) -> list[tuple[str, str]]:
        known = self.base.list_near(word, least=_LEAST_PAIRS, most=_MOST_CANDIDATES)
        return [*known, *((form, term) for form, term in self._forms.items() if can_be_misspelt(form))]

    def _count(self, term: str) -> int:
        impacts = np.zeros(len(self._ids), dtype=np.float32)
        self._raise(impacts, [(term, 1.0)])
        return int(np.count_nonzero(impacts))

    def _find(self, key: Any) -> int | None:
        if key in self._places:
            return self._places[key]
        place = self.base.find_text(key)
        return place if place is not None and self._shown[place] else None


def _grade(required: Sequence[NDArray[np.bool_]], size: int) -> NDArray[np.uint8]:
    """Return for each text whether it says all the words that are required, most of them, or any."""
    counts = np.sum(required, axis=0, dtype=np.uint8) if required else np.zeros(size, dtype=np.uint8)
    levels = np.full(size, ANY, dtype=np.uint8)
    levels[3 * counts.astype(np.int64) >= 2 * len(required)] = MOST
    levels[counts == len(required)] = ALL
    return levels
