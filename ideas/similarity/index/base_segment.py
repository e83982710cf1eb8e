"""The part of an index that does not change: the texts it was built from, mapped and shared by all processes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.spelling import Spelling
from ideas.similarity.text.character_ngrams import fingerprint
from ideas.similarity.text.weights import weigh_rows

MAX_DEFICIT = 255  # the deficit of a text that does not have the stem; units of 1/255
_MANY_TEXTS = 2000  # from so many on, a word of one text only is as likely a mistake as a word


class BaseSegment(NamedTuple):
    """N texts, V stems, E pairs of a text and one of its stems. The arrays are those of the file.

    Texts: `ids` (N); `id_order` (N), the texts in the order of their ids; `fingerprints` (N × 16); their stems:
    `text_starts` (N + 1), `stems` (E), `weights` (E), of length one per text. Stems, in the order of their `hashes`
    (V, 64 bits): `frequencies` (V); `written`, UTF-8, from `written_starts` (V + 1). Posting lists, the texts of each
    stem, heaviest first: `stem_starts` (V + 1), `texts` (E), `weight_deficits` (E): 1 - weight, in 1/255, rounded down.
    """

    ids: NDArray[Any]
    id_order: NDArray[np.intp]
    fingerprints: NDArray[np.uint64]
    text_starts: NDArray[np.int64]
    stems: NDArray[np.int32]
    weights: NDArray[np.float32]
    hashes: NDArray[np.uint64]
    frequencies: NDArray[np.int32]
    written: NDArray[np.uint8]
    written_starts: NDArray[np.int64]
    stem_starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weight_deficits: NDArray[np.uint8]
    spelling: Spelling

    @classmethod
    def build(cls, ids: Sequence[Any], texts: Sequence[str], languages: Sequence[str | None] | None) -> BaseSegment:
        """Fit a corpus on the texts and invert it."""
        # Imported here: it loads SciPy, which a web process does not use otherwise.
        from ideas.similarity.text.tfidf import Corpus

        corpus = Corpus.fit(texts, languages)
        vocabulary, counts = corpus.vocabulary, corpus.counts
        weights = weigh_rows(counts.data, counts.indices, counts.indptr, vocabulary.idf)
        hashes = hash_stems(vocabulary.stems)
        order = np.argsort(hashes)
        numbers = np.empty(len(order), dtype=np.int32)
        numbers[order] = np.arange(len(order), dtype=np.int32)
        stems = numbers[counts.indices]
        written = [vocabulary.written[column].encode() for column in order]
        rare = min(1, len(texts) // _MANY_TEXTS)
        trusted = [column for column in order if vocabulary.frequencies[column] > rare]
        checked = _check_ids(ids)
        return cls(
            ids=checked,
            id_order=np.argsort(checked, kind="stable"),
            fingerprints=fingerprint(texts),
            text_starts=counts.indptr.astype(np.int64),
            stems=stems,
            weights=weights,
            hashes=hashes[order],
            frequencies=vocabulary.frequencies[order],
            written=np.frombuffer(b"".join(written), dtype=np.uint8),
            written_starts=_sum_lengths(np.array([len(word) for word in written], dtype=np.int64)),
            **_invert(stems, weights, counts.indptr, len(order)),
            spelling=Spelling.build([vocabulary.stems[column] for column in trusted], numbers[trusted]),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by its name, to be written to a file."""
        own = {name: array for name, array in self._asdict().items() if name != "spelling"}
        return own | {f"spelling.{name}": array for name, array in self.spelling._asdict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> BaseSegment:
        """Return the segment of which `to_arrays` returned the arrays."""
        own: dict[str, Any] = {name: arrays[name] for name in cls._fields if name != "spelling"}
        return cls(**own, spelling=Spelling(*(arrays[f"spelling.{name}"] for name in Spelling._fields)))

    def find_text(self, key: Any) -> int | None:
        """Return the place of the text that has this id, None when there is none."""
        if np.array(key).dtype.kind != self.ids.dtype.kind:
            return None
        place = np.searchsorted(self.ids, key, sorter=self.id_order)
        found = place < len(self.ids) and self.ids[self.id_order[place]] == key
        return int(self.id_order[place]) if found else None

    def number_stems(self, stems: Sequence[str]) -> NDArray[np.int64]:
        """Return the number of each stem, -1 for an unknown one."""
        if not len(self.hashes):
            return np.full(len(stems), -1)
        hashes = hash_stems(stems)
        places = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
        return np.where(self.hashes[places] == hashes, places, -1)

    def count_texts(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return in how many texts each stem is, 0 for a number that is not of this segment."""
        inside = (numbers >= 0) & (numbers < len(self.hashes))
        frequencies = np.zeros(len(numbers), dtype=np.int64)
        frequencies[inside] = self.frequencies[numbers[inside]]
        return frequencies

    def list_stems(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the stems of a text and their weights."""
        entries = slice(self.text_starts[place], self.text_starts[place + 1])
        return self.stems[entries], self.weights[entries]

    def read_word(self, number: int) -> str:
        """Return the form in which people write a stem most."""
        return self.written[self.written_starts[number] : self.written_starts[number + 1]].tobytes().decode()


def hash_stems(stems: Sequence[str]) -> NDArray[np.uint64]:
    """Hash each stem to 64 bits (BLAKE2): among a million stems, two collide once in forty million vocabularies."""
    hashes = (hashlib.blake2b(stem.encode(), digest_size=8).digest() for stem in stems)
    return np.frombuffer(b"".join(hashes), dtype="<u8")


def _check_ids(ids: Sequence[Any]) -> NDArray[Any]:
    checked = np.array(ids, dtype=np.int64 if not len(ids) else None)
    if checked.dtype.kind not in "iU" or len(np.unique(checked)) < len(ids):
        raise ValueError("The ids of an index are whole numbers, or else strings, and each is given once.")
    return checked


def _invert(
    stems: NDArray[np.int32], weights: NDArray[np.float32], indptr: NDArray[Any], stem_count: int
) -> dict[str, Any]:
    """Return the posting lists: the texts of each stem, heaviest first."""
    deficits = (MAX_DEFICIT - np.ceil(weights.clip(max=1) * MAX_DEFICIT)).astype(np.uint8)
    texts = np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
    order = np.argsort(stems.astype(np.int64) << 8 | deficits, kind="stable")
    frequencies = np.bincount(stems, minlength=stem_count)
    return {"stem_starts": _sum_lengths(frequencies), "texts": texts[order], "weight_deficits": deficits[order]}


def _sum_lengths(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of some consecutive parts starts, and where the last ends."""
    return np.concatenate(([0], np.cumsum(lengths)))
