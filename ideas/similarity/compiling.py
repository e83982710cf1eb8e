"""Compile functions of arrays by numba: imported by the kernels only, never by what a page loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray


def compiled(function: Callable[..., Any]) -> Any:
    """Compile at the first call, and cache the machine code on disk where there is a folder for it."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # a read-only installation whose user has no home
        return numba.njit(nogil=True)(function)


@compiled
def largest(sums: NDArray) -> np.uint16:
    """Return the largest of some sums (n, uint16), 0 when there is none; of a plain slice, so that LLVM vectorises."""
    most = np.uint16(0)
    for place in range(sums.shape[0]):
        most = max(most, sums[place])
    return most
