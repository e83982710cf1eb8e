"""Decisions in the engine's terms: places in the list of ideas, groups that hold together, and what stays out."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ideas.runs.bindings import Bindings
from ideas.similarity.clustering.decisions import Decisions

ALONE = -1


def bind(bindings: Bindings, places: dict[int, int], parts: dict[int, list[int]] | None = None) -> Decisions:
    """Return what binds the tree: pairs, and what was signed; with `parts`, also what was put among them."""
    placed = {places[idea]: place.cluster_id for idea, place in bindings.signed.items() if idea in places}
    together = [(places[pair.one], places[pair.other]) for pair in bindings.together]
    apart = [(places[pair.one], places[pair.other]) for pair in bindings.apart]
    decisions = Decisions(tuple(together), tuple(apart), placed)
    if parts is not None:
        placed |= _join_parts(bindings, places, parts, decisions)
    return decisions


def find_parts(bindings: Bindings, places: dict[int, int], labels: NDArray[np.int64]) -> dict[int, list[int]]:
    """Find, of the anchors of each subject where ideas were put, the largest part that is still one group."""
    wanted = sorted({place.cluster_id for place in bindings.put.values()})
    return {cluster: _largest_part(bindings, cluster, places, labels) for cluster in wanted}


def _largest_part(bindings: Bindings, cluster: int, places: dict[int, int], labels: NDArray[np.int64]) -> list[int]:
    bound = bindings.signed.keys() | bindings.put.keys() | bindings.out.keys()
    anchors = [places[idea] for idea in sorted(bindings.anchors.get(cluster, set()) - bound) if idea in places]
    grouped = Counter(int(labels[anchor]) for anchor in anchors if labels[anchor] != ALONE)
    if not grouped:
        return anchors[:1]
    most = min(grouped, key=lambda label: (-grouped[label], label))
    return [anchor for anchor in anchors if labels[anchor] == most]


def _join_parts(
    bindings: Bindings, places: dict[int, int], parts: dict[int, list[int]], decisions: Decisions
) -> dict[int, int]:
    """Place what was put in a subject, and those of its anchors that no other decision keeps away."""
    bonds = _Bonds(decisions)
    for idea, place in sorted(bindings.put.items()):
        bonds.join(places[idea], ("subject", place.cluster_id))
    put = {places[idea]: place.cluster_id for idea, place in bindings.put.items()}
    for cluster, anchors in parts.items():
        for anchor in anchors:
            if bonds.can_join(anchor, ("subject", cluster)):
                bonds.join(anchor, ("subject", cluster))
                put[anchor] = cluster
    return put


class _Bonds:
    """What must be one, and what must not: asked before one more is added."""

    def __init__(self, decisions: Decisions) -> None:
        self.parents: dict[object, object] = {}
        self.subjects: dict[object, object] = {}
        self.apart: dict[object, set[object]] = {}
        for one, other in decisions.together:
            self.join(one, other)
        for place, cluster in decisions.placed.items():
            self.join(place, ("subject", cluster))
        for one, other in decisions.apart:
            self.apart.setdefault(self.find(one), set()).add(other)
            self.apart.setdefault(self.find(other), set()).add(one)

    def find(self, node: object) -> object:
        """Return what stands for all that `node` is one with."""
        if node not in self.parents:
            self.parents[node] = node
            if isinstance(node, tuple):
                self.subjects[node] = node
        while self.parents[node] != node:
            self.parents[node] = node = self.parents[self.parents[node]]
        return node

    def can_join(self, one: object, other: object) -> bool:
        """Tell whether two may be made one: not kept apart, and not two subjects."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return True
        both = self.subjects.get(one), self.subjects.get(other)
        is_apart = any(self.find(node) == other for node in self.apart.get(one, ()))
        return not is_apart and (None in both or both[0] == both[1])

    def join(self, one: object, other: object) -> None:
        """Make two one."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        self.parents[one] = other
        self.apart.setdefault(other, set()).update(self.apart.pop(one, set()))
        if (subject := self.subjects.pop(one, None)) is not None:
            self.subjects[other] = subject
