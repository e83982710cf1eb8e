"""Whether all that people decided can hold: kept together, kept apart, placed in a cluster.

Constraints are checked when they are entered: those that cannot all hold are refused with the chain of decisions that
makes them contradictory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping


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
