"""Second reading: which subjects are read again, by whom, about which pairs of ideas, and how far readers agree.

A subject is drawn by a seed that the register keeps, so that anybody can draw again. Of each, some pairs lie within it
and some at its border; whoever reads says, of two texts and nothing else, whether they are about one object.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

SHARE, LEAST = 0.05, 30
WITHIN, BORDER = 2, 2  # pairs of a subject
CONFIDENCE = 1.959964  # standard deviations of a normal law that hold 95 %


def count_drawn(reviewed: int) -> int:
    """Return how many subjects are read again.

    >>> count_drawn(12), count_drawn(200), count_drawn(1_000)
    (12, 30, 50)
    """
    return min(reviewed, max(LEAST, math.ceil(SHARE * reviewed)))


def draw(seed: str, numbers: Iterable[int], count: int) -> list[int]:
    """Return `count` of these numbers: those of the least hashes with the seed, whatever order they came in.

    >>> draw("a", range(9), 3) == draw("a", reversed(range(9)), 3) != draw("b", range(9), 3)
    True
    """
    return sorted(numbers, key=lambda number: (rank(seed, number), number))[:count]


def rank(seed: str, *numbers: int) -> str:
    """Return the hash of numbers with a seed, by which they are drawn and put in order."""
    return hashlib.sha256(":".join([seed, *map(str, numbers)]).encode()).hexdigest()


class DrawnPair(NamedTuple):
    """Two ideas to read, the lower number first; `is_within`: the first reviewer signed them as one subject."""

    first_id: int
    second_id: int
    is_within: bool


def choose_pairs(seed: str, members: Collection[int], near: Mapping[int, Sequence[int]]) -> list[DrawnPair]:
    """Return the pairs of a subject to read: some of its members, some of a member and the nearest idea of elsewhere.

    `near`: for some members, the ideas of other subjects or of none that are most like it, the most alike first.

    >>> pairs = choose_pairs("a", [1, 2, 3], {1: [9, 8], 2: [9]})
    >>> [pair.is_within for pair in pairs], all(9 in pair for pair in pairs[2:])
    ([True, True, False, False], True)
    """
    inside = sorted(members)
    within = [(one, other) for place, one in enumerate(inside) for other in inside[place + 1 :]]
    border = {(min(one, others[0]), max(one, others[0])) for one, others in near.items() if others}
    return [
        DrawnPair(*pair, is_within)
        for pairs, count, is_within in ((within, WITHIN, True), (border, BORDER, False))
        for pair in sorted(pairs, key=lambda pair: rank(seed, *pair))[:count]
    ]


class Interval(NamedTuple):
    """Between which shares the true one lies, 19 times in 20."""

    low: float
    high: float


def find_interval(share: float, count: int) -> Interval:
    """Return the interval of a share that was measured on `count` independent things (Wilson 1927).

    >>> [round(bound, 3) for bound in find_interval(0.9, 30)]
    [0.744, 0.965]
    >>> [round(bound, 3) for bound in find_interval(1.0, 30)]
    [0.886, 1.0]
    """
    if not count:
        return Interval(0.0, 1.0)
    square = CONFIDENCE**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = CONFIDENCE * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


class Judgement(NamedTuple):
    """What two of them said of one pair of a subject."""

    cluster_id: int
    one: bool
    other: bool


class Agreement(NamedTuple):
    """How often two readers said the same; `kappa`: beyond what chance would give, None when nothing could vary."""

    pair_count: int
    subject_count: int
    share: float
    interval: Interval
    kappa: float | None


def measure_agreement(said: Sequence[Judgement]) -> Agreement | None:
    """Return how far two readers agree; None when they read nothing in common.

    Pairs of one subject are no independent witnesses: in the interval, each subject counts as one.

    >>> said = [
    ...     Judgement(1, True, True),
    ...     Judgement(1, False, False),
    ...     Judgement(2, True, False),
    ...     Judgement(2, True, True),
    ... ]
    >>> found = measure_agreement(said)
    >>> found.share, found.kappa, found.subject_count
    (0.75, 0.5, 2)
    """
    if not said:
        return None
    count, subjects = len(said), len({one.cluster_id for one in said})
    share = sum(one.one == one.other for one in said) / count
    yes, also = sum(one.one for one in said) / count, sum(one.other for one in said) / count
    chance = yes * also + (1 - yes) * (1 - also)
    kappa = (share - chance) / (1 - chance) if chance < 1 else None
    return Agreement(count, subjects, share, find_interval(share, subjects), kappa)
