"""Count the stems of many texts, fast: Python handles each distinct word once, NumPy does the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity.text import french
from ideas.similarity.text.growable_array import GrowableArray
from ideas.similarity.text.hash_table import HashTable
from ideas.similarity.text.tokenizer import Tokens, tokenize

_CHARACTERS_AT_ONCE = 2_000_000
_MAX_COUNT = 65_535  # of uint16
_Counts: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]
"""The distinct stems of some texts, in CSR form: how many per text; their numbers; how many times each is written."""

# « Transport » written so many times more than « transport » is a name; else the capital begins a sentence.
_NAME_RATIO = 4


class TermCounter:
    """Counts stems, and remembers each distinct written word: its number, and that of its stem (-1: stop word)."""

    def __init__(self) -> None:
        self.stems: dict[str, int] = {}
        self._word_numbers = HashTable()
        self._written: list[str] = []
        self._stem_of = GrowableArray(np.int32)
        self._times = GrowableArray(np.int64)

    def count(self, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> csr_array:
        """Return how many times each text has each stem: texts × stems, uint16, columns as first met."""
        parts = [self._count_batch(texts[batch], languages[batch] if languages else None) for batch in _batches(texts)]
        sizes, stems, counts = (_concatenate(parts, i, kind) for i, kind in enumerate((np.int32, np.int32, np.uint16)))
        indptr = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
        return csr_array((counts, stems, indptr), shape=(len(texts), len(self.stems)))

    def _count_batch(self, texts: Sequence[str], languages: Sequence[str | None] | None) -> _Counts:
        words = tokenize(texts)
        is_english = np.array([french.supported_language(language) == "en" for language in languages or []], dtype=bool)
        is_english = is_english if languages else np.zeros(len(texts), dtype=bool)
        numbers = self._number_words(words, np.repeat(is_english, words.counts))
        self._times.values[:] += np.bincount(numbers, minlength=len(self._written))
        stems = self._stem_of.values[numbers].astype(np.int64)
        rows = np.repeat(np.arange(len(texts)), words.counts)
        kept = stems >= 0
        pairs, counts = np.unique(rows[kept] << 32 | stems[kept], return_counts=True)
        sizes = np.bincount(pairs >> 32, minlength=len(texts))
        return sizes.astype(np.int32), pairs.astype(np.int32), counts.clip(max=_MAX_COUNT).astype(np.uint16)

    def _number_words(self, words: Tokens, is_english: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the number of each word, numbering those that are new. One form in two languages is two words."""
        hashes = words.hashes ^ is_english
        numbers = self._word_numbers.find(hashes)
        missed = np.flatnonzero(numbers < 0)
        new, firsts, places = np.unique(hashes[missed], return_index=True, return_inverse=True)
        found = np.array([self._word_numbers.find_collision(hash_) for hash_ in new.tolist()], dtype=np.int64)
        unseen = found < 0
        found[unseen] = self._number_new(words, missed[firsts[unseen]], is_english)
        self._word_numbers.add(new[unseen], found[unseen])
        numbers[missed] = found[places]
        return numbers

    def _number_new(self, words: Tokens, places: NDArray[np.int64], is_english: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number the words at these places, all new, and stem them."""
        first = len(self._written)
        self._written += [words.word(place) for place in places.tolist()]
        languages = ("en" if english else "fr" for english in is_english[places].tolist())
        stems = map(french.stem, self._written[first:], languages)
        self._stem_of.extend([self.stems.setdefault(stem, len(self.stems)) if stem else -1 for stem in stems])
        self._times.extend(np.zeros(len(places)))
        return np.arange(first, len(self._written))

    def list_written_forms(self) -> list[str]:
        """List, for each stem in order of first appearance, the form in which people write it most."""
        spelt: list[dict[str, dict[str, int]]] = [defaultdict(dict) for _ in self.stems]
        for word, stem, times in zip(
            self._written, self._stem_of.values.tolist(), self._times.values.tolist(), strict=True
        ):
            if stem >= 0:
                cases = spelt[stem][word.lower()]
                cases[word] = cases.get(word, 0) + times
        return [_commonest(spellings) for spellings in spelt]


def _commonest(spellings: dict[str, dict[str, int]]) -> str:
    lower = min(spellings, key=lambda form: (-sum(spellings[form].values()), form))
    cases = spellings[lower]
    most = min(cases, key=lambda form: (-cases[form], form))
    return most if cases[most] > _NAME_RATIO * cases.get(lower, 0) else lower


def _concatenate(parts: list[_Counts], place: int, kind: type) -> NDArray[Any]:
    return np.concatenate([part[place] for part in parts]) if parts else np.zeros(0, dtype=kind)


def _batches(texts: Sequence[str]) -> Iterator[slice]:
    """Split the texts into runs of about `_CHARACTERS_AT_ONCE` characters."""
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    start = 0
    while start < len(texts):
        until = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _CHARACTERS_AT_ONCE))
        yield slice(start, max(until, start + 1))
        start = max(until, start + 1)
