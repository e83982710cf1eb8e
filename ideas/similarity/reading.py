"""Counting the stems of many texts, fast: Python touches a word once, NumPy does the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ideas.similarity import french

_TEXTS_AT_ONCE = 8192
_MOST_COUNTED = 65_535
_Counted: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]
"""How many stems each text has; the stems; how many times each."""

# A word written « Transport » far more than « transport » is a name, else the capital is the start of a sentence.
_TIMES_A_NAME = 4


class Reader:
    """Reads texts and remembers each distinct written word: its number, and the number of its stem (-1: stop word)."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.stem_of: list[int] = []
        self.stems: dict[str, int] = {}
        self.times_written = np.zeros(0, dtype=np.int64)
        self._memory = {language: _Memory(self, language) for language in ("fr", "en")}

    def count(self, texts: Sequence[str], languages: Sequence[str | None] | None = None) -> csr_array:
        """Count how many times each stem is in each text: texts × stems, uint16, columns as first met."""
        batches = [slice(start, start + _TEXTS_AT_ONCE) for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        parts = [self._count_some(texts[batch], languages[batch] if languages else None) for batch in batches]
        lengths, stems, counts = (_joined(parts, i, kind) for i, kind in enumerate((np.int32, np.int32, np.uint16)))
        indptr = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        return csr_array((counts, stems, indptr), shape=(len(texts), len(self.stems)))

    def _count_some(self, texts: Sequence[str], languages: Sequence[str | None] | None) -> _Counted:
        numbers: list[int] = []
        ends = np.zeros(len(texts), dtype=np.int64)
        number = {language: memory.__getitem__ for language, memory in self._memory.items()}
        for row, text in enumerate(texts):
            numbers.extend(map(number[french.known(languages[row]) if languages else "fr"], french.words(text)))
            ends[row] = len(numbers)
        return self._tallied(np.array(numbers, dtype=np.int32), ends)

    def _tallied(self, numbers: NDArray[np.int32], ends: NDArray[np.int64]) -> _Counted:
        self._add_times(np.bincount(numbers, minlength=len(self.written)))
        stems = np.array(self.stem_of, dtype=np.int64)[numbers]
        rows = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        kept = stems >= 0
        pairs, counts = np.unique(rows[kept] << 32 | stems[kept], return_counts=True)
        lengths = np.bincount(pairs >> 32, minlength=len(ends))
        return lengths.astype(np.int32), pairs.astype(np.int32), counts.clip(max=_MOST_COUNTED).astype(np.uint16)

    def _add_times(self, times: NDArray[np.int64]) -> None:
        times[: len(self.times_written)] += self.times_written
        self.times_written = times

    def learn(self, word: str, language: str) -> int:
        """Give a number to a word met for the first time in this language."""
        found = french.stem(word, language)
        self.written.append(word)
        self.stem_of.append(self.stems.setdefault(found, len(self.stems)) if found else -1)
        return len(self.written) - 1

    def commonest_forms(self) -> list[str]:
        """List, for each stem as first met, the form in which people write it most."""
        spelt: list[dict[str, dict[str, int]]] = [defaultdict(dict) for _ in self.stems]
        for word, stem, times in zip(self.written, self.stem_of, self.times_written.tolist(), strict=True):
            if stem >= 0:
                cases = spelt[stem][word.lower()]
                cases[word] = cases.get(word, 0) + times
        return [_commonest(spellings) for spellings in spelt]


class _Memory(dict[str, int]):
    """Written word → its number. Missing words are learnt."""

    def __init__(self, reader: Reader, language: str) -> None:
        self._reader, self._language = reader, language

    def __missing__(self, word: str) -> int:
        number = self[word] = self._reader.learn(word, self._language)
        return number


def _commonest(spellings: dict[str, dict[str, int]]) -> str:
    lower = min(spellings, key=lambda form: (-sum(spellings[form].values()), form))
    cases = spellings[lower]
    most = min(cases, key=lambda form: (-cases[form], form))
    return most if cases[most] > _TIMES_A_NAME * cases.get(lower, 0) else lower


def _joined(parts: list[_Counted], place: int, kind: type) -> NDArray[Any]:
    return np.concatenate([part[place] for part in parts]) if parts else np.zeros(0, dtype=kind)
