"""What was added and removed since the index was built: one checked line each, kept at once, read by every process.

A line cut by a crash is the last one: it never happened, and the next writer takes it away. A bad line elsewhere is
damage.
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

_STEP = 65_536


class Journal:
    """A file that only grows, and how far this process has read it. Writers must hold a lock of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_until = 0

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries after the last whole line; they are on the disk when this returns."""
        lines = b"".join(map(_line, entries))
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            end = _whole_lines(descriptor)
            os.ftruncate(descriptor, end)
            os.pwrite(descriptor, lines, end)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Iterator[Entry]:
        """Give the entries written since the last time. Costs one look at the size of the file when there are none."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError as error:
            raise IndexDamaged("The journal of the index is missing.") from error
        if size < self.read_until:
            raise IndexDamaged("The journal of the index was cut.")
        if size == self.read_until:
            return
        with self.path.open("rb") as file:
            file.seek(self.read_until)
            written = file.read()
        for line in written.split(b"\n")[:-1]:
            yield _entry(line)
            self.read_until += len(line) + 1

    def size(self) -> int:
        """Answer how far the journal has come, in bytes; 0 when it is missing."""
        return self.path.stat().st_size if self.path.exists() else 0

    def salvage(self, start: int = 0) -> list[Entry]:
        """List the entries from a place on, passing over damaged lines, and over a missing journal."""
        entries: list[Entry] = []
        if not self.path.exists():
            return entries
        for line in self.path.read_bytes()[start:].split(b"\n"):
            with suppress(IndexDamaged):
                entries.append(_entry(line))
        return entries


def _line(entry: Entry) -> bytes:
    told = json.dumps(entry).encode()
    return b"%08x %s\n" % (zlib.crc32(told), told)


def _entry(line: bytes) -> Entry:
    checksum, _, told = line.partition(b" ")
    if b"%08x" % zlib.crc32(told) != checksum:
        raise IndexDamaged("A line of the journal is damaged.")
    entry: Entry = json.loads(told)
    return entry


def _whole_lines(descriptor: int) -> int:
    """Answer where the last whole line ends."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - _STEP)
        place = os.pread(descriptor, end - start, start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0
