"""How deep to read the lists of a query, for the least reading that loses no text.

What is below the place where a list is left is at most the weight there; what is in lists left closed is at most the
length of their part of the query (Cauchy-Schwarz). All that must not add up to what a text still needs. Among the ways
to share it out, a price is put on what is left, each list is read to where reading on costs more than that, and the
cheapest way that is good enough is kept (Lagrange).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FULL = 255  # what a text lacks of a stem that it does not have
_STEPS = 16  # places where a list may be left
_PRICES = 2.0 ** np.arange(4, 26)  # in texts read, of a likeness of 1


class Query(NamedTuple):
    """Distinct stems, their weights, where their lists start and how long they are, none empty."""

    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def choose_depths(query: Query, lacks: NDArray[np.uint8], bearable: float) -> tuple[NDArray[np.int64], float]:
    """Answer how many texts of each list to read, and what one not met may have at most: `bearable`, or 0."""
    order = np.argsort(-query.sizes, kind="stable")  # the longest lists are those that may stay closed
    weights, starts, sizes = query.weights[order], query.starts[order], query.sizes[order]
    steps = sizes[:, None] * np.arange(_STEPS + 1) // _STEPS
    next_read = np.minimum(steps, sizes[:, None] - 1)
    left = weights[:, None] * (FULL - lacks[starts[:, None] + next_read]) / FULL
    left[:, _STEPS] = 0
    chosen = np.argmin(steps + _PRICES[:, None, None] * left, axis=2)
    lists = np.arange(len(order))
    closed = np.sqrt((np.cumsum(np.square(weights)) - np.square(weights)).clip(min=0))
    belows = _from_each(left[lists, chosen]) + closed
    costs = np.where(belows <= bearable, _from_each(steps[lists, chosen]), np.inf)
    price, first = np.unravel_index(np.argmin(costs), costs.shape)
    if np.isinf(costs[price, first]):
        return query.sizes, 0.0
    depths = np.zeros(len(order), dtype=np.int64)
    depths[order[first:]] = steps[lists, chosen[price]][first:]
    return depths, float(belows[price, first])


def _from_each(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each row from each place to its end."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
