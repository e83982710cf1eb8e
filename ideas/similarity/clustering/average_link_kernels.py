"""Average link compiled: only what a merge changed is looked at again.

Each cluster holds its links as a chain of entries. A merge ties two chains end to end; names that have become stale and
links that have become double are put right when the chain is next walked. A third cluster looks for its best again only
when its best has merged: reducibility says that no other can have changed its mind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.clustering.average_link import REFUSED, Links
from ideas.similarity.compiling import compiled

_NONE = -1


class _Chains(NamedTuple):
    """Clusters: `first` and `last` entry, `leader` (another when merged into it), `size`, `group`.

    Entries: `other` cluster, `sum` of likenesses, `following` entry. `seat`: room for a walk, by cluster.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    leader: NDArray[np.int32]
    size: NDArray[np.int64]
    group: NDArray[np.int64]
    other: NDArray[np.int32]
    sum: NDArray[np.int64]
    following: NDArray[np.int32]
    seat: NDArray[np.int32]


def merge_swiftly(links: Links, sizes: NDArray, groups: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """List the merges and their mean likenesses, as `merge_plainly` does."""
    count, entry_count = len(sizes), len(links.rows)
    ends = np.searchsorted(links.rows, np.arange(count + 1)).astype(np.int32)
    is_filled = np.diff(ends) > 0
    following = np.arange(1, entry_count + 1, dtype=np.int32)
    following[ends[1:][is_filled] - 1] = _NONE
    chains = _Chains(
        first=np.where(is_filled, ends[:-1], _NONE).astype(np.int32),
        last=np.where(is_filled, ends[1:] - 1, _NONE).astype(np.int32),
        leader=np.arange(count, dtype=np.int32),
        size=sizes.astype(np.int64),
        group=groups.astype(np.int64),
        other=links.columns.astype(np.int32),
        sum=links.sums.copy(),
        following=following,
        seat=np.full(count, _NONE, dtype=np.int32),
    )
    pairs, means = np.empty((count, 2), dtype=np.int64), np.empty(count)
    merge_count = _merge_all(chains, pairs, means)
    return pairs[:merge_count], means[:merge_count]


@compiled
def _merge_all(chains: _Chains, pairs: NDArray, means: NDArray) -> int:
    count = len(chains.leader)
    best, mean = np.full(count, _NONE, dtype=np.int32), np.zeros(count)
    waits = np.zeros(count, dtype=np.bool_)
    waiting, waiting_count = np.arange(count).astype(np.int32), count
    merge_count = 0
    while waiting_count:
        for place in range(waiting_count):
            cluster = waiting[place]
            waits[cluster] = False
            best[cluster], mean[cluster] = _find_best(chains, cluster)
        begin = merge_count
        for place in range(waiting_count):
            one = waiting[place]
            other = best[one]
            if other == _NONE or best[other] != one or chains.leader[one] != one or chains.leader[other] != other:
                continue
            lower, higher = min(one, other), max(one, other)
            pairs[merge_count, 0], pairs[merge_count, 1], means[merge_count] = lower, higher, mean[one]
            merge_count += 1
            _tie(chains, lower, higher)
        waiting_count = 0
        for place in range(begin, merge_count):
            lower, higher = pairs[place, 0], pairs[place, 1]
            waiting_count = _wait(lower, waits, waiting, waiting_count)
            entry = chains.first[lower]
            while entry != _NONE:
                near = _leader_of(chains.leader, chains.other[entry])
                if best[near] == lower or best[near] == higher:
                    waiting_count = _wait(near, waits, waiting, waiting_count)
                entry = chains.following[entry]
    return merge_count


@compiled
def _wait(cluster: int, waits: NDArray, waiting: NDArray, waiting_count: int) -> int:
    if waits[cluster]:
        return waiting_count
    waits[cluster] = True
    waiting[waiting_count] = cluster
    return waiting_count + 1


@compiled
def _tie(chains: _Chains, lower: int, higher: int) -> None:
    chains.leader[higher] = lower
    chains.size[lower] += chains.size[higher]
    chains.group[lower] = max(chains.group[lower], chains.group[higher])
    chains.following[chains.last[lower]] = chains.first[higher]
    chains.last[lower] = chains.last[higher]


@compiled
def _find_best(chains: _Chains, cluster: int) -> tuple[int, float]:
    """Put the chain of a cluster right, and find the cluster that it prefers."""
    _put_right(chains, cluster)
    best, most = _NONE, 0.0
    group = chains.group[cluster]
    entry = chains.first[cluster]
    while entry != _NONE:
        other = chains.other[entry]
        chains.seat[other] = _NONE
        is_barred = group >= 0 and chains.group[other] >= 0 and group != chains.group[other]
        if chains.sum[entry] > 0 and not is_barred:
            mean = chains.sum[entry] / (chains.size[cluster] * chains.size[other])
            if mean > most or (mean == most and other < best):
                best, most = other, mean
        entry = chains.following[entry]
    return best, most


@compiled
def _put_right(chains: _Chains, cluster: int) -> None:
    before, entry = _NONE, chains.first[cluster]
    while entry != _NONE:
        other = _leader_of(chains.leader, chains.other[entry])
        double = chains.seat[other]
        if other == cluster or double != _NONE:
            if other != cluster:
                added = chains.sum[double] + chains.sum[entry]
                chains.sum[double] = added if added >= 0 else REFUSED
            if before == _NONE:
                chains.first[cluster] = chains.following[entry]
            else:
                chains.following[before] = chains.following[entry]
        else:
            chains.other[entry] = other
            chains.seat[other] = entry
            before = entry
        entry = chains.following[entry]
    chains.last[cluster] = before


@compiled
def _leader_of(leader: NDArray, cluster: int) -> int:
    while leader[cluster] != cluster:
        leader[cluster] = leader[leader[cluster]]
        cluster = leader[cluster]
    return cluster
