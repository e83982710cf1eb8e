"""The live index: which texts are similar to this one, while it is typed, in every process at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.index.live_index import LiveIndex
from ideas.similarity.index.segmented_index import Found, SegmentedIndex
from ideas.similarity.index.write_log import Entry


class SimilarIndex(LiveIndex[SegmentedIndex]):
    """Texts searched by likeness.

    Stems find fifty texts, letters rank them and correct the words that nobody wrote: likeness is the cosine of the
    stems, and up to a tenth the letters in common where both texts are of one length.
    """

    @classmethod
    def build(
        cls, ids: Sequence[Any], texts: Sequence[str], languages: Sequence[str | None] | None = None
    ) -> SimilarIndex:
        """Index `texts`, each with its id. This alone needs SciPy."""
        return cls(BaseSegment.build(ids, texts, languages))

    def add(self, id: Any, text: str, language: str | None = None) -> None:  # noqa: A002 -- the name callers know
        """Add a text, or put another in its place; found by the next search of every process.

        Adding what is there already writes nothing.
        """
        self._add_once(id, text=text, language=language)

    def search(self, text: str, k: int = 10, *, language: str | None = None) -> list[Found]:
        """List the `k` texts most similar to `text`, most similar first: (id, likeness, shared words as written)."""
        with self._lock:
            self._refresh()
            return self._segments.search(text, k, language)

    @classmethod
    def _read_base(cls, arrays: Mapping[str, NDArray[Any]]) -> BaseSegment:
        return BaseSegment.from_arrays(arrays)

    def _put_together(self, base: BaseSegment) -> SegmentedIndex:
        return SegmentedIndex(base)

    def _is_there(self, entry: Entry) -> bool:
        return self._segments.holds(entry["add"], entry["text"], entry["language"])

    def _add(self, entry: Entry) -> None:
        self._segments.add(entry["add"], entry["text"], entry["language"])
