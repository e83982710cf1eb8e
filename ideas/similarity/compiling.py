"""Compiling a function of arrays: imported by what needs numba, never by what a page may load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray


def compiled(function: Callable[..., Any]) -> Any:
    """Compile when first called, and keep the result on disk if there is a folder to keep it in."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # a read-only installation whose user has no home
        return numba.njit(nogil=True)(function)


@compiled
def largest(sums: NDArray) -> np.uint16:
    """Answer the largest of 16-bit sums, 0 when there is none. Of a plain slice, so that LLVM vectorises it."""
    most = np.uint16(0)
    for place in range(sums.shape[0]):
        most = max(most, sums[place])
    return most
