"""In which order to read texts one by one: the most supported first, after each those that the tree puts near it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ideas.similarity.clustering.tree import Tree

_NONE = -1


def find_reading_places(tree: Tree, supports: ArrayLike) -> NDArray[np.int64]:
    """Return the place of each text when the leaves of the tree are read in a row.

    A tree says which leaves are neighbours, not which of two branches comes first: here it is the one that holds the
    text of most support. A branch is thus where its best text would be, and whole.
    """
    best = np.array(supports, dtype=np.int64)
    first, last = np.arange(tree.count), np.arange(tree.count)
    following = np.full(tree.count, _NONE, dtype=np.int64)
    is_root = np.ones(tree.count, dtype=bool)
    for head, joined in tree.pairs.tolist():
        before, after = (head, joined) if best[head] >= best[joined] else (joined, head)
        following[last[before]] = first[after]
        first[head], last[head] = first[before], last[after]
        best[head] = best[before]
        is_root[joined] = False
    roots = np.flatnonzero(is_root)
    return _number(first[roots[np.argsort(-best[roots], kind="stable")]], following)


def _number(starts: NDArray[np.int64], following: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the texts of each chain, one chain after the other."""
    places, next_of = np.empty(len(following), dtype=np.int64), following.tolist()
    place = 0
    for start in starts.tolist():
        text = start
        while text != _NONE:
            places[text] = place
            text, place = next_of[text], place + 1
    return places
