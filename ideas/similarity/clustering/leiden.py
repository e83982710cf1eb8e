"""Communities of a graph of likenesses: nodes more tied to one another than to the rest.

Leiden (Traag, Waltman and van Eck, 2019; modularity with a resolution) finds them. Two of its weaknesses are mended.
Runs that differ only in their seed disagree, so several are made and the links weighed by how often both ends were
put together (consensus clustering, Lancichinetti and Fortunato, 2012). And modularity loses a small community in a
giant one (Fortunato and Barthélemy, 2007), so each community is looked into, and the parts that do not belong to it
are split off.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

if TYPE_CHECKING:
    import igraph

RUNS, ROUNDS = 10, 4  # of Leiden, and rounds in each
MOST_LINKS = 500_000  # beyond, one run of two rounds: ten would take minutes, and gain less

NEW = -1  # the label before of a node that was not there

# Chosen on labelled texts: see docs/similarity-groups.md, "Runs and levels".
FEWEST = 3  # texts of a part that is split off
HELD = 0.5  # share of its link weight that such a part keeps inside
LEANING = 0.5  # times its link weight to other communities: the most that it may have to the rest of its own


def find_communities(
    graph: csr_array, sizes: NDArray, *, resolution: float = 1.0, seed: int = 0, start: NDArray | None = None
) -> NDArray[np.int64]:
    """Label each node of a symmetric graph with its community; `sizes`, how many texts each node stands for.

    `start`, a label a node, -1 for a new one, is where the search begins. The same arguments give the same labels.
    """
    import igraph

    before = np.full(len(sizes), NEW) if start is None else start
    start = None if start is None else _begin(start)
    igraph.set_random_number_generator(random.Random(seed))
    labels = _agree(graph, resolution, start)
    return _split_outliers(graph, labels, sizes, resolution, before)


def _agree(graph: csr_array, resolution: float, start: NDArray | None) -> NDArray[np.int64]:
    """Run Leiden several times, then once more on the links that the runs agree about."""
    network, rows, columns, weights = _network(graph)
    if len(weights) > MOST_LINKS:
        del rows, columns  # the search needs their memory
        return _leiden(network, weights, resolution, start, rounds=2)
    agreement = np.zeros(len(weights))
    for _ in range(RUNS):
        labels = _leiden(network, weights, resolution, start)
        agreement += labels[rows] == labels[columns]
    return _leiden(network, weights * agreement / RUNS, resolution, start)


def _begin(start: NDArray) -> NDArray[np.int64]:
    """Let each new node begin alone."""
    first, new = start.copy(), start < 0
    first[new] = first.max(initial=0) + 1 + np.arange(int(new.sum()))
    return np.unique(first, return_inverse=True)[1]


def _split_outliers(
    graph: csr_array, labels: NDArray, sizes: NDArray, resolution: float, before: NDArray
) -> NDArray[np.int64]:
    """Give a label of its own to each part that holds together and is not tied mainly to its community.

    A part of one subject leans on the rest of it; a small subject lost in a giant one leans on everything alike.
    What the run before (`before`, a label a node, -1 for a new one) left in one community stays: judged again at each
    run, ever more would leave.
    """
    order = np.argsort(labels, kind="stable")
    inside = _only_inside(graph, labels, order)
    strengths = np.asarray(graph.sum(axis=1), dtype=np.float64).ravel()
    labels = labels.copy()
    next_label = int(labels.max(initial=-1)) + 1
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    for first, last in zip(np.append(0, bounds), np.append(bounds, len(order)), strict=True):
        members = order[first:last]
        if sizes[members].sum() < 2 * FEWEST:
            continue
        community = _block(inside, first, last)
        parts = _leiden(*_network(community)[::3], resolution, None)
        outliers = _find_outliers(community, parts, strengths[members], sizes[members])
        outliers[_are_judged(parts, before[members], sizes[members])] = -1
        leaving = outliers[parts] >= 0
        labels[members[leaving]] = next_label + outliers[parts[leaving]]
        next_label += int(outliers.max(initial=-1)) + 1
    return labels


def _are_judged(parts: NDArray, before: NDArray, sizes: NDArray) -> NDArray[np.bool_]:
    """Tell the parts that were, for the most, in the same community before as the most of the whole."""
    former, places = np.unique(before, return_inverse=True)
    counts = np.zeros((parts.max() + 1, len(former)))
    np.add.at(counts, (parts, places), sizes)
    mains, main = former[counts.argmax(axis=1)], former[counts.sum(axis=0).argmax()]
    return (mains == main) & (mains != NEW)


def _find_outliers(community: csr_array, parts: NDArray, strengths: NDArray, sizes: NDArray) -> NDArray[np.int64]:
    """Number from 0 the parts that do not belong to a community; -1 for those that do.

    `parts`: the part of each of the community's N nodes; `strengths` (N): sums of the weights of all their links, in
    the whole graph; `sizes` (N): texts. Returns one number per part.
    """
    links = community.tocoo()
    within = parts[links.row] == parts[links.col]
    held = np.bincount(parts[links.row[within]], links.data[within], minlength=parts.max() + 1)
    to_rest = np.bincount(parts[links.row[~within]], links.data[~within], minlength=len(held))
    whole = np.bincount(parts, strengths, minlength=len(held))
    counts = np.bincount(parts, sizes, minlength=len(held))
    is_outlier = (held >= HELD * whole) & (to_rest <= LEANING * (whole - held - to_rest))
    is_outlier &= (counts >= FEWEST) & (2 * counts < counts.sum())
    return np.where(is_outlier, np.cumsum(is_outlier) - 1, -1)


def _network(graph: csr_array) -> tuple[igraph.Graph, NDArray, NDArray, NDArray[np.float64]]:
    """Make an igraph network of a symmetric graph; return it with the ends and weights of its links."""
    import igraph

    links = graph.tocoo()
    half = links.row < links.col
    rows, columns = links.row[half], links.col[half]
    network = igraph.Graph(graph.shape[0])
    # Not given to the constructor, which takes three times as long and a gigabyte for eight million.
    network.add_edges(np.stack([rows, columns], axis=1, dtype=np.int64))
    return network, rows, columns, links.data[half].astype(np.float64)


def _leiden(
    network: igraph.Graph, weights: NDArray[np.float64], resolution: float, start: NDArray | None, rounds: int = ROUNDS
) -> NDArray[np.int64]:
    found = network.community_leiden(
        "modularity",
        weights=weights,
        resolution=resolution,
        n_iterations=rounds,
        initial_membership=None if start is None else start.tolist(),
    )
    return np.asarray(found.membership, dtype=np.int64)


def _only_inside(graph: csr_array, labels: NDArray, order: NDArray) -> csr_array:
    """Put the nodes in `order`, that of their communities, and drop the links between communities."""
    links = graph.tocoo()
    kept = labels[links.row] == labels[links.col]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ends = place[links.row[kept]], place[links.col[kept]]
    return coo_array((links.data[kept], ends), shape=graph.shape).tocsr()


def _block(graph: csr_array, first: int, last: int) -> csr_array:
    """Cut the square block of rows and columns `first` to `last` out of a block-diagonal graph."""
    start, end = graph.indptr[first], graph.indptr[last]
    parts = graph.data[start:end], graph.indices[start:end] - first, graph.indptr[first : last + 1] - start
    return csr_array(parts, shape=(last - first, last - first))
