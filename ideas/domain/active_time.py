"""How long subjects take, from the times of acts: summed by subject, never by person."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

IDLE = timedelta(seconds=60)  # without an act, after which nobody is taken to be at work


class Act(Protocol):
    """Something that somebody did, and the subject that it was about, if any."""

    @property
    def person_id(self) -> Hashable:
        """Who did it."""

    @property
    def cluster_id(self) -> int | None:
        """The subject."""

    @property
    def decided_at(self) -> datetime:
        """When."""


def sum_active_time(acts: Iterable[Act]) -> dict[int, timedelta]:
    """Return, by subject, the time before its acts since whoever did them acted last, cut where they were idle.

    Acts come in order; the first of somebody says nothing of the time before it.

    >>> from types import SimpleNamespace as a
    >>> at = [datetime(2026, 1, 1, 9, 0, second) for second in (0, 20, 50)] + [datetime(2026, 1, 1, 11)]
    >>> acts = [a(person_id=1, cluster_id=subject, decided_at=when) for subject, when in zip([7, 7, None, 8], at)]
    >>> {subject: time.seconds for subject, time in sum_active_time(acts).items()}
    {7: 20, 8: 60}
    """
    sums: defaultdict[int, timedelta] = defaultdict(timedelta)
    last: dict[Hashable, datetime] = {}
    for act in acts:
        before = last.get(act.person_id)
        last[act.person_id] = act.decided_at
        if before is not None and act.cluster_id is not None:
            sums[act.cluster_id] += min(act.decided_at - before, IDLE)
    return dict(sums)
