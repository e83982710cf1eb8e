"""What became of each cluster from one run to the next.

A run numbers its groups as it likes; people remember cluster 12. The two runs are matched by the texts they
have in common, so that cluster 12 stays cluster 12 where most of it remains, and what changed is told as events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from ideas.similarity.clustering.labels import ALONE, count_shared

KEPT, BORN, SPLIT, JOINED, DISSOLVED = "kept", "born", "split", "joined", "dissolved"


@dataclass(frozen=True)
class Event:
    """One line of lineage, from cluster `previous` to cluster `current`.

    kept       the same id before and after
    split      `current` is new and comes mostly from `previous`
    joined     `previous` is gone: most of it is now in `current`
    born       `current` is new and comes mostly from no single cluster (`previous` is None)
    dissolved  `previous` is gone and most of it is in no single cluster (`current` is None)

    `shared` counts the texts in both; the shares are of the texts of `previous` that are still there, and of all
    texts of `current`.
    """

    kind: str
    previous: int | None
    current: int | None
    shared: int = 0
    share_of_previous: float = 0.0
    share_of_current: float = 0.0


@dataclass(frozen=True)
class Lineage:
    """The cluster id of each text in the new run, what led there, and the first id still free."""

    ids: NDArray[np.int64]
    events: tuple[Event, ...]
    next_id: int

    @property
    def share_kept(self) -> float:
        """The share of the previous clusters whose id lives on (1 when there were none)."""
        kept, ended = self.count(KEPT), self.count(JOINED) + self.count(DISSOLVED)
        return kept / (kept + ended) if kept + ended else 1.0

    def count(self, kind: str) -> int:
        """The number of events of this kind."""
        return sum(event.kind == kind for event in self.events)


def trace(
    previous: ArrayLike, current: ArrayLike, *, next_id: int | None = None, existing: Iterable[int] = ()
) -> Lineage:
    """Name the groups of `current` after the clusters of `previous` that they continue.

    `previous`: the cluster id each text had, -1 for a text that is new or was unclustered. `current`: the label
    each text has now, -1 for unclustered. Both follow the order of the new run's texts. `next_id`: the first id
    never used; unless told, one more than the highest seen. `existing`: ids of clusters that may have lost all
    their texts, so that their end is told too.

    Ids are given by the pairing of clusters that keeps most texts in place (the assignment problem), and only
    where the two have at least half of the smaller in common. An id that ends is never given again.

    >>> trace([4, 4, 4, 9, 9, -1], [0, 0, 0, 1, 1, 1]).ids.tolist()
    [4, 4, 4, 9, 9, 9]
    """
    previous, current = np.asarray(previous, dtype=np.int64), np.asarray(current, dtype=np.int64)
    if len(previous) != len(current):
        raise ValueError(f"{len(previous)} previous ids cannot be matched with {len(current)} labels.")
    ended = set(map(int, existing))
    highest = max([int(previous.max(initial=ALONE)), *ended]) + 1
    flows = _Flows.between(previous, current)
    names, next_id = flows.name_groups(highest if next_id is None else max(next_id, highest))
    ids = np.append(names, ALONE)[np.where(current < 0, len(names), current)]
    return Lineage(ids, tuple(_order([*flows.tell(names), *_tell_lost(ended - set(previous.tolist()))])), next_id)


def tell(previous: ArrayLike, ids: ArrayLike, existing: Iterable[int] = ()) -> tuple[Event, ...]:
    """List what became of each cluster when the texts of `previous` ids now have `ids`, however these were given."""
    previous, ids = np.asarray(previous, dtype=np.int64), np.asarray(ids, dtype=np.int64)
    names = np.unique(ids[ids >= 0])
    flows = _Flows.between(previous, np.where(ids < 0, ALONE, np.searchsorted(names, ids)))
    return tuple(_order([*flows.tell(names), *_tell_lost(set(existing) - set(previous.tolist()) - set(ids.tolist()))]))


def pair_groups(lefts: ArrayLike, rights: ArrayLike, shared: ArrayLike) -> NDArray[np.int64]:
    """Choose the places of the pairs, each left and right used once, that share most texts in all.

    The assignment problem (Hungarian method), exact, on the listed pairs only, never on a dense table. Pairs that no
    exchange can better are taken first; they are nearly all, and what they leave is small.
    """
    worths = np.asarray(shared, dtype=np.float64)
    rows, columns = np.asarray(lefts, dtype=np.int64), np.asarray(rights, dtype=np.int64)
    open_, chosen = np.arange(len(worths)), []
    while len(open_):
        sure = _find_sure(rows[open_], columns[open_], worths[open_])
        if not len(sure):
            chosen.append(open_[_assign(rows[open_], columns[open_], worths[open_])])
            break
        sure = open_[sure]
        chosen.append(sure)
        open_ = open_[~np.isin(rows[open_], rows[sure]) & ~np.isin(columns[open_], columns[sure])]
    return np.sort(np.concatenate(chosen)) if chosen else np.zeros(0, dtype=np.int64)


def _find_sure(rows: NDArray, columns: NDArray, worths: NDArray) -> NDArray[np.int64]:
    """Find the pairs worth at least the second best of their row and of their column together.

    Whatever else both would be paired with is worth less, so that some best assignment has them.
    """
    best_of_row, next_of_row = _two_best(rows, worths)
    best_of_column, next_of_column = _two_best(columns, worths)
    best = (best_of_row == np.arange(len(worths))) & (best_of_column == np.arange(len(worths)))
    return np.flatnonzero(best & (worths >= next_of_row + next_of_column))


def _two_best(groups: NDArray, worths: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each place where the best of its group is, and the worth of the second best (0 if none)."""
    order = np.lexsort((np.arange(len(worths)), -worths, groups))
    firsts = np.flatnonzero(np.diff(groups[order], prepend=-2))
    sizes = np.diff(np.append(firsts, len(order)))
    seconds = np.where(sizes > 1, worths[order[np.minimum(firsts + 1, len(order) - 1)]], 0.0)
    best, second = np.empty(len(order), dtype=np.int64), np.empty(len(order))
    best[order], second[order] = np.repeat(order[firsts], sizes), np.repeat(seconds, sizes)
    return best, second


def _assign(rows: NDArray, columns: NDArray, worths: NDArray) -> NDArray[np.int64]:
    """Solve the assignment on sparse worths (LAPJVsp, after Jonker and Volgenant).

    Every row also gets a stand-in worth almost nothing, so that it may stay unpaired.
    """
    rows, columns = (np.unique(side, return_inverse=True)[1] for side in (rows, columns))
    row_count, column_count = rows.max() + 1, columns.max() + 1
    stand_ins = np.arange(row_count)
    ends = np.append(rows, stand_ins), np.append(columns, column_count + stand_ins)
    table = csr_array((np.append(worths, np.full(row_count, 1e-6)), ends), shape=(row_count, column_count + row_count))
    chosen = np.zeros(row_count, dtype=np.int64)
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(table, maximize=True)
    chosen[chosen_rows] = chosen_columns
    return np.flatnonzero(chosen[rows] == columns)


@dataclass(frozen=True)
class _Flows:
    """How many texts went from each previous cluster to each current group, and how large both are."""

    previous: NDArray[np.int64]
    current: NDArray[np.int64]
    shared: NDArray[np.int64]
    size_before: dict[int, int]
    size_after: NDArray[np.int64]

    @classmethod
    def between(cls, previous: NDArray[np.int64], current: NDArray[np.int64]) -> _Flows:
        lefts, rights, shared = count_shared(previous, current)
        real = (lefts >= 0) & (rights >= 0)
        values, counts = np.unique(previous[previous >= 0], return_counts=True)
        sizes = dict(zip(values.tolist(), counts.tolist(), strict=True))
        return cls(lefts[real], rights[real], shared[real], sizes, np.bincount(current[current >= 0]))

    def name_groups(self, next_id: int) -> tuple[NDArray[np.int64], int]:
        names = np.full(len(self.size_after), ALONE, dtype=np.int64)
        smaller = np.minimum([self.size_before[left] for left in self.previous.tolist()], self.size_after[self.current])
        paired = pair_groups(self.previous, self.current, self.shared)
        paired = paired[2 * self.shared[paired] >= smaller[paired]]
        names[self.current[paired]] = self.previous[paired]
        unnamed = np.flatnonzero((names < 0) & (self.size_after > 0))
        names[unnamed] = next_id + np.arange(len(unnamed))
        return names, next_id + len(unnamed)

    def tell(self, names: NDArray[np.int64]) -> Iterator[Event]:
        kept = set(names.tolist()) & set(self.size_before)
        told: set[int] = set()
        for left, right, shared in zip(
            self.previous.tolist(), self.current.tolist(), self.shared.tolist(), strict=True
        ):
            name = int(names[right])
            before, after = self.size_before[left], int(self.size_after[right])
            kind = _name_flow(left, name, kept, most_of_left=2 * shared > before, most_of_name=2 * shared > after)
            if kind:
                told |= {left} if kind == JOINED else {name}
                yield Event(kind, left, name, shared, shared / before, shared / after)
        told |= kept
        yield from (Event(DISSOLVED, left, None) for left in self.size_before if left not in told)
        yield from (Event(BORN, None, name) for name in names.tolist() if name >= 0 and name not in told)


def _name_flow(left: int, name: int, kept: set[int], *, most_of_left: bool, most_of_name: bool) -> str | None:
    if left == name:
        return KEPT
    if left not in kept and most_of_left:
        return JOINED
    return SPLIT if name not in kept and most_of_name else None


def _tell_lost(ids: Iterable[int]) -> Iterator[Event]:
    return (Event(DISSOLVED, left, None) for left in ids)


def _order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.current is None, event.current, event.previous or ALONE))
