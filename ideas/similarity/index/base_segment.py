"""The part of an index that does not change: the texts it was built from, mapped and shared by all processes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.spelling import Spelling
from ideas.similarity.text.character_ngrams import fingerprints

_TEXTS_FOR_MISTAKES = 2000  # from so many texts on, a word of one text only is as likely a mistake as a word
_FULL = 255  # the weight of a text that has one stem only, in the lists


class Base(NamedTuple):
    """N texts, V stems. The arrays are those of the file.

    Texts: `ids` (N); `id_order` (N), the texts in the order of their ids; `prints` (N × 16), their fingerprints; their
    stems: `text_starts` (N + 1), `stems`, `weights`. Stems, in the order of their `marks` (V), hashes of 64 bits:
    `frequencies` (V); `written`, in UTF-8, from `written_starts` (V + 1); their texts, the weightiest first:
    `stem_starts` (V + 1), `texts`, `lacks` (what the weight lacks to 1, in 1/255, rounded down).
    """

    ids: NDArray[Any]
    id_order: NDArray[np.intp]
    prints: NDArray[np.uint64]
    text_starts: NDArray[np.int64]
    stems: NDArray[np.int32]
    weights: NDArray[np.float32]
    marks: NDArray[np.uint64]
    frequencies: NDArray[np.int32]
    written: NDArray[np.uint8]
    written_starts: NDArray[np.int64]
    stem_starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    lacks: NDArray[np.uint8]
    spelling: Spelling

    @classmethod
    def build(cls, ids: Sequence[Any], texts: Sequence[str], languages: Sequence[str | None] | None) -> Base:
        """Fit a corpus on the texts and turn it round."""
        # Imported here: it needs SciPy, that a web process has no other use for.
        from ideas.similarity.text.tfidf import Corpus

        corpus = Corpus.fit(texts, languages)
        vocabulary, matrix = corpus.vocabulary, corpus.matrix
        marks = marks_of(vocabulary.stems)
        order = np.argsort(marks)
        numbers = np.empty(len(order), dtype=np.int32)
        numbers[order] = np.arange(len(order), dtype=np.int32)
        stems = numbers[matrix.indices]
        written = [vocabulary.written[column].encode() for column in order]
        spelt_once = min(1, len(texts) // _TEXTS_FOR_MISTAKES)
        known = [column for column in order if vocabulary.frequencies[column] > spelt_once]
        identified = _ids(ids)
        return cls(
            ids=identified,
            id_order=np.argsort(identified, kind="stable"),
            prints=fingerprints(texts),
            text_starts=matrix.indptr.astype(np.int64),
            stems=stems,
            weights=matrix.data,
            marks=marks[order],
            frequencies=vocabulary.frequencies[order],
            written=np.frombuffer(b"".join(written), dtype=np.uint8),
            written_starts=_starts(np.array([len(word) for word in written], dtype=np.int64)),
            **_turned_round(stems, matrix.data, matrix.indptr, len(order)),
            spelling=Spelling.learn([vocabulary.stems[column] for column in known], numbers[known]),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Name every array, to be kept in a file."""
        own = {name: array for name, array in self._asdict().items() if name != "spelling"}
        return own | {f"spelling.{name}": array for name, array in self.spelling._asdict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Base:
        """Make the base that `to_arrays` has named."""
        own: dict[str, Any] = {name: arrays[name] for name in cls._fields if name != "spelling"}
        return cls(**own, spelling=Spelling(*(arrays[f"spelling.{name}"] for name in Spelling._fields)))

    def find_text(self, key: Any) -> int | None:
        """Answer the place of the text that has this id."""
        if np.array(key).dtype.kind != self.ids.dtype.kind:
            return None
        place = np.searchsorted(self.ids, key, sorter=self.id_order)
        found = place < len(self.ids) and self.ids[self.id_order[place]] == key
        return int(self.id_order[place]) if found else None

    def numbers(self, stems: Sequence[str]) -> NDArray[np.int64]:
        """Answer the number of each stem, -1 for one that is unknown."""
        if not len(self.marks):
            return np.full(len(stems), -1)
        marks = marks_of(stems)
        places = np.searchsorted(self.marks, marks).clip(max=len(self.marks) - 1)
        return np.where(self.marks[places] == marks, places, -1)

    def frequencies_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Answer in how many texts each stem is; 0 for a number that is not of the base."""
        inside = (numbers >= 0) & (numbers < len(self.marks))
        frequencies = np.zeros(len(numbers), dtype=np.int64)
        frequencies[inside] = self.frequencies[numbers[inside]]
        return frequencies

    def stems_of(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Answer the stems of a text and their weights."""
        entries = slice(self.text_starts[place], self.text_starts[place + 1])
        return self.stems[entries], self.weights[entries]

    def word(self, number: int) -> str:
        """Answer how people write a stem."""
        return self.written[self.written_starts[number] : self.written_starts[number + 1]].tobytes().decode()


def marks_of(stems: Sequence[str]) -> NDArray[np.uint64]:
    """Hash each stem to 64 bits: enough for a thousand million million stems before two are likely to meet."""
    hashes = (hashlib.blake2b(stem.encode(), digest_size=8).digest() for stem in stems)
    return np.frombuffer(b"".join(hashes), dtype="<u8")


def _ids(ids: Sequence[Any]) -> NDArray[Any]:
    identified = np.array(ids, dtype=np.int64 if not len(ids) else None)
    if identified.dtype.kind not in "iU" or len(np.unique(identified)) < len(ids):
        raise ValueError("The ids of an index are whole numbers, or else strings, and each is given once.")
    return identified


def _turned_round(
    stems: NDArray[np.int32], weights: NDArray[np.float32], indptr: NDArray[Any], count: int
) -> dict[str, Any]:
    """List the texts of each stem, the weightiest first."""
    lacks = (_FULL - np.ceil(weights.clip(max=1) * _FULL)).astype(np.uint8)
    texts = np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
    order = np.argsort(stems.astype(np.int64) << 8 | lacks, kind="stable")
    frequencies = np.bincount(stems, minlength=count)
    return {"stem_starts": _starts(frequencies), "texts": texts[order], "lacks": lacks[order]}


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths)))
