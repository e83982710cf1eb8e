"""A file of arrays that is whole or is refused: sizes and checksums first, then the arrays, ready to be mapped.

It is written under another name, then renamed, so that a reader opens the old file or the new one, never a mixture.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"ideas-index-2\n"  # a file of another version is refused, and the index built again
_ALIGNMENT = 64  # bytes


class IndexDamaged(Exception):
    """The index is missing, cut or altered: it must be built again from the texts."""


def write_arrays(path: Path, metadata: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `metadata` (JSON) and `arrays` to one file; it is on the disk when this returns."""
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    described: list[list[Any]] = []
    end = 0
    for name, array in arrays.items():
        start = -(-end // _ALIGNMENT) * _ALIGNMENT
        end = start + array.nbytes
        described.append([name, array.dtype.str, list(array.shape), start, zlib.crc32(array.data)])
    header = json.dumps({"metadata": dict(metadata), "arrays": described}).encode()
    data = _data_start(len(header))
    with path.open("wb") as file:
        file.write(_MAGIC + f"{len(header):012d} {zlib.crc32(header):010d}\n".encode() + header)
        for (_, _, _, start, _), array in zip(described, arrays.values(), strict=True):
            file.seek(data + start)
            file.write(array.data)
        file.truncate(max(file.tell(), data))
        file.flush()
        os.fsync(file.fileno())


def map_arrays(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Map a file and check every byte of it; raises `IndexDamaged`."""
    header, data = _read_header(path)
    return header["metadata"], {name: _check_array(data, *description) for name, *description in header["arrays"]}


def read_metadata(path: Path) -> dict[str, Any]:
    """Read the metadata of a file without its arrays; raises `IndexDamaged`."""
    metadata: dict[str, Any] = _read_header(path)[0]["metadata"]
    return metadata


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _data_start(header_length: int) -> int:
    return -(-(len(_MAGIC) + 24 + header_length) // _ALIGNMENT) * _ALIGNMENT


def _read_header(path: Path) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"No index can be read in {path.parent}.") from error
    begun = len(_MAGIC) + 24
    beginning = mapped[:begun].tobytes()
    if len(beginning) < begun or not beginning.startswith(_MAGIC):
        raise IndexDamaged("The file is not an index, or not of this version.")
    try:
        length, checksum = map(int, beginning[len(_MAGIC) :].split())
    except ValueError as error:
        raise IndexDamaged("The beginning of the index is damaged.") from error
    header = mapped[begun : begun + length].tobytes()
    if zlib.crc32(header) != checksum:
        raise IndexDamaged("The header of the index is damaged.")
    return json.loads(header), mapped[_data_start(length) :]


def _check_array(data: NDArray[np.uint8], kind: str, shape: list[int], start: int, checksum: int) -> NDArray[Any]:
    size = int(np.dtype(kind).itemsize * np.prod(shape, dtype=np.int64))
    array = data[start : start + size]
    if len(array) != size or zlib.crc32(array.data) != checksum:
        raise IndexDamaged("The arrays of the index are cut or altered.")
    return array.view(kind).reshape(shape)
