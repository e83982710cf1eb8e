"""Counting the stems of many texts, fast: Python touches a word once, NumPy does the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.text import french
from ideas.similarity.text.growable_array import Growing
from ideas.similarity.text.hash_table import Known
from ideas.similarity.text.tokenizer import Cut, cut

_LETTERS_AT_ONCE = 2_000_000
_MOST_COUNTED = 65_535
_Counted: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]
"""How many stems each text has; the stems; how many times each."""

# A word written « Transport » far more than « transport » is a name, else the capital is the start of a sentence.
_TIMES_A_NAME = 4


class Reader:
    """Reads texts and remembers each distinct written word: its number, and the number of its stem (-1: stop word)."""

    def __init__(self) -> None:
        self.stems: dict[str, int] = {}
        self._known = Known()
        self._written: list[str] = []
        self._stem_of = Growing(np.int32)
        self._times = Growing(np.int64)

    def count(self, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> csr_array:
        """Count how many times each stem is in each text: texts × stems, uint16, columns as first met."""
        parts = [self._count_some(texts[some], languages[some] if languages else None) for some in _batches(texts)]
        lengths, stems, counts = (_joined(parts, i, kind) for i, kind in enumerate((np.int32, np.int32, np.uint16)))
        indptr = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        return csr_array((counts, stems, indptr), shape=(len(texts), len(self.stems)))

    def _count_some(self, texts: Sequence[str], languages: Sequence[str | None] | None) -> _Counted:
        words = cut(texts)
        is_english = np.array([french.known(language) == "en" for language in languages or []], dtype=bool)
        is_english = is_english if languages else np.zeros(len(texts), dtype=bool)
        numbers = self._numbers(words, np.repeat(is_english, words.counts))
        self._times.taken[:] += np.bincount(numbers, minlength=len(self._written))
        stems = self._stem_of.taken[numbers].astype(np.int64)
        rows = np.repeat(np.arange(len(texts)), words.counts)
        kept = stems >= 0
        pairs, counts = np.unique(rows[kept] << 32 | stems[kept], return_counts=True)
        lengths = np.bincount(pairs >> 32, minlength=len(texts))
        return lengths.astype(np.int32), pairs.astype(np.int32), counts.clip(max=_MOST_COUNTED).astype(np.uint16)

    def _numbers(self, words: Cut, is_english: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number each word, and learn those that are new. One word is two in two languages."""
        marks = words.hashes ^ is_english
        numbers = self._known.find(marks)
        missed = np.flatnonzero(numbers < 0)
        new, firsts, places = np.unique(marks[missed], return_index=True, return_inverse=True)
        found = np.array([self._known.aside(mark) for mark in new.tolist()], dtype=np.int64)
        unseen = found < 0
        found[unseen] = self._learn(words, missed[firsts[unseen]], is_english)
        self._known.add(new[unseen], found[unseen])
        numbers[missed] = found[places]
        return numbers

    def _learn(self, words: Cut, places: NDArray[np.int64], is_english: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number the words at these places, all new."""
        first = len(self._written)
        self._written += [words.word(place) for place in places.tolist()]
        languages = ("en" if english else "fr" for english in is_english[places].tolist())
        stems = map(french.stem, self._written[first:], languages)
        self._stem_of.extend([self.stems.setdefault(stem, len(self.stems)) if stem else -1 for stem in stems])
        self._times.extend(np.zeros(len(places)))
        return np.arange(first, len(self._written))

    def commonest_forms(self) -> list[str]:
        """List, for each stem as first met, the form in which people write it most."""
        spelt: list[dict[str, dict[str, int]]] = [defaultdict(dict) for _ in self.stems]
        for word, stem, times in zip(
            self._written, self._stem_of.taken.tolist(), self._times.taken.tolist(), strict=True
        ):
            if stem >= 0:
                cases = spelt[stem][word.lower()]
                cases[word] = cases.get(word, 0) + times
        return [_commonest(spellings) for spellings in spelt]


def _commonest(spellings: dict[str, dict[str, int]]) -> str:
    lower = min(spellings, key=lambda form: (-sum(spellings[form].values()), form))
    cases = spellings[lower]
    most = min(cases, key=lambda form: (-cases[form], form))
    return most if cases[most] > _TIMES_A_NAME * cases.get(lower, 0) else lower


def _joined(parts: list[_Counted], place: int, kind: type) -> NDArray[Any]:
    return np.concatenate([part[place] for part in parts]) if parts else np.zeros(0, dtype=kind)


def _batches(texts: Sequence[str]) -> Iterator[slice]:
    """Cut a range of texts where so many letters are reached."""
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    start = 0
    while start < len(texts):
        until = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _LETTERS_AT_ONCE))
        yield slice(start, max(until, start + 1))
        start = max(until, start + 1)
