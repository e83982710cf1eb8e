"""How deep to read the posting lists of a query, for the least reading that loses no text.

A text below the depth where a list is left has at most the weight found there; what it has in lists left closed is at
most the norm of their part of the query (Cauchy-Schwarz). The sum of all these bounds must stay below what a text still
needs. To share it out, what is left unread is given a price: each list is read as deep as reading on costs less than
that, and of all prices the cheapest whose bound is low enough is kept (a Lagrangian relaxation).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import MAX_DEFICIT

_STEPS = 16  # depths tried per list
_PRICES = 2.0 ** np.arange(4, 26)  # in entries read, for a likeness of 1


class PostingLists(NamedTuple):
    """The L lists of a query: weights of its distinct stems, where their lists start, entries in each, none empty."""

    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def choose_depths(
    lists: PostingLists, weight_deficits: NDArray[np.uint8], allowed: float
) -> tuple[NDArray[np.int64], float]:
    """Return how many entries of each list to read (L), and the most that a text in none of them may score.

    That bound is at most `allowed`, a likeness; it is 0 when all lists must be read to the end.
    """
    order = np.argsort(-lists.sizes, kind="stable")  # the longest lists are those that may stay closed
    weights, starts, sizes = lists.weights[order], lists.starts[order], lists.sizes[order]
    steps = sizes[:, None] * np.arange(_STEPS + 1) // _STEPS
    next_read = np.minimum(steps, sizes[:, None] - 1)
    unread = weights[:, None] * (MAX_DEFICIT - weight_deficits[starts[:, None] + next_read]) / MAX_DEFICIT
    unread[:, _STEPS] = 0
    chosen = np.argmin(steps + _PRICES[:, None, None] * unread, axis=2)
    places = np.arange(len(order))
    closed = np.sqrt((np.cumsum(np.square(weights)) - np.square(weights)).clip(min=0))
    bounds = _sum_suffixes(unread[places, chosen]) + closed
    costs = np.where(bounds <= allowed, _sum_suffixes(steps[places, chosen]), np.inf)
    price, first = np.unravel_index(np.argmin(costs), costs.shape)
    if np.isinf(costs[price, first]):
        return lists.sizes, 0.0
    depths = np.zeros(len(order), dtype=np.int64)
    depths[order[first:]] = steps[places, chosen[price]][first:]
    return depths, float(bounds[price, first])


def _sum_suffixes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each row from each place to its end."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
