"""An array that grows at its end, in amortised constant time per value."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


class GrowableArray:
    """One dimension; the buffer doubles when it is full."""

    def __init__(self, kind: type) -> None:
        self._buffer: NDArray[Any] = np.zeros(1024, dtype=kind)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """The values added so far, as a view that is valid until the next `extend`."""
        return self._buffer[: self._size]

    def extend(self, values: ArrayLike) -> None:
        """Add values at the end."""
        values = np.asarray(values, dtype=self._buffer.dtype)
        needed = self._size + len(values)
        if needed > len(self._buffer):
            extra = np.zeros(max(needed, len(self._buffer)), dtype=self._buffer.dtype)
            self._buffer = np.concatenate((self._buffer, extra))
        self._buffer[self._size : needed] = values
        self._size = needed
