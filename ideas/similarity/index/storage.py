"""Where an index is stored: `index`, a file of arrays; `journal.…`, its write log; `lock`, held by whoever writes.

A new index comes with a new log and replaces the old one by a rename: a process sees the whole old pair or the whole
new one. What is written meanwhile waits for the lock, and goes to the new log.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ideas.similarity.index.array_file import IndexDamaged, map_arrays, read_metadata, sync_folder, write_arrays
from ideas.similarity.index.write_log import Entry, WriteLog

Arrays = Mapping[str, NDArray[Any]]

_TRIES = 5


class Storage:
    """One folder as one process sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = path / "index"
        self._opened: tuple[int, ...] | None = None
        self._generation = ""
        self._log = WriteLog(path)

    def open_if_new(self) -> Arrays | None:
        """Open the index unless it is the one opened last; its log is then read from the start."""
        for _ in range(_TRIES):
            identity = self._identify()
            if identity == self._opened:
                return None
            metadata, arrays = map_arrays(self._index)
            log = self._log_of(metadata["generation"])
            if log.path.exists():  # else both were replaced between the two reads
                self._opened, self._generation, self._log = identity, metadata["generation"], log
                return arrays
        raise IndexDamaged("The write log of the index is missing.")

    def read(self) -> Iterator[Entry]:
        """Yield what was written since the last call, by whichever process."""
        return self._log.read()

    def list_entries(self) -> list[Entry]:
        """List all entries in the log of the opened index."""
        return self._log.salvage()

    def append(self, entry: Entry) -> None:
        """Write one entry to the log of the index now in place."""
        with self._locked():
            is_current = self._identify() == self._opened
            generation = self._generation if is_current else read_metadata(self._index)["generation"]
            self._log_of(generation).append([entry])

    def mark(self) -> str:
        """Return the present end of the log, for `replace` with texts that are read from now on."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self._locked():
            generation = self._find_generation()
            return f"{generation} {self._log_of(generation).size()}" if generation else ""

    def replace(self, arrays: Arrays, entries: list[Entry], since: str | None, holds: Callable[[Any], bool]) -> None:
        """Put a new index in place; its log begins with `entries` and what must outlive the old log.

        That is: what came after the mark `since`; without a mark, the removals of texts that the new index `holds`.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        generation = secrets.token_hex(8)
        written = self.path / f"new.{generation}"
        write_arrays(written, {"generation": generation}, arrays)
        with self._locked():
            log = self._log_of(generation)
            log.append([*entries, *self._list_outliving(since, holds)])
            written.replace(self._index)
            sync_folder(self.path)
            for old in {*self.path.glob("journal.*"), *self.path.glob("new.*")} - {log.path}:
                old.unlink()

    def _list_outliving(self, since: str | None, holds: Callable[[Any], bool]) -> list[Entry]:
        current = self._find_generation()
        if not current:
            return []
        if since is not None:
            generation, _, place = since.partition(" ")
            return self._log_of(current).salvage(int(place) if generation == current else 0)
        last = {entry.get("add", entry.get("remove")): entry for entry in self._log_of(current).salvage()}
        return [entry for key, entry in last.items() if "remove" in entry and holds(key)]

    def _find_generation(self) -> str:
        """Return the generation in place; of a damaged index, that of the log written last; "" if there is none."""
        try:
            return str(read_metadata(self._index)["generation"])
        except IndexDamaged:
            logs = sorted(self.path.glob("journal.*"), key=lambda path: path.stat().st_mtime_ns)
            return logs[-1].suffix[1:] if logs else ""

    def _log_of(self, generation: str) -> WriteLog:
        return WriteLog(self.path / f"journal.{generation}")

    def _identify(self) -> tuple[int, ...]:
        """Return what changes when another index is put in place."""
        try:
            status = self._index.stat()
        except OSError as error:
            raise IndexDamaged(f"There is no index in {self.path}.") from error
        return status.st_ino, status.st_mtime_ns, status.st_size

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.path / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
