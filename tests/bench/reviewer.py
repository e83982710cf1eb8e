"""A reviewer who knows a labelled file and works at the bench, act by act, until the subjects are as they should be.

Labels are simulated; places and proposals are those of the bench: the queue's own order, the near subjects and the
ideas alone that it shows beside a subject, the pages of ideas alone once the queue is done. What nobody labelled stays
where the machine put it and counts for nothing.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ideas.domain.clusters import ReviewStatus
from ideas.web.triage.lonely import LONELY
from ideas.web.triage.members import MEMBERS
from ideas.web.triage.queue import rank
from ideas.web.triage.targets import LINKS, NEAR

ALONE = -1


class Found(NamedTuple):
    """What a run proposes, by text: its subject, the texts most like it, its supports; and by subject, robustness."""

    subjects: list[int]
    near: list[list[tuple[int, float]]]
    supports: list[int]
    robustness: dict[int, float]


class _Line(NamedTuple):
    """A subject as the queue ranks it."""

    id: int
    robustness: float
    cohesion: float = 0.0
    review_status: ReviewStatus = ReviewStatus.PROPOSED


@dataclass
class Desk:
    """Where each text is now, who is done, and what was done to come there: `acts`, by kind."""

    found: Found
    truth: dict[int, str]
    acts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self):
        self.where = dict(enumerate(self.found.subjects))
        self.done: set[int] = set()
        self.born = max(self.found.subjects, default=ALONE) + 1
        self.wanted = sum(map(_count_pairs, Counter(self.truth.values()).values()))

    def pair_f1(self) -> float:
        """Return how near the labelled texts are to their labels, by pairs."""
        right = sum(map(_count_pairs, Counter((self.where[one], self.truth[one]) for one in self._placed()).values()))
        made = sum(map(_count_pairs, Counter(self.where[one] for one in self._placed()).values()))
        return 2 * right / (made + self.wanted) if made + self.wanted else 1.0

    def _placed(self) -> list[int]:
        return [one for one in self.truth if self.where[one] != ALONE]

    def list_texts(self, subject: int) -> list[int]:
        return [one for one, here in self.where.items() if here == subject]

    def list_labelled(self, subject: int) -> list[int]:
        return [one for one in self.list_texts(subject) if one in self.truth]

    def find_label(self, subject: int) -> str | None:
        """Return what most labelled texts of a subject are about."""
        counted = Counter(self.truth[one] for one in self.list_labelled(subject))
        return min(counted, key=lambda label: (-counted[label], label), default=None)

    def find_home(self, label: str) -> int | None:
        """Return the subject that is about this, the one that holds most of it."""
        held = Counter(self.where[one] for one in self._placed() if self.truth[one] == label)
        homes = [subject for subject in held if self.find_label(subject) == label]
        return min(homes, key=lambda subject: (-held[subject], subject), default=None)

    def put(self, texts: list[int], subject: int | None) -> None:
        """Put texts in a subject, or in a new one."""
        if subject is None:
            subject, self.born = self.born, self.born + 1
            self.done.add(subject)
        self.where.update(dict.fromkeys(texts, subject))

    def list_queue(self) -> list[int]:
        """Return the subjects to review, in the order of the bench."""
        subjects = sorted({self.where[one] for one in self._placed()} - self.done)
        people = {subject: sum(self.found.supports[one] for one in self.list_texts(subject)) for subject in subjects}
        return [line.id for line in rank([_Line(one, self.found.robustness[one]) for one in subjects], people)]

    def list_near(self, subject: int) -> list[int]:
        """Return the subjects shown as near one."""
        own = set(self.list_texts(subject))
        links = [(-much, one, other) for one in own for other, much in self.found.near[one] if other not in own]
        beside = (self.where[other] for _much, _one, other in sorted(links)[:LINKS])
        return list(dict.fromkeys(there for there in beside if there != ALONE))[:NEAR]

    def list_lonely(self, subject: int) -> list[int]:
        """Return the texts alone shown as near a subject."""
        own, best = set(self.list_texts(subject)), defaultdict(float)
        for one, listed in enumerate(self.found.near):
            for other, much in listed:
                for inside, alone in ((one, other), (other, one)):
                    if inside in own and self.where[alone] == ALONE:
                        best[alone] = max(best[alone], much)
        return sorted(best, key=lambda alone: (-best[alone], alone))[:LONELY]


def review(desk: Desk, *, until: float, lot: random.Random | None = None) -> None:
    """Work at the bench until pairs are right enough; with a `lot`, in its order and without what the bench proposes.

    A place where nothing is wrong costs one act: it is confirmed, or left alone.
    """
    seen: set[int] = set()
    while desk.pair_f1() < until:
        queue = desk.list_queue()
        alone = [one for one in desk.truth if desk.where[one] == ALONE and one not in seen]
        if not queue and not alone:
            return
        if lot:
            at = lot.randrange(len(queue) + len(alone))
            page = alone[at - len(queue) :][:1] if at >= len(queue) else []
            subject = None if page else sorted(queue)[at]
        else:
            page = sorted(alone, key=lambda one: (-desk.found.supports[one], one))[:MEMBERS] if not queue else []
            subject = queue[0] if queue else None
        seen.update(page)
        work = _sort_alone(desk, page) if subject is None else _sort_subject(desk, subject, is_bench=not lot)
        acts = Counter[str]()
        for act in work:
            acts[act] += 1
            if desk.pair_f1() >= until:
                break
        desk.acts += acts or Counter(["confirm" if page == [] else "leave alone"])


def _sort_subject(desk: Desk, subject: int, *, is_bench: bool) -> Iterator[str]:
    """Take out of a subject what is not its own, then bring to it what is."""
    label = desk.find_label(subject)
    desk.done.add(subject)
    strange = defaultdict(list)
    for one in desk.list_labelled(subject):
        strange[desk.truth[one]].append(one)
    strange.pop(label)
    for other, texts in sorted(strange.items(), key=lambda group: (-len(group[1]), group[0])):
        home = desk.find_home(other)
        if home is None and len(texts) == 1:
            desk.where[texts[0]] = ALONE
        else:
            desk.put(texts, home)
        yield "move" if home is not None else "take out" if len(texts) == 1 else "split"
    while same := [near for near in desk.list_near(subject) if _is_about(desk, near, label)]:
        desk.done.add(same[0])
        desk.put(desk.list_texts(same[0]), subject)
        yield "join"
    while is_bench and (own := [one for one in desk.list_lonely(subject) if desk.truth.get(one) == label]):
        desk.put(own, subject)
        yield "bring"


def _is_about(desk: Desk, subject: int, label: str | None) -> bool:
    labelled = desk.list_labelled(subject)
    return 2 * sum(desk.truth[one] == label for one in labelled) > len(labelled)


def _sort_alone(desk: Desk, page: list[int]) -> Iterator[str]:
    """Place the texts of a page where they belong; those that have no place yet, and company, make one."""
    groups = defaultdict(list)
    for one in page:
        groups[desk.truth[one]].append(one)
    for label, texts in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        home = desk.find_home(label)
        is_single = home is None and len(page) == 1  # its like are then found by searching
        own = (
            [one for one in desk.truth if desk.truth[one] == label and desk.where[one] == ALONE] if is_single else texts
        )
        if home is not None or len(own) > 1:
            desk.put(own, home)
            yield "place" if home is not None else "gather"


def _count_pairs(size: int) -> int:
    return size * (size - 1) // 2
