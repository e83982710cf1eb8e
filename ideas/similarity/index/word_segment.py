"""The part of a word index that does not change: which texts say each term, and how strongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.spelling import Spelling
from ideas.similarity.text.field_impacts import Document

LONGEST_TERM = 40  # bytes


class WordSegment(NamedTuple):
    """N texts in the order of their ids, V terms and F written forms in the order of their bytes.

    `ids` (N); `terms` (V); E pairs of a text and one of its terms: the texts of each, from `starts` (V + 1) in `texts`
    (E), with their `impacts` (E); `forms` (F), terms among them, and the number of the term of each, `form_terms` (F).
    """

    ids: NDArray[np.int64]
    terms: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    impacts: NDArray[np.uint8]
    forms: NDArray[np.bytes_]
    form_terms: NDArray[np.int32]
    spelling: Spelling

    @classmethod
    def build(cls, ids: Sequence[int], impacts: Sequence[Mapping[str, int]], forms: Mapping[str, str]) -> WordSegment:
        """Invert the terms of some texts; `forms` gives the term of each word written otherwise."""
        order = np.argsort(np.array(ids, dtype=np.int64), kind="stable")
        documents = [impacts[place] for place in order]
        written = sorted({term for terms in documents for term in terms}, key=encode)
        numbers = {term: number for number, term in enumerate(written)}
        flat = np.fromiter((numbers[term] for terms in documents for term in terms), dtype=np.int32)
        weights = np.fromiter((impact for terms in documents for impact in terms.values()), dtype=np.uint8)
        texts = np.repeat(np.arange(len(documents), dtype=np.int32), [len(terms) for terms in documents])
        by_term = np.argsort(flat, kind="stable")
        sizes = np.bincount(flat, minlength=len(written))
        form_terms = {form: numbers[term] for form, term in forms.items() if term in numbers} | numbers
        every = sorted(form_terms, key=encode)
        correct = [place for place, form in enumerate(every) if can_be_misspelt(form)]
        return cls(
            ids=np.array(ids, dtype=np.int64)[order],
            terms=_to_array(written),
            starts=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            texts=texts[by_term],
            impacts=weights[by_term],
            forms=_to_array(every),
            form_terms=np.array([form_terms[form] for form in every], dtype=np.int32),
            spelling=Spelling.build([every[place] for place in correct], np.array(correct, dtype=np.int32)),
        )

    @classmethod
    def of_documents(cls, ids: Sequence[int], documents: Sequence[Document]) -> WordSegment:
        """Invert the terms of some documents."""
        forms = {form: term for document in documents for form, term in document.forms.items()}
        return cls.build(ids, [document.impacts for document in documents], forms)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by its name, to be written to a file."""
        own = {name: array for name, array in self._asdict().items() if name != "spelling"}
        return own | {f"spelling.{name}": array for name, array in self.spelling._asdict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> WordSegment:
        """Return the segment of which `to_arrays` returned the arrays."""
        own: dict[str, Any] = {name: arrays[name] for name in cls._fields if name != "spelling"}
        return cls(**own, spelling=Spelling(*(arrays[f"spelling.{name}"] for name in Spelling._fields)))

    def find_text(self, key: Any) -> int | None:
        """Return the place of the text that has this id, None when there is none."""
        place = int(np.searchsorted(self.ids, key))
        return place if place < len(self.ids) and self.ids[place] == key else None

    def find_term(self, term: str) -> int | None:
        """Return the number of a term, None when no text says it."""
        written = np.bytes_(encode(term))
        place = int(np.searchsorted(self.terms, written))
        return place if place < len(self.terms) and self.terms[place] == written else None

    def list_beginning(self, beginning: str, most: int) -> list[str]:
        """List the terms of the words that begin so."""
        written = encode(beginning)
        first, last = np.searchsorted(self.forms, [np.bytes_(written), np.bytes_(written + b"\xff")])
        places = range(int(first), min(int(last), int(first) + most))
        return [self.read_term(self.form_terms[place]) for place in places]

    def list_near(self, word: str, *, least: float, most: int) -> list[tuple[str, str]]:
        """List the written words that share letters with one, and the term of each."""
        places, _ = self.spelling.suggest(word, least=least, most=most)
        return [(_read(self.forms[place]), self.read_term(self.form_terms[place])) for place in places]

    def list_texts(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return the texts that say a term, and its impact in each."""
        entries = slice(self.starts[number], self.starts[number + 1])
        return self.texts[entries], self.impacts[entries]

    def read_term(self, number: int) -> str:
        """Return a term as texts have it."""
        return _read(self.terms[number])

    def list_terms(self, place: int) -> dict[str, int]:
        """Return the terms of one text: slow, for the rare question whether it changed."""
        entries = np.flatnonzero(self.texts == place)
        numbers = np.searchsorted(self.starts, entries, side="right") - 1
        return {
            self.read_term(number): int(self.impacts[entry]) for number, entry in zip(numbers, entries, strict=True)
        }


def encode(term: str) -> bytes:
    """Return a term as the index keeps it; the end of a very long one is not looked at."""
    return term.encode("utf-8", "ignore")[:LONGEST_TERM].rstrip(b"\0")


def _to_array(written: Sequence[str]) -> NDArray[np.bytes_]:
    return np.array([encode(one) for one in written], dtype=f"S{LONGEST_TERM}")


def _read(kept: bytes) -> str:
    return kept.decode("utf-8", "ignore")


def can_be_misspelt(term: str) -> bool:
    """Tell whether a term is a word: another number is not the same number misspelt."""
    return term.isalpha()
