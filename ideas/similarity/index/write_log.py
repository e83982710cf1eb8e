"""The write log: texts added and removed since an index was built, one line each with its checksum.

A line is on the disk before the call returns, and every process reads it. A line cut by a crash is the last one: it
was never written, and the next writer deletes it. A bad line elsewhere is damage.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ideas.similarity.index.array_file import IndexDamaged

Entry = dict[str, Any]

_BLOCK = 65_536  # bytes


class WriteLog:
    """A file that only grows, and how far this process has read it. Writers must hold a lock of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_until = 0

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries after the last whole line; they are on the disk when this returns."""
        lines = b"".join(map(_to_line, entries))
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            end = _find_end(descriptor)
            os.ftruncate(descriptor, end)
            os.pwrite(descriptor, lines, end)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Iterator[Entry]:
        """Yield the entries written since the last call. When there are none, it costs one look at the file's size."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError as error:
            raise IndexDamaged("The write log of the index is missing.") from error
        if size < self.read_until:
            raise IndexDamaged("The write log of the index was cut.")
        if size == self.read_until:
            return
        with self.path.open("rb") as file:
            file.seek(self.read_until)
            written = file.read()
        for line in written.split(b"\n")[:-1]:
            yield _to_entry(line)
            self.read_until += len(line) + 1

    def size(self) -> int:
        """Return the size of the log in bytes, 0 when it is missing."""
        return self.path.stat().st_size if self.path.exists() else 0

    def salvage(self, start: int = 0) -> list[Entry]:
        """List the entries from byte `start` on, skipping damaged lines; none when the log is missing."""
        entries: list[Entry] = []
        if not self.path.exists():
            return entries
        for line in self.path.read_bytes()[start:].split(b"\n"):
            with suppress(IndexDamaged):
                entries.append(_to_entry(line))
        return entries


def _to_line(entry: Entry) -> bytes:
    content = json.dumps(entry).encode()
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _to_entry(line: bytes) -> Entry:
    checksum, _, content = line.partition(b" ")
    if b"%08x" % zlib.crc32(content) != checksum:
        raise IndexDamaged("A line of the write log is damaged.")
    entry: Entry = json.loads(content)
    return entry


def _find_end(descriptor: int) -> int:
    """Return where the last whole line ends."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - _BLOCK)
        place = os.pread(descriptor, end - start, start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0
