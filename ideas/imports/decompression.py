"""Opening a file that somebody gives us, plain or packed: read as a stream, never more than was agreed on."""

import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ideas.domain.errors import N_, UnreadableFile

MOST_BYTES = 300_000_000
CHUNK = 65_536
# `xz -9` needs 65 MB; a header of a few bytes may ask for 4 GB.
MOST_MEMORY = 100_000_000
PACKINGS = (".gz", ".xz")


class _Unxz(io.RawIOBase):
    """What an .xz file holds; unlike `lzma.open`, with a bound on memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._xz = file, lzma.LZMADecompressor(memlimit=MOST_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            given = b""
            if self._xz.eof:
                given = (self._xz.unused_data or self._file.read(CHUNK)).lstrip(b"\x00")
                if not given:
                    return 0
                self._xz = lzma.LZMADecompressor(memlimit=MOST_MEMORY)
            elif self._xz.needs_input:
                given = self._file.read(CHUNK)
                if not given:
                    raise EOFError
            content = self._xz.decompress(given, len(buffer))
            if content:
                buffer[: len(content)] = content
                return len(content)


class _Bounded(io.RawIOBase):
    """The same bytes, until there are too many."""

    def __init__(self, file: IO[bytes] | io.RawIOBase) -> None:
        self._file, self._left = file, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read(min(len(buffer), CHUNK)) or b""
        self._left -= len(content)
        if self._left < 0:
            raise UnreadableFile(N_("Ce fichier est trop volumineux une fois décompressé."))
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def open_unpacked(path: Path) -> Iterator[io.BufferedReader]:
    """Open what `path` holds once unpacked; raises `UnreadableFile`, then or while it is read, when it cannot be."""
    if path.stat().st_size > MOST_BYTES:  # also of a header alone, which a packing reads to its end
        raise UnreadableFile(N_("Ce fichier est trop volumineux."))
    with path.open("rb") as packed:
        packing = path.suffix.lower()
        content: Any = packed
        if packing == ".gz":
            content = gzip.GzipFile(fileobj=packed)
        elif packing == ".xz":
            content = _Unxz(packed)
        try:
            yield io.BufferedReader(_Bounded(content), CHUNK)
        except EOFError:
            raise UnreadableFile(N_("Ce fichier ne se décompresse pas : il est coupé avant sa fin.")) from None
        except (lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(N_("Ce fichier ne se décompresse pas : %(reason)s."), reason=str(error)) from None
