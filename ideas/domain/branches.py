"""A subject cut finer: the parts that its branch of the tree falls into, level after level, each within one before."""

import heapq
from collections.abc import Collection, Iterable
from typing import NamedTuple

MOST_PARTS = 9  # at the finest level: more is another run's work
LEAST = 2  # ideas of a part: one that leaves alone stays with the larger part of what it left
Parts = list[list[int]]


class Joining(NamedTuple):
    """Where a run's tree joined an idea, with all that it led by then: to which other, how alike on average."""

    idea_id: int
    head_id: int
    likeness: float


class _Merge(NamedTuple):
    """Two nodes of a tree that became one: an idea by itself, or what a merge made (`~` of its place)."""

    one: int
    other: int
    size: int


def list_levels(members: Collection[int], joinings: Iterable[Joining]) -> list[Parts]:
    """Return the parts of a subject at each level where its branch really changes, the whole first, the larger first.

    Ideas that are no members only say how members are linked. What nothing links is taken apart first.

    >>> def at(idea, head, likeness):
    ...     return Joining(idea, head, likeness)
    >>> list_levels([1, 2, 3, 4, 5], [at(2, 1, 0.9), at(4, 3, 0.8), at(3, 1, 0.3), at(5, 1, 0.25)])
    [[[1, 2, 3, 4, 5]], [[1, 2, 5], [3, 4]]]
    """
    if not members:
        return []
    tree, root = _merge(members, joinings)
    fallen: dict[int, list[int]] = {root: []}
    levels, waiting = [[sorted(members)]], [root]
    while waiting and len(fallen) < MOST_PARTS:
        node = heapq.heappop(waiting)
        if node >= 0:
            continue
        larger, smaller = _take_apart(tree, node)
        left = fallen.pop(node)
        if _size(tree, smaller) < LEAST:
            fallen[larger] = [*left, smaller]
            heapq.heappush(waiting, larger)
            continue
        fallen |= {larger: left, smaller: []}
        heapq.heappush(waiting, larger)
        heapq.heappush(waiting, smaller)
        levels.append(_list_parts(tree, fallen))
    return levels


def _merge(members: Collection[int], joinings: Iterable[Joining]) -> tuple[list[_Merge], int]:
    """Merge members from the most alike on; return the merges, the last one being the root."""
    tree: list[_Merge] = []
    node_of, led_by = dict(zip(members, members, strict=True)), dict[int, int]()
    for idea, head, _likeness in sorted(joinings, key=lambda one: (-one.likeness, one.idea_id)):
        one, other = _lead(led_by, head), _lead(led_by, idea)
        led_by[other] = one
        joined = node_of.pop(other, None)
        if joined is not None:
            node_of[one] = _join(tree, node_of[one], joined) if one in node_of else joined
    first, *rest = sorted(node_of.values(), key=lambda node: (-_size(tree, node), node))
    for node in rest:
        first = _join(tree, first, node)
    return tree, first


def _lead(led_by: dict[int, int], idea: int) -> int:
    """Return the idea at the head of all that one was joined to so far."""
    head = idea
    while head in led_by:
        head = led_by[head]
    while idea != head:
        led_by[idea], idea = head, led_by[idea]
    return head


def _join(tree: list[_Merge], one: int, other: int) -> int:
    tree.append(_Merge(one, other, _size(tree, one) + _size(tree, other)))
    return ~(len(tree) - 1)


def _size(tree: list[_Merge], node: int) -> int:
    return 1 if node >= 0 else tree[~node].size


def _take_apart(tree: list[_Merge], node: int) -> tuple[int, int]:
    one, other, _size_of_both = tree[~node]
    return (one, other) if _size(tree, one) >= _size(tree, other) else (other, one)


def _list_parts(tree: list[_Merge], fallen: dict[int, list[int]]) -> Parts:
    parts = [sorted([*_list_ideas(tree, node), *left]) for node, left in fallen.items()]
    return sorted(parts, key=lambda part: (-len(part), part))


def _list_ideas(tree: list[_Merge], node: int) -> list[int]:
    found, waiting = [], [node]
    while waiting:
        node = waiting.pop()
        if node >= 0:
            found.append(node)
        else:
            waiting += tree[~node][:2]
    return found
