"""What people decided binds the machine: kept together, kept apart, placed in a cluster.

Texts kept together form blocks that are moved as one. Constraints are checked when they are entered: those that
cannot all hold are refused with the chain of decisions that makes them contradictory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ideas.similarity.clustering.labels import ALONE, number_groups

Pair = tuple[int, int]


class Contradiction(ValueError):
    """Constraints that cannot all hold. `chain` lists the decisions that lead from one text to the other."""

    def __init__(self, first: Hashable, second: Hashable, chain: list[Hashable]) -> None:
        super().__init__(f"{first} and {second} cannot be kept apart: {chain} keep them together")
        self.first, self.second, self.chain = first, second, chain


def check_consistent(
    together: Iterable[tuple[Hashable, Hashable, Hashable]],
    apart: Iterable[tuple[Hashable, Hashable, Hashable]],
    places: Mapping[Hashable, tuple[Hashable, Hashable]] | None = None,
) -> None:
    """Raise `Contradiction` when the constraints cannot all hold.

    `together` and `apart`: (one, other, decision); `places`: text → (cluster, decision). Two texts placed in one
    cluster are together, in two clusters apart.
    """
    links: dict[Hashable, list[tuple[Hashable, Hashable]]] = {}
    placed = {text: (("cluster", cluster), decision) for text, (cluster, decision) in (places or {}).items()}
    for one, other, decision in [*together, *((text, *place) for text, place in placed.items())]:
        links.setdefault(one, []).append((other, decision))
        links.setdefault(other, []).append((one, decision))
    for one, other, decision in [*apart, *_list_joined_clusters(links, placed.values())]:
        chain = _find_chain(links, one, other)
        if chain is not None:
            whole = [*chain, decision] if decision is not None else chain
            raise Contradiction(one, other, list(dict.fromkeys(whole)))


def _list_joined_clusters(links: dict, placed: Iterable[tuple[Hashable, Hashable]]) -> list[tuple]:
    """List the pairs of clusters that constraints make one: walked once, since clusters are many and chains few."""
    joined: list[tuple] = []
    seen: dict[Hashable, Hashable] = {}
    for cluster in sorted({place for place, _ in placed}, key=repr):
        if cluster in seen:
            joined.append((seen[cluster], cluster, None))
            continue
        waiting: list[Hashable] = [cluster]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen[here] = cluster
                waiting.extend(there for there, _ in links.get(here, ()))
    return joined


def _find_chain(links: dict, one: Hashable, other: Hashable) -> list[Hashable] | None:
    """Find the shortest chain of decisions that keeps two texts together."""
    seen: set[Hashable] = {one}
    waiting: deque[tuple[Hashable, list[Hashable]]] = deque([(one, [])])
    while waiting:
        here, chain = waiting.popleft()
        if here == other:
            return chain
        for there, decision in links.get(here, ()):
            if there not in seen:
                seen.add(there)
                waiting.append((there, [*chain, decision]))
    return None


@dataclass(frozen=True)
class Blocks:
    """Texts kept together as one. `of_text`: the block of each text; `apart`: pairs of blocks; `sizes` in texts."""

    of_text: NDArray[np.int64]
    sizes: NDArray[np.int64]
    apart: frozenset[Pair]

    @classmethod
    def of(cls, count: int, together: Iterable[Pair] = (), apart: Iterable[Pair] = ()) -> Blocks:
        """Make the blocks of `count` texts; raises `Contradiction` when a pair is to be both."""
        together, apart = list(together), list(apart)
        check_consistent([(*pair, pair) for pair in together], [(*pair, pair) for pair in apart])
        ends = np.asarray(together, dtype=np.int64).reshape(-1, 2).T
        links = csr_array((np.ones(len(together), dtype=np.int8), (ends[0], ends[1])), shape=(count, count))
        _, components = connected_components(links, directed=False)
        of_text = number_groups(components, smallest=1)
        both = {(int(of_text[one]), int(of_text[other])) for one, other in apart}
        return cls(of_text, np.bincount(of_text, minlength=0), frozenset(both | {(b, a) for a, b in both}))

    def texts(self, block: int) -> NDArray[np.int64]:
        """List the texts of a block."""
        return np.flatnonzero(self.of_text == block)


def keep_apart(
    labels: NDArray[np.int64], graph: csr_array, blocks: Blocks, fixed: Iterable[int] = (), next_label: int = 0
) -> NDArray[np.int64]:
    """Part the blocks that must be apart: the less attached goes to its next best group, else away together.

    `fixed` lists the blocks that a person placed: they never move. `next_label`: the first label that a new group may
    take, if it is higher than those in use. Labels are kept as they are otherwise.
    """
    labels, fixed = labels.copy(), set(fixed)
    for one, other in sorted(pair for pair in blocks.apart if pair[0] < pair[1]):
        here, there = labels[blocks.texts(one)[0]], labels[blocks.texts(other)[0]]
        if here != there or here == ALONE:
            continue
        ties = {block: _ties(labels, graph, blocks, block).get(int(here), 0.0) for block in (one, other)}
        leaving = min((block for block in (one, other) if block not in fixed), key=lambda b: (ties[b], -b))
        labels[blocks.texts(leaving)] = _find_refuge(labels, graph, blocks, leaving, next_label)
    return labels


def _ties(labels: NDArray, graph: csr_array, blocks: Blocks, block: int) -> dict[int, float]:
    """Sum the likenesses of a block to each group, its own texts left out."""
    ties: dict[int, float] = {}
    for text in blocks.texts(block):
        start, end = graph.indptr[text : text + 2]
        for linked, likeness in zip(graph.indices[start:end].tolist(), graph.data[start:end].tolist(), strict=True):
            if blocks.of_text[linked] != block and labels[linked] != ALONE:
                ties[int(labels[linked])] = ties.get(int(labels[linked]), 0.0) + likeness
    return ties


def _find_refuge(labels: NDArray, graph: csr_array, blocks: Blocks, block: int, next_label: int) -> int:
    """Find the group most like a block among those that hold none of its opposites; alone or by itself if none."""
    opposites = [other for one, other in blocks.apart if one == block]
    barred = {int(labels[blocks.texts(other)[0]]) for other in opposites} | {int(labels[blocks.texts(block)[0]])}
    open_groups = {group: tie for group, tie in _ties(labels, graph, blocks, block).items() if group not in barred}
    if open_groups:
        return max(open_groups, key=lambda group: (open_groups[group], -group))
    return max(next_label, int(labels.max()) + 1) if blocks.sizes[block] > 1 else ALONE
