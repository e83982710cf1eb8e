"""The live index: which texts are similar to this one, while it is typed, in every process at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.index.segmented_index import Found, SegmentedIndex
from ideas.similarity.index.storage import Storage
from ideas.similarity.index.write_log import Entry

Texts: TypeAlias = tuple[Sequence[Any], Sequence[str], Sequence[str | None] | None]
"""Ids, texts and their languages."""


class SimilarIndex:
    """Texts searched by likeness: built in memory; once saved to a folder or opened from one, shared through it.

    The ids are whole numbers, or else strings. Stems find fifty texts, letters rank them and correct the words that
    nobody wrote: likeness is four parts of the cosine of the stems, one part of the letters in common.
    Any thread may call any method. A search, an addition or a removal raises `IndexDamaged` when what another process
    left in the folder cannot be trusted: build again.
    """

    def __init__(self, base: BaseSegment, storage: Storage | None = None) -> None:
        self._lock = threading.RLock()
        self._segments = SegmentedIndex(base)
        self._storage = storage
        self._pending: list[Entry] = []

    @classmethod
    def build(
        cls, ids: Sequence[Any], texts: Sequence[str], *, languages: Sequence[str | None] | None = None
    ) -> SimilarIndex:
        """Index `texts`, each with its id. This alone needs SciPy."""
        return cls(BaseSegment.build(ids, texts, languages))

    @classmethod
    def open(cls, folder: Path | str) -> SimilarIndex:
        """Map the index of a folder; raises `IndexDamaged` when it must be built again."""
        storage = Storage(Path(folder))
        arrays = storage.open_if_new()
        assert arrays is not None
        index = cls(BaseSegment.from_arrays(arrays), storage)
        index._refresh()
        return index

    @classmethod
    def rebuild(cls, folder: Path | str, read: Callable[[], Texts]) -> SimilarIndex:
        """Build again in a folder from what `read` returns (ids, texts, languages), and lose nothing meanwhile.

        What is added or removed after `read` has begun outlives the change of index.
        """
        since = cls.mark(folder)
        ids, texts, languages = read()
        index = cls.build(ids, texts, languages=languages)
        index.save(folder, since=since)
        return index

    @staticmethod
    def mark(folder: Path | str) -> str:
        """Return the present end of a folder's write log, for `save(since=…)`; call it before reading the texts."""
        return Storage(Path(folder)).mark()

    def save(self, folder: Path | str, *, since: str | None = None) -> None:
        """Put this index in a folder, whole or not at all; every process that has the folder open switches to it.

        `since`: the mark taken before the texts were read. Without one, what was added meanwhile is forgotten, and
        what was removed stays so.
        """
        with self._lock:
            storage, base = Storage(Path(folder)), self._segments.base
            pending = self._storage.list_entries() if self._storage else self._pending
            storage.replace(base.to_arrays(), pending, since, lambda key: base.find_text(key) is not None)
            self._storage, self._pending = storage, []
            self._refresh()

    def add(self, id: Any, text: str, *, language: str | None = None) -> None:  # noqa: A002 -- the name callers know
        """Add a text, or put another in its place; found by the next search of every process.

        Adding what is there already writes nothing, so that each process may apply the same changes.
        """
        with self._lock:
            self._refresh()
            if not self._segments.holds(_native(id), text, language):
                self._write({"add": _native(id), "text": text, "language": language})

    def remove(self, id: Any) -> None:  # noqa: A002
        """Remove a text, if it is there; not found again by any process."""
        with self._lock:
            self._refresh()
            if self._segments.has(_native(id)):
                self._write({"remove": _native(id)})

    def search(self, text: str, k: int = 10, *, language: str | None = None) -> list[Found]:
        """List the `k` texts most similar to `text`, most similar first: (id, likeness, shared words as written)."""
        with self._lock:
            self._refresh()
            return self._segments.search(text, k, language)

    def ids(self) -> set[Any]:
        """Return the ids of the texts that a search may find."""
        with self._lock:
            self._refresh()
            return self._segments.ids()

    def __len__(self) -> int:
        return len(self.ids())

    @property
    def added_count(self) -> int:
        """Count the texts added since the index was built: once they are a fifth of it, build again."""
        return len(self._segments.delta.ids)

    def _write(self, entry: Entry) -> None:
        if self._storage:
            self._storage.append(entry)
            self._refresh()
        else:
            self._pending.append(entry)
            self._apply(entry)

    def _refresh(self) -> None:
        if not self._storage:
            return
        if (arrays := self._storage.open_if_new()) is not None:
            self._segments = SegmentedIndex(BaseSegment.from_arrays(arrays))
        for entry in self._storage.read():
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if "add" in entry:
            self._segments.add(entry["add"], entry["text"], entry["language"])
        else:
            self._segments.remove(entry["remove"])


def _native(key: Any) -> int | str:
    """Return an id as JSON keeps it: a NumPy number becomes a Python one."""
    native = key.item() if hasattr(key, "item") else key
    if isinstance(native, bool) or not isinstance(native, int | str):
        raise TypeError("The id of a text is a whole number or a string.")
    return native
