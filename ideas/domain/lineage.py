"""From one picture of the clusters to the next: which numbers stay, and what became of each.

A picture says, of each idea, the cluster that it is in; an idea that is in none is not in it.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

from ideas.domain.clusters import Event

Picture = Mapping[int, int]
Group = TypeVar("Group", bound=Hashable)


def follow(before: Picture, after: Mapping[int, Group], signed: Mapping[Group, int]) -> dict[Group, int]:
    """Return the numbers that groups of `after` keep: those of `signed` groups, then the largest overlaps.

    A number goes to one group, and only where both have half of the smaller in common.

    >>> follow({1: 4, 2: 4, 3: 4, 5: 9}, {1: "a", 2: "a", 3: "b", 5: "b"}, {})
    {'a': 4, 'b': 9}
    """
    kept, taken = dict(signed), set(signed.values())
    sizes = Counter(before.values()), Counter(after.values())
    shared = Counter((after[idea], before[idea]) for idea in sorted(before.keys() & after.keys()))
    for (group, number), count in sorted(shared.items(), key=lambda one: (-one[1], one[0][1])):
        if group in kept or number in taken or 2 * count < min(sizes[0][number], sizes[1][group]):
            continue
        kept[group] = number
        taken.add(number)
    return kept


class Change(NamedTuple):
    """What becomes of a cluster; `others`: those it comes from, or whose ideas it takes or loses; ideas in and out."""

    cluster_id: int
    event: Event
    others: tuple[int, ...]
    joining: tuple[int, ...]
    leaving: tuple[int, ...]
    kept_count: int

    @property
    def is_same(self) -> bool:
        """Whether nothing changes."""
        return self.event is Event.KEPT and not self.joining and not self.leaving


def compare(before: Picture, after: Picture) -> list[Change]:
    """Tell what became of each cluster, in the order of their numbers.

    A new one is split from the cluster most of its ideas come from, else born; one that is gone joined the cluster
    where most of its ideas are, else is dissolved.
    """
    olds, news = _list_members(before), _list_members(after)
    return [
        _tell(number, olds.get(number, set()), news.get(number, set()), before, after)
        for number in sorted(olds.keys() | news.keys())
    ]


def _tell(number: int, old: set[int], new: set[int], before: Picture, after: Picture) -> Change:
    joining, leaving = tuple(sorted(new - old)), tuple(sorted(old - new))
    sources = Counter(before[idea] for idea in joining if idea in before)
    targets = Counter(after[idea] for idea in leaving if idea in after)
    if old and new:
        event, others = Event.KEPT, sources + targets
    elif new:
        event, others = _of_most(sources, len(new), Event.SPLIT, Event.BORN), sources
    else:
        event, others = _of_most(targets, len(old), Event.JOINED, Event.DISSOLVED), targets
    ranked = sorted(others, key=lambda other: (-others[other], other))
    return Change(number, event, tuple(ranked), joining, leaving, len(old & new))


def _of_most(others: Counter[int], size: int, one: Event, none: Event) -> Event:
    """Return the event `one` when most of a cluster's ideas are, or were, in a single other."""
    return one if 2 * max(others.values(), default=0) > size else none


def _list_members(picture: Picture) -> dict[int, set[int]]:
    members: dict[int, set[int]] = {}
    for idea, number in picture.items():
        members.setdefault(number, set()).add(idea)
    return members
