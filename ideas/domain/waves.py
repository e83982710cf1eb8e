"""Waves: many near-identical ideas within hours of one another, that a call, an association or a program sent.

Nothing here says that a wave is wrong: it is found, shown, and counted apart once a person has said what it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ideas.domain.errors import N_

# The figures below are measured by `python -m tests.bench --only wave`: see docs/similarity-groups.md.
LIKENESS = 0.45  # of two texts that say the same in other words
WITHIN = timedelta(days=2)  # between two ideas of one wave that are alike
FELLOWS = 4  # alike and near in time, from which an idea is in the midst of a wave
LEAST = 12  # ideas of a wave

RUSH = timedelta(minutes=10)
RUSHING = 40  # accounts within `RUSH`
LOOKED_BACK = timedelta(days=1)


class WaveLabel(StrEnum):
    """What a person says a wave is; the empty word: nobody said yet."""

    UNREAD = ""
    COORDINATED = "coordinated"
    CALL = "call"
    UNRELATED = "unrelated"


LABEL_NAMES = {
    WaveLabel.COORDINATED: N_("Envoi coordonné"),
    WaveLabel.CALL: N_("Relais d’un appel"),
    WaveLabel.UNRELATED: N_("Sans rapport"),
}
COUNTED_APART = (WaveLabel.COORDINATED, WaveLabel.CALL)


def find_waves(sent_at: Mapping[int, datetime], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the waves among ideas, given when each was sent and which are alike; the largest first.

    An idea with `FELLOWS` alike ones, each sent `WITHIN` that long of it, is in the midst of a wave; those that are
    alike and in the midst are of the same one, and bring in who is alike to them (DBSCAN, Ester et al. 1996, in words
    and in time).

    >>> start = datetime(2026, 3, 1)
    >>> sent_at = {number: start + timedelta(hours=number) for number in range(20)}
    >>> links = [(one, other) for one in range(15) for other in range(one)]
    >>> find_waves(sent_at, links) == [list(range(15))]
    True
    >>> find_waves({number: start + timedelta(days=3 * number) for number in range(20)}, links)
    []
    """
    near: dict[int, set[int]] = {}
    for one, other in links:
        if one in sent_at and other in sent_at and abs(sent_at[one] - sent_at[other]) <= WITHIN:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    midst = {number for number, fellows in near.items() if len(fellows) >= FELLOWS}
    waves, seen = [], set[int]()
    for number in sorted(midst, key=lambda one: (sent_at[one], one)):
        if number not in seen:
            wave = _reach(number, near, midst, seen)
            if len(wave) >= LEAST:
                waves.append(sorted(wave))
    return sorted(waves, key=lambda wave: (-len(wave), wave))


def _reach(start: int, near: Mapping[int, Collection[int]], midst: Collection[int], seen: set[int]) -> list[int]:
    """Return who is reached from an idea in the midst of a wave, through others in its midst; none is `seen` twice."""
    seen.add(start)
    wave = [start]
    for number in wave:
        if number in midst:
            reached = sorted(set(near[number]) - seen)
            seen.update(reached)
            wave += reached
    return wave


class Rush(NamedTuple):
    """How many new accounts voted, from when to when."""

    people: int
    began_at: datetime
    ended_at: datetime

    @property
    def minutes(self) -> int:
        """How long it took, in minutes, one at least."""
        return max(1, round((self.ended_at - self.began_at).total_seconds() / 60))


def find_rush(moments: Sequence[datetime], least: int = RUSHING) -> Rush | None:
    """Return the densest stretch of `RUSH` among the first votes of new accounts, in order; None when it is ordinary.

    >>> start = datetime(2026, 3, 1)
    >>> find_rush([start + timedelta(seconds=n) for n in range(120)]).people
    120
    >>> find_rush([start + timedelta(minutes=n) for n in range(120)]) is None
    True
    """
    found, first = None, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > RUSH:
            first += 1
        count = last - first + 1
        if count >= least and (found is None or count > found.people):
            found = Rush(count, moments[first], moment)
    return found
