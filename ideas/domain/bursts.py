"""A rush of new accounts that vote: shown to moderators, who judge whether a newspaper or a program sent them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

SPAN = timedelta(minutes=10)
LEAST = 40  # accounts within `SPAN`
LOOKED_BACK = timedelta(days=1)


class Burst(NamedTuple):
    """How many new accounts voted, from when to when."""

    people: int
    began_at: datetime
    ended_at: datetime

    @property
    def minutes(self) -> int:
        """How long it took, in minutes, one at least."""
        return max(1, round((self.ended_at - self.began_at).total_seconds() / 60))


def find_burst(moments: Sequence[datetime]) -> Burst | None:
    """Return the densest stretch of `SPAN` among the first votes of new accounts, in order; None when it is ordinary.

    >>> start = datetime(2026, 3, 1)
    >>> find_burst([start + timedelta(seconds=n) for n in range(120)]).people
    120
    >>> find_burst([start + timedelta(minutes=n) for n in range(120)]) is None
    True
    """
    found, first = None, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > SPAN:
            first += 1
        count = last - first + 1
        if count >= LEAST and (found is None or count > found.people):
            found = Burst(count, moments[first], moment)
    return found
