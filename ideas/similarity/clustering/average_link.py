"""Average link over a sparse graph, by rounds in which all clusters that prefer each other merge.

A link that is absent is worth 0. Average link is reducible: a merge never makes the new cluster more alike to a third
than the nearer of its halves was. So all the pairs that prefer each other may merge at once, and the tree is the one
that merging the best pair of all, again and again, would give (Sumengen et al. 2021, "Scaling hierarchical
agglomerative clustering to billion-sized datasets"). Here in SciPy's arrays; the compiled form gives the same merges.

Likenesses are whole numbers here, so that a sum is the same in whatever order it is made. Of equal means the cluster of
the lower number is preferred, and a cluster bears the lowest number of its members: no tie is left to chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

REFUSED = -(2**60)  # the sum of likenesses between two clusters that must be apart: more than all others can outweigh
NO_GROUP = -1
_LARGEST_SUM = 58  # bits: four refusals and all likenesses are added without leaving 64
_FINEST = 32  # bits after the point: what float32 tells of a likeness above 1/256
_FEW = 3000  # clusters: NumPy has finished before numba is even imported


class Links(NamedTuple):
    """Both ways, sorted by row then column, each pair of clusters once: whole-number likenesses summed over texts."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    sums: NDArray[np.int64]


class Merges(NamedTuple):
    """From the most alike: the two clusters, each by its lowest member, the lower first; their mean likeness."""

    pairs: NDArray[np.int64]
    likeness: NDArray[np.float64]


def merge(graph: csr_array, sizes: NDArray, apart: NDArray, groups: NDArray) -> Merges:
    """Merge the clusters that a symmetric `graph` of summed likenesses links, as long as any link is left.

    `sizes`: texts of each cluster; `apart`: pairs (count × 2) that must not merge; `groups`: the group each cluster is
    placed in, or `NO_GROUP`; two clusters of different groups never merge.
    """
    scale = 2.0 ** min(_FINEST, _LARGEST_SUM - int(np.ceil(np.log2(max(1.0, graph.sum(dtype=np.float64))))))
    links = _whole_links(graph, apart, scale)
    pairs, sums = _compiled(links, sizes, groups) if len(sizes) > _FEW else merge_plainly(links, sizes, groups)
    return _sorted(pairs, sums / scale, sizes)


def merge_plainly(links: Links, sizes: NDArray, groups: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """List the merges and their mean likenesses, round by round."""
    sizes, groups = sizes.astype(np.int64), groups.copy()
    names = np.arange(len(sizes))
    all_pairs, all_means = [np.zeros((0, 2), dtype=np.int64)], [np.zeros(0)]
    while len(links.rows):
        best, means = _find_best(links, sizes, groups)
        lower = np.flatnonzero((best > names) & (best[best] == names))
        if not len(lower):
            break
        higher = best[lower]
        all_pairs.append(np.column_stack((lower, higher)))
        all_means.append(means[lower])
        sizes[lower] += sizes[higher]
        groups[lower] = np.maximum(groups[lower], groups[higher])
        names[higher] = lower
        links = combine(names[links.rows], names[links.columns], links.sums, len(names))
        names[higher] = higher
    return np.concatenate(all_pairs), np.concatenate(all_means)


def combine(rows: NDArray, columns: NDArray, sums: NDArray, count: int) -> Links:
    """Sort links and add those of the same pair; a refusal outweighs all."""
    between = rows != columns
    keys = rows[between].astype(np.int64) * count + columns[between]
    order = np.argsort(keys, kind="stable")
    firsts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    keys = keys[order][firsts]
    added = np.add.reduceat(sums[between][order], firsts) if len(firsts) else np.zeros(0, dtype=np.int64)
    return Links(keys // count, keys % count, np.where(added < 0, REFUSED, added))


def _find_best(links: Links, sizes: NDArray, groups: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find for each cluster the one it prefers, itself when it has none, and their mean likeness."""
    rows, columns, sums = links
    means = sums / (sizes[rows] * sizes[columns])
    means[(groups[rows] != groups[columns]) & (groups[rows] >= 0) & (groups[columns] >= 0)] = -1
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    most = np.maximum.reduceat(means, starts)
    lengths = np.diff(np.append(starts, len(rows)))
    firsts = np.flatnonzero((means == np.repeat(most, lengths)) & (means > 0))
    firsts = firsts[np.diff(rows[firsts], prepend=-1) > 0]
    best, found = np.arange(len(sizes)), np.zeros(len(sizes))
    best[rows[firsts]], found[rows[firsts]] = columns[firsts], means[firsts]
    return best, found


def _whole_links(graph: csr_array, apart: NDArray, scale: float) -> Links:
    links = graph.tocoo()
    sums = np.rint(links.data.astype(np.float64) * scale).astype(np.int64)
    one, other = apart.reshape(-1, 2).T
    return combine(
        np.concatenate((links.row, one, other)),
        np.concatenate((links.col, other, one)),
        np.concatenate((sums, np.full(2 * len(one), REFUSED))),
        graph.shape[0],
    )


def _compiled(links: Links, sizes: NDArray, groups: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    try:
        from ideas.similarity.clustering.average_link_kernels import merge_swiftly
    except ImportError:
        return merge_plainly(links, sizes, groups)
    return merge_swiftly(links, sizes, groups)


def _sorted(pairs: NDArray[np.int64], means: NDArray[np.float64], sizes: NDArray) -> Merges:
    """Sort merges from the most alike; of equals the smaller cluster first, so that halves come before their whole."""
    grown = sizes.astype(np.int64)
    made = np.empty(len(pairs), dtype=np.int64)
    for at, (lower, higher) in enumerate(pairs.tolist()):
        grown[lower] += grown[higher]
        made[at] = grown[lower]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], made, -means))
    return Merges(pairs[order], means[order])
