"""What every live index has in common: written by any process, seen by all at their next question."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from numpy.typing import NDArray

from ideas.similarity.index.storage import Storage
from ideas.similarity.index.write_log import Entry


class Segments(Protocol):
    """A base, what was added since, and what was removed, searched as one."""

    def ids(self) -> set[Any]:
        """Return the ids of the texts that can be found."""

    def has(self, key: Any) -> bool:
        """Tell whether a text can be found under this id."""

    def remove(self, key: Any) -> None:
        """Remove a text, if it is there."""

    def count_added(self) -> int:
        """Count the texts added since the base was built."""


S = TypeVar("S", bound=Segments)


class LiveIndex(Generic[S]):
    """An index built in memory; once saved to a folder or opened from one, shared through it.

    The ids are whole numbers, or else strings. Any thread may call any method. A search, an addition or a removal
    raises `IndexDamaged` when what another process left in the folder cannot be trusted: build again.
    """

    def __init__(self, base: Any, storage: Storage | None = None) -> None:
        self._lock = threading.RLock()
        self._base = base
        self._segments = self._put_together(base)
        self._storage = storage
        self._pending: list[Entry] = []

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Map the index of a folder; raises `IndexDamaged` when it must be built again."""
        storage = Storage(Path(folder))
        arrays = storage.open_if_new()
        assert arrays is not None
        index = cls(cls._read_base(arrays), storage)
        index._refresh()
        return index

    @classmethod
    def rebuild(cls, folder: Path | str, read: Callable[[], Sequence[Any]]) -> Self:
        """Build again in a folder from what `read` returns, which `build` takes, and lose nothing meanwhile.

        What is added or removed after `read` has begun outlives the change of index.
        """
        since = cls.mark(folder)
        index: Self = cls.build(*read())  # type: ignore[attr-defined]
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
            storage, base = Storage(Path(folder)), self._base
            pending = self._storage.list_entries() if self._storage else self._pending
            storage.replace(base.to_arrays(), pending, since, lambda key: base.find_text(key) is not None)
            self._storage, self._pending = storage, []
            self._refresh()

    def remove(self, id: Any) -> None:  # noqa: A002 -- the name callers know
        """Remove a text, if it is there; not found again by any process."""
        with self._lock:
            self._refresh()
            if self._segments.has(_native(id)):
                self._write({"remove": _native(id)})

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
        return self._segments.count_added()

    @classmethod
    @abstractmethod
    def _read_base(cls, arrays: Mapping[str, NDArray[Any]]) -> Any:
        """Return the base of which a file has the arrays."""

    @abstractmethod
    def _put_together(self, base: Any) -> S:
        """Return a base with nothing added to it yet."""

    @abstractmethod
    def _is_there(self, entry: Entry) -> bool:
        """Tell whether adding this would change nothing."""

    @abstractmethod
    def _add(self, entry: Entry) -> None:
        """Add to the segments what an entry of the log says."""

    def _add_once(self, id_: Any, **content: Any) -> None:
        """Add a text unless it is there already: each process may apply the same changes."""
        entry = {"add": _native(id_), **content}
        with self._lock:
            self._refresh()
            if not self._is_there(entry):
                self._write(entry)

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
            self._base = self._read_base(arrays)
            self._segments = self._put_together(self._base)
        for entry in self._storage.read():
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if "add" in entry:
            self._add(entry)
        else:
            self._segments.remove(entry["remove"])


def _native(key: Any) -> int | str:
    """Return an id as JSON keeps it: a NumPy number becomes a Python one."""
    native = key.item() if hasattr(key, "item") else key
    if isinstance(native, bool) or not isinstance(native, int | str):
        raise TypeError("The id of a text is a whole number or a string.")
    return native
