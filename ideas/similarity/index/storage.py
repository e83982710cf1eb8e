"""Where an index lives: `index`, a sealed file; `journal.…`, what happened since; `lock`, held by who writes.

A new index comes with a new journal and takes the place of the old one by a rename: a process sees the whole old pair
or the whole new one. What is written meanwhile waits for the lock, and goes to the new journal.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ideas.similarity.index.array_file import IndexDamaged, read_facts, seal, sync_folder, unseal
from ideas.similarity.index.write_log import Entry, Journal

Arrays = Mapping[str, NDArray[Any]]

_TRIES = 5


class Folder:
    """One folder as one process sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = path / "index"
        self._opened: tuple[int, ...] | None = None
        self._generation = ""
        self._journal = Journal(path)

    def open_if_new(self) -> Arrays | None:
        """Open the index unless it is the one opened last; its journal is then read from the start."""
        for _ in range(_TRIES):
            seen = self._look()
            if seen == self._opened:
                return None
            facts, arrays = unseal(self._index)
            journal = self._journal_of(facts["generation"])
            if journal.path.exists():  # else both were replaced between the two looks
                self._opened, self._generation, self._journal = seen, facts["generation"], journal
                return arrays
        raise IndexDamaged("The journal of the index is missing.")

    def read(self) -> Iterator[Entry]:
        """Give what was written since the last time, by whichever process."""
        return self._journal.read()

    def entries(self) -> list[Entry]:
        """List all that the journal of the opened index says."""
        return self._journal.salvage()

    def append(self, entry: Entry) -> None:
        """Write one entry to the journal of the index that is in place now."""
        with self._locked():
            is_mine = self._look() == self._opened
            generation = self._generation if is_mine else read_facts(self._index)["generation"]
            self._journal_of(generation).append([entry])

    def mark(self) -> str:
        """Answer how far the journal has come, to be given to `replace` with what is read from now on."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self._locked():
            generation = self._current()
            return f"{generation} {self._journal_of(generation).size()}" if generation else ""

    def replace(self, arrays: Arrays, entries: list[Entry], since: str | None, holds: Callable[[Any], bool]) -> None:
        """Put a new index in place, its journal begun with `entries` and with what must outlive the old journal.

        That is: what came after the mark `since`; without a mark, the removals of texts that the new index `holds`.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        generation = secrets.token_hex(8)
        written = self.path / f"new.{generation}"
        seal(written, {"generation": generation}, arrays)
        with self._locked():
            journal = self._journal_of(generation)
            journal.append([*entries, *self._outliving(since, holds)])
            written.replace(self._index)
            sync_folder(self.path)
            for old in {*self.path.glob("journal.*"), *self.path.glob("new.*")} - {journal.path}:
                old.unlink()

    def _outliving(self, since: str | None, holds: Callable[[Any], bool]) -> list[Entry]:
        current = self._current()
        if not current:
            return []
        if since is not None:
            generation, _, place = since.partition(" ")
            return self._journal_of(current).salvage(int(place) if generation == current else 0)
        last = {entry.get("add", entry.get("remove")): entry for entry in self._journal_of(current).salvage()}
        return [entry for key, entry in last.items() if "remove" in entry and holds(key)]

    def _current(self) -> str:
        """Answer the generation in place; of a damaged index, that of the journal written last; nothing if none."""
        try:
            return str(read_facts(self._index)["generation"])
        except IndexDamaged:
            journals = sorted(self.path.glob("journal.*"), key=lambda path: path.stat().st_mtime_ns)
            return journals[-1].suffix[1:] if journals else ""

    def _journal_of(self, generation: str) -> Journal:
        return Journal(self.path / f"journal.{generation}")

    def _look(self) -> tuple[int, ...]:
        try:
            seen = self._index.stat()
        except OSError as error:
            raise IndexDamaged(f"There is no index in {self.path}.") from error
        return seen.st_ino, seen.st_mtime_ns, seen.st_size

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.path / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
