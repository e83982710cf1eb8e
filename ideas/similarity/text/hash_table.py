"""Numbers of hashes, for millions of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FIRST_SIZE = 1 << 16
_LEAST_ROOM = 4  # seats for each hash: few then fall on a seat that is taken


class Known:
    """A table where each hash has one seat, by its lowest bits; those that find it taken are kept aside."""

    def __init__(self) -> None:
        self._all: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
        self._count = 0
        self._make(_FIRST_SIZE)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Answer the number of each hash, -1 where it has no seat."""
        seats = hashes & self._mask
        return np.where(self._hashes[seats] == hashes, self._numbers[seats], -1)

    def aside(self, mark: int) -> int:
        """Answer the number of a hash that found its seat taken, -1 for one that is new."""
        return self._aside.get(mark, -1)

    def add(self, hashes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Give numbers to new hashes, all different."""
        self._all.append((hashes, numbers))
        self._count += len(hashes)
        if self._count * _LEAST_ROOM > len(self._numbers):
            self._make(4 * len(self._numbers))
            for some in self._all:
                self._seat(*some)
        else:
            self._seat(hashes, numbers)

    def _make(self, size: int) -> None:
        self._mask = np.uint64(size - 1)
        self._hashes = np.zeros(size, dtype=np.uint64)
        self._numbers = np.full(size, -1, dtype=np.int64)
        self._aside: dict[int, int] = {}

    def _seat(self, hashes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        seats = hashes & self._mask
        free = self._numbers[seats] < 0
        self._hashes[seats[free]], self._numbers[seats[free]] = hashes[free], numbers[free]
        unseated = self._hashes[seats] != hashes
        self._aside.update(zip(hashes[unseated].tolist(), numbers[unseated].tolist(), strict=True))
