"""The tree of a set of texts: what merges with what, and how alike they are on average. A level is a cut of it.

What people decided is inside: texts kept together are one from the start, a merge that would join what is kept apart is
refused. Texts are taken in the order of their hashes, so that the order of the rows changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ideas.similarity.clustering.average_link import NO_GROUP, merge
from ideas.similarity.clustering.decisions import NOTHING_DECIDED, Decisions
from ideas.similarity.clustering.labels import number_groups
from ideas.similarity.neighbours.duplicate_rows import find_duplicate_rows


class Linkage(NamedTuple):
    """Every merge down to one cluster, as SciPy numbers them: below `count` a text, then the clusters in order."""

    pairs: NDArray[np.int64]
    likeness: NDArray[np.float64]
    size: NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """From the most alike: `pairs` of texts, each the head of a cluster, that merge; the mean `likeness` of the two.

    The first of a pair is the head of what they make.
    """

    count: int
    pairs: NDArray[np.int64]
    likeness: NDArray[np.float64]

    def cut(self, likeness: float) -> NDArray[np.int64]:
        """Label each text with its cluster of mean likeness `likeness` or more, -1 when it is alone."""
        return number_groups(_components(self.pairs[self.likeness >= likeness], self.count))

    @cached_property
    def merges(self) -> Linkage:
        """All merges in SciPy's numbering; what nothing links is joined last, at a likeness of 0."""
        rest = np.setdiff1d(np.arange(self.count), self.pairs[:, 1])
        late = np.column_stack((np.repeat(rest[:1], max(0, len(rest) - 1)), rest[1:]))
        clusters, sizes = np.arange(self.count), np.ones(self.count, dtype=np.int64)
        numbered, grown = np.empty((len(self.pairs) + len(late), 2), dtype=np.int64), []
        for at, (one, other) in enumerate(np.concatenate((self.pairs, late)).tolist()):
            numbered[at] = sorted((clusters[one], clusters[other]))
            clusters[one] = self.count + at
            sizes[one] += sizes[other]
            grown.append(sizes[one])
        likeness = np.concatenate((self.likeness, np.zeros(len(late))))
        return Linkage(numbered, likeness, np.array(grown, dtype=np.int64))


def hash_contents(contents: Iterable[bytes]) -> NDArray[np.uint64]:
    """Hash each content to 64 bits."""
    digests = [hashlib.blake2b(content, digest_size=8).digest() for content in contents]
    return np.frombuffer(b"".join(digests), dtype="<u8")


def grow(
    matrix: csr_array,
    hashes: NDArray[np.uint64],
    link: Callable[[csr_array], csr_array],
    decisions: Decisions = NOTHING_DECIDED,
) -> Tree:
    """Grow the tree of the unit rows of `matrix`; `link` makes the graph of the distinct ones.

    Rows are ranked by the `hashes` of their contents, an order that only the contents decide.
    """
    order = np.argsort(hashes, kind="stable")
    ranked = matrix[order]
    duplicates = find_duplicate_rows(ranked)
    kinds = np.empty(len(order), dtype=np.int64)
    kinds[order] = duplicates.groups
    distinct = ranked[duplicates.firsts]
    return grow_on_graph(link(distinct), kinds, np.diff(distinct.indptr) > 0, decisions)


def grow_on_graph(
    graph: csr_array,
    kinds: NDArray[np.int64],
    is_filled: NDArray[np.bool_],
    decisions: Decisions = NOTHING_DECIDED,
) -> Tree:
    """Grow the tree of texts whose `kinds` are linked by a symmetric `graph`; those of a kind are wholly alike.

    Kinds are numbered by their contents; those that are not `is_filled` say nothing.
    """
    decisions.check()
    apart = np.asarray(decisions.apart, dtype=np.int64).reshape(-1, 2)
    placed = decisions.number_placed(len(kinds))
    # Texts of a kind are one from the start, but for those that a person told apart and those that say nothing.
    is_free = is_filled[kinds] & (placed == NO_GROUP)
    is_free[apart] = False
    twins = _pair_twins(np.flatnonzero(is_free), kinds)
    together = np.asarray(decisions.pairs_together(), dtype=np.int64).reshape(-1, 2)
    nodes, heads = _number_nodes(_components(np.concatenate((twins, together)), len(kinds)), kinds)
    groups = np.full(len(heads), NO_GROUP, dtype=np.int64)
    np.maximum.at(groups, nodes, placed)
    found = merge(_link_nodes(graph, kinds, is_filled, nodes), np.bincount(nodes), nodes[apart], groups)
    joined = np.setdiff1d(np.arange(len(kinds)), heads)
    pairs = np.concatenate((np.column_stack((heads[nodes[joined]], joined)), heads[found.pairs]))
    return Tree(len(kinds), pairs, np.concatenate((np.ones(len(joined)), found.likeness)))


def _pair_twins(texts: NDArray[np.int64], kinds: NDArray[np.int64]) -> NDArray[np.int64]:
    texts = texts[np.argsort(kinds[texts], kind="stable")]
    same = np.flatnonzero(np.diff(kinds[texts]) == 0)
    return np.column_stack((texts[same], texts[same + 1]))


def _number_nodes(labels: NDArray[np.int64], kinds: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the nodes by the lowest kind that they hold: the node of each text, and the head of each node."""
    by_kind = np.argsort(kinds, kind="stable")
    heads = by_kind[np.sort(np.unique(labels[by_kind], return_index=True)[1])]
    numbers = np.empty(len(heads), dtype=np.int64)
    numbers[labels[heads]] = np.arange(len(heads))
    return numbers[labels], heads


def _link_nodes(
    graph: csr_array, kinds: NDArray[np.int64], is_filled: NDArray[np.bool_], nodes: NDArray[np.int64]
) -> csr_array:
    """Sum the likenesses of the texts of each pair of nodes."""
    whole = csr_array((is_filled.astype(np.float64), (np.arange(len(is_filled)),) * 2), shape=graph.shape)
    members = csr_array((np.ones(len(kinds)), (nodes, kinds)), shape=(nodes.max(initial=-1) + 1, graph.shape[0]))
    return csr_array(members @ (graph.astype(np.float64) + whole) @ members.T)


def _components(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    if not count:
        return np.zeros(0, dtype=np.int64)
    links = csr_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)
