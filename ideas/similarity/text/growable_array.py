"""An array that grows at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Growing:
    """One dimension; its room doubles when it is full."""

    def __init__(self, kind: type) -> None:
        self._room: NDArray[Any] = np.zeros(1024, dtype=kind)
        self._size = 0

    @property
    def taken(self) -> NDArray[Any]:
        """What was put, as a view that lasts until the next time."""
        return self._room[: self._size]

    def extend(self, values: ArrayLike) -> None:
        """Put values at the end."""
        values = np.asarray(values, dtype=self._room.dtype)
        needed = self._size + len(values)
        if needed > len(self._room):
            self._room = np.concatenate((self._room, np.zeros(max(needed, len(self._room)), dtype=self._room.dtype)))
        self._room[self._size : needed] = values
        self._size = needed
