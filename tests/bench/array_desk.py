"""A desk of arrays: what the bench would show and do, without a site. Quick enough for the orders of many lots."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from ideas.domain.clusters import ReviewStatus
from ideas.store.queries.alone import READ_AT_ONCE
from ideas.web.triage.lonely import LONELY
from ideas.web.triage.queue import count_before_alone, rank
from ideas.web.triage.targets import LINKS, NEAR
from tests.bench.reviewer import ALONE, Desk


class Found(NamedTuple):
    """What a run proposes, by text: its subject, the texts most like it, its supports, its place among those alone.

    By subject: its robustness.
    """

    subjects: list[int]
    near: list[list[tuple[int, float]]]
    supports: list[int]
    places: list[int]
    robustness: dict[int, float]


class _Line(NamedTuple):
    """A subject as the queue ranks it."""

    id: int
    robustness: float
    cohesion: float = 0.0
    review_status: ReviewStatus = ReviewStatus.PROPOSED


class ArrayDesk(Desk):
    """A reviewer's desk over what a run found; with a lot, all texts alone are on one page."""

    def __init__(self, found: Found, truth: dict[int, str], *, page_size: int = READ_AT_ONCE) -> None:
        super().__init__(truth)
        self.found, self.page_size = found, page_size
        self.where = dict(enumerate(found.subjects))
        self.born = max(found.subjects, default=ALONE) + 1
        self.confirmed: set[int] = set()
        self.left: set[int] = set()

    def list_turns(self) -> list[int]:
        subjects = sorted({self.where[one] for one in self.list_placed()} - self.confirmed)
        people = {subject: sum(self.found.supports[one] for one in self.list_texts(subject)) for subject in subjects}
        # What a person made owes nothing to chance.
        ranked = rank([_Line(one, self.found.robustness.get(one, 1.0)) for one in subjects], people)
        turns = [line.id for line in ranked]
        if unread := self.list_unread():
            support = max(self.found.supports[one] for one in unread[:READ_AT_ONCE])
            turns.insert(count_before_alone(ranked, people, support), ALONE)
        return turns

    def list_unread(self) -> list[int]:
        unread = [one for one, here in self.where.items() if here == ALONE and one not in self.left]
        return sorted(unread, key=lambda one: self.found.places[one])

    def list_page(self) -> list[int]:
        return self.list_unread()[: self.page_size]

    def list_texts(self, subject: int) -> list[int]:
        return [one for one, here in self.where.items() if here == subject]

    def list_near(self, subject: int) -> list[int]:
        beside = (self.where[other] for _much, _one, other in self._list_links(subject))
        return list(dict.fromkeys(there for there in beside if there != ALONE))[:NEAR]

    def list_lonely(self, subject: int) -> list[int]:
        own, best = set(self.list_texts(subject)), defaultdict[int, float](float)
        for less, _one, other in self._list_links(subject):
            best[other] = max(best[other], -less)
        for other, here in self.where.items():
            for inside, much in self.found.near[other] if here == ALONE else ():
                if inside in own:
                    best[other] = max(best[other], much)
        alone = [one for one in best if self.where[one] == ALONE]
        return sorted(alone, key=lambda one: (-best[one], one))[:LONELY]

    def _list_links(self, subject: int) -> list[tuple[float, int, int]]:
        own = set(self.list_texts(subject))
        return sorted((-much, one, other) for one in own for other, much in self.found.near[one] if other not in own)[
            :LINKS
        ]

    def move(self, texts: list[int], subject: int) -> None:
        self.where.update(dict.fromkeys(texts, subject))
        self.left.difference_update(texts)

    def split(self, texts: list[int], subject: int) -> None:
        assert all(self.where[one] == subject for one in texts)
        self.gather(texts)

    def gather(self, texts: list[int]) -> None:
        self.move(texts, self.born)
        self.born += 1

    def take_out(self, texts: list[int]) -> None:
        self.move(texts, ALONE)

    def join(self, subject: int, other: int) -> None:
        self.move(self.list_texts(other), subject)

    def confirm(self, subject: int) -> None:
        self.confirmed.add(subject)

    def leave(self, texts: list[int]) -> None:
        self.left.update(texts)
