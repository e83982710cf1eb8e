"""The live index: which ideas are like this one, while it is being typed, in every process at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ideas.similarity.index.array_file import IndexDamaged
from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.segmented_index import Found, Shelf
from ideas.similarity.index.storage import Folder
from ideas.similarity.index.write_log import Entry

__all__ = ["Found", "IndexDamaged", "SimilarIndex"]

Texts: TypeAlias = tuple[Sequence[Any], Sequence[str], Sequence[str | None] | None]
"""Ids, texts and their languages."""


class SimilarIndex:
    """Texts by likeness: built in memory; once saved to a folder or opened from one, shared through it.

    The ids are whole numbers, or else strings. Stems find fifty texts, letters put them in order and repair the words
    that the stems do not know: likeness is four parts of the cosine of the stems, one part of letters in common.
    Any thread may call any method. A search, an addition or a removal raises `IndexDamaged` when what another process
    left in the folder cannot be trusted: build again.
    """

    def __init__(self, base: Base, folder: Folder | None = None) -> None:
        self._lock = threading.RLock()
        self._shelf = Shelf(base)
        self._folder = folder
        self._pending: list[Entry] = []

    @classmethod
    def build(
        cls, ids: Sequence[Any], texts: Sequence[str], *, languages: Sequence[str | None] | None = None
    ) -> SimilarIndex:
        """Index `texts`, each with its id. This alone needs SciPy."""
        return cls(Base.build(ids, texts, languages))

    @classmethod
    def open(cls, folder: Path | str) -> SimilarIndex:
        """Map the index of a folder; raises `IndexDamaged` when it must be built again."""
        place = Folder(Path(folder))
        arrays = place.open_if_new()
        assert arrays is not None
        index = cls(Base.from_arrays(arrays), place)
        index._refresh()
        return index

    @classmethod
    def rebuild(cls, folder: Path | str, read: Callable[[], Texts]) -> SimilarIndex:
        """Build anew in a folder from what `read` answers (ids, texts, languages), and lose nothing meanwhile.

        What is added or removed after `read` has begun outlives the change of index.
        """
        since = cls.mark(folder)
        ids, texts, languages = read()
        index = cls.build(ids, texts, languages=languages)
        index.save(folder, since=since)
        return index

    @staticmethod
    def mark(folder: Path | str) -> str:
        """Answer how far the journal of a folder has come, for `save(since=…)`: ask before reading the texts."""
        return Folder(Path(folder)).mark()

    def save(self, folder: Path | str, *, since: str | None = None) -> None:
        """Put this index in a folder, whole or not at all; every process that has the folder open turns to it.

        `since`: the mark taken before the texts were read. Without one, what was added meanwhile is forgotten, and
        what was removed stays so.
        """
        with self._lock:
            place, base = Folder(Path(folder)), self._shelf.base
            pending = self._folder.entries() if self._folder else self._pending
            place.replace(base.to_arrays(), pending, since, lambda key: base.find_text(key) is not None)
            self._folder, self._pending = place, []
            self._refresh()

    def add(self, id: Any, text: str, *, language: str | None = None) -> None:  # noqa: A002 -- the name callers know
        """Add a text, or put another in its place; found by the next search of every process.

        Adding what is there already writes nothing, so that each process may follow the same news.
        """
        with self._lock:
            self._refresh()
            if not self._shelf.holds(_plain(id), text, language):
                self._write({"add": _plain(id), "text": text, "language": language})

    def remove(self, id: Any) -> None:  # noqa: A002
        """Remove a text, if it is there; not found again by any process."""
        with self._lock:
            self._refresh()
            if self._shelf.has(_plain(id)):
                self._write({"remove": _plain(id)})

    def search(self, text: str, k: int = 10, *, language: str | None = None) -> list[Found]:
        """List the `k` texts most like `text`, the most alike first: (id, likeness, shared words as written)."""
        with self._lock:
            self._refresh()
            return self._shelf.search(text, k, language)

    def ids(self) -> set[Any]:
        """List the ids of the texts that a search may find."""
        with self._lock:
            self._refresh()
            return self._shelf.ids()

    def __len__(self) -> int:
        return len(self.ids())

    @property
    def added_count(self) -> int:
        """Count the texts added since the index was built: once they are a fifth of it, build again."""
        return len(self._shelf.fresh.ids)

    def _write(self, entry: Entry) -> None:
        if self._folder:
            self._folder.append(entry)
            self._refresh()
        else:
            self._pending.append(entry)
            self._apply(entry)

    def _refresh(self) -> None:
        if not self._folder:
            return
        if (arrays := self._folder.open_if_new()) is not None:
            self._shelf = Shelf(Base.from_arrays(arrays))
        for entry in self._folder.read():
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if "add" in entry:
            self._shelf.add(entry["add"], entry["text"], entry["language"])
        else:
            self._shelf.remove(entry["remove"])


def _plain(key: Any) -> int | str:
    """Answer an id as JSON keeps it; NumPy's numbers are made plain."""
    plain = key.item() if hasattr(key, "item") else key
    if isinstance(plain, bool) or not isinstance(plain, int | str):
        raise TypeError("The id of a text is a whole number or a string.")
    return plain
