"""The indexes that a process has open, shared by its threads."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ideas.store.sharing import shared

if TYPE_CHECKING:
    from ideas.similarity.index import SimilarIndex, WordIndex

    AnyIndex = SimilarIndex | WordIndex


class OpenIndexes:
    """Each index once, by its folder, and the decisions that it has followed; any thread may call any method.

    Whoever follows has begun to read the database already: a thread that waits for `following` may hold the database,
    one that is inside never waits for it.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._indexes: dict[Path, AnyIndex] = {}
        self._followers: dict[Path, threading.RLock] = {}
        self._seen: dict[Path, set[int]] = {}

    def __contains__(self, folder: Path) -> bool:
        with self._lock:
            return folder in self._indexes

    def find(self, folder: Path, engine: str = "SimilarIndex") -> "AnyIndex":
        """Return the index of a folder, opened by its engine at the first call; raises `IndexDamaged` or `OSError`."""
        from ideas.similarity import index

        with self._lock:
            if folder not in self._indexes:
                self._indexes[folder] = getattr(index, engine).open(folder)
            return self._indexes[folder]

    def keep(self, folder: Path, index: "AnyIndex") -> None:
        """Use another index for this folder from now on."""
        with self._lock:
            self._indexes[folder] = index

    def close(self, folder: Path) -> None:
        """Open the index of a folder anew at the next call."""
        with self._lock:
            self._indexes.pop(folder, None)

    def forget_all(self) -> None:
        """Be as in a process that has just started."""
        with self._lock:
            self._indexes.clear()
            self._seen.clear()

    @contextmanager
    def following(self, folder: Path) -> Iterator[None]:
        """Let one thread at a time bring the index of a folder up to date."""
        with self._lock:
            follower = self._followers.setdefault(folder, threading.RLock())
        with follower:
            yield

    def find_seen(self, folder: Path) -> set[int] | None:
        """Return the numbers of the latest decisions that an index has followed; None before it has followed any."""
        with self._lock:
            return self._seen.get(folder)

    def note_seen(self, folder: Path, numbers: Iterable[int], *, most: int) -> None:
        """Add decisions to those that an index has followed, of which the `most` latest are kept.

        A thread that looked at the register before another one takes nothing back of what that one noted.
        """
        with self._lock:
            self._seen[folder] = set(sorted({*self._seen.get(folder, ()), *numbers})[-most:])


def open_indexes() -> OpenIndexes:
    """Return the indexes that this process has open."""
    return shared("similar_indexes", OpenIndexes)
