"""What gives ideas a chance to be seen: an order that shuffles those little known, and no subject that fills a page.

That order is new each day and the same for everybody. Nothing is kept of whoever looks: the day alone decides, so
that pages follow one another until midnight.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from typing import TypeVar

from ideas.domain.numbers import LAST_NUMBER

FEW, SOME = 2, 9  # supports up to which an idea is little known, then somewhat
HEAD, MOST_ALIKE = 10, 2  # at the head of a page, and how many ideas of one subject stand there
SHUFFLED = LAST_NUMBER  # a prime: its remainders of number × seed are all different, so that no two ideas tie

T = TypeVar("T")


def seed_of(day: date) -> int:
    """Return what the numbers of ideas are multiplied by that day, from 1 to `SHUFFLED` - 1.

    >>> seed_of(date(2026, 11, 27)) == seed_of(date(2026, 11, 27)) != seed_of(date(2026, 11, 28))
    True
    """
    return int.from_bytes(sha256(day.isoformat().encode()).digest()[:8]) % (SHUFFLED - 1) + 1


def spread(ideas: Sequence[T], subject_of: Callable[[T], int | None]) -> list[T]:
    """Return the ideas of a page, in their order, but for those that would fill its head with one subject.

    The third of a subject and those after it come once ten others stand before, or at the end.

    >>> spread(["a1", "a2", "a3", "b1", ""], lambda idea: ord(idea[0]) if idea else None)
    ['a1', 'a2', 'b1', '', 'a3']
    """
    head: list[T] = []
    later: list[T] = []
    counts: Counter[int | None] = Counter()
    for place, idea in enumerate(ideas):
        subject = subject_of(idea)
        if subject is not None and counts[subject] == MOST_ALIKE:
            later.append(idea)
            continue
        counts[subject] += 1
        head.append(idea)
        if len(head) == HEAD:
            return [*head, *later, *ideas[place + 1 :]]
    return [*head, *later]
