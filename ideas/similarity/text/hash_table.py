"""A table from 64-bit hashes to numbers, searched for millions of hashes at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FIRST_SIZE = 1 << 16  # slots, a power of two
_SLOTS_PER_HASH = 4  # at least: at this load few hashes collide


class HashTable:
    """One slot per hash, chosen by its lowest bits; collisions go to a dict."""

    def __init__(self) -> None:
        self._added: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
        self._count = 0
        self._allocate(_FIRST_SIZE)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of each hash, -1 where it has no slot."""
        slots = hashes & self._mask
        return np.where(self._hashes[slots] == hashes, self._numbers[slots], -1)

    def find_collision(self, hash_: int) -> int:
        """Return the number of a hash whose slot was taken by another, -1 for a new hash."""
        return self._collisions.get(hash_, -1)

    def add(self, hashes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Add new hashes, all different, and their numbers."""
        self._added.append((hashes, numbers))
        self._count += len(hashes)
        if self._count * _SLOTS_PER_HASH > len(self._numbers):
            self._allocate(4 * len(self._numbers))
            for batch in self._added:
                self._insert(*batch)
        else:
            self._insert(hashes, numbers)

    def _allocate(self, size: int) -> None:
        self._mask = np.uint64(size - 1)
        self._hashes = np.zeros(size, dtype=np.uint64)
        self._numbers = np.full(size, -1, dtype=np.int64)
        self._collisions: dict[int, int] = {}

    def _insert(self, hashes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        slots = hashes & self._mask
        free = self._numbers[slots] < 0
        self._hashes[slots[free]], self._numbers[slots[free]] = hashes[free], numbers[free]
        collided = self._hashes[slots] != hashes
        self._collisions.update(zip(hashes[collided].tolist(), numbers[collided].tolist(), strict=True))
