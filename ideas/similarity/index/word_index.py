"""The live index of words: what answers a question, the same in every process at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from ideas.similarity.index.live_index import LiveIndex
from ideas.similarity.index.word_segment import WordSegment
from ideas.similarity.index.word_segments import Ranking, WordSegments
from ideas.similarity.index.write_log import Entry
from ideas.similarity.text.field_impacts import Document
from ideas.similarity.text.search_terms import QueryWord


class WordIndex(LiveIndex[WordSegments]):
    """Texts searched by the words they say, as `field_impacts.weigh_fields` reads them."""

    @classmethod
    def build(cls, ids: Sequence[int], documents: Sequence[Document]) -> WordIndex:
        """Index documents, each with its id."""
        return cls(WordSegment.of_documents(ids, documents))

    def add(self, id: int, document: Document) -> None:  # noqa: A002 -- as `SimilarIndex` calls it
        """Add a text, or put another in its place; found by the next search of every process."""
        self._add_once(id, impacts=document.impacts, forms=document.forms)

    def rank(self, words: Sequence[QueryWord], *, understood: Collection[str] = (), loosely: bool = False) -> Ranking:
        """Rank the texts by what they say of the words asked, as `WordSegments.rank` says."""
        with self._lock:
            self._refresh()
            return self._segments.rank(words, understood=understood, loosely=loosely)

    @classmethod
    def _read_base(cls, arrays: Mapping[str, NDArray[Any]]) -> WordSegment:
        return WordSegment.from_arrays(arrays)

    def _put_together(self, base: WordSegment) -> WordSegments:
        return WordSegments(base)

    def _is_there(self, entry: Entry) -> bool:
        return self._segments.holds(entry["add"], _read_document(entry))

    def _add(self, entry: Entry) -> None:
        self._segments.add(entry["add"], _read_document(entry))


def _read_document(entry: Entry) -> Document:
    return Document(entry["impacts"], entry["forms"])
