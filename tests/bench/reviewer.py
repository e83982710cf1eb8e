"""A reviewer who knows a labelled file and works at the bench, act by act, until the subjects are as they should be.

Labels are simulated; turns and proposals are those of the bench: the queue's own order, the near subjects and the ideas
alone that it shows beside a subject, the page of ideas alone when it is their turn. What nobody labelled stays where
the machine put it and counts for nothing. A `Desk` is where the work is done: one of arrays, or a site (`site_desk`).
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

ALONE = -1
CONFIRMED, LEFT, ENDED = "confirm", "leave alone", "end"


class Desk(ABC):
    """Where each text is now, and what was done to come there: `acts`, by kind.

    A turn is a subject, or `ALONE`: the ideas of none. Turns that are over come no more.
    """

    where: Mapping[int, int]

    def __init__(self, truth: dict[int, str]) -> None:
        self.truth = truth
        self.acts = Counter[str]()
        self.wanted = sum(map(_count_pairs, Counter(truth.values()).values()))

    @abstractmethod
    def list_turns(self) -> list[int]:
        """Return the turns that are to come, in the order of the bench."""

    @abstractmethod
    def list_page(self) -> list[int]:
        """Return the texts alone that are read at once."""

    @abstractmethod
    def list_near(self, subject: int) -> list[int]:
        """Return the subjects shown as near one."""

    @abstractmethod
    def list_lonely(self, subject: int) -> list[int]:
        """Return the texts alone shown as near a subject."""

    @abstractmethod
    def move(self, texts: list[int], subject: int) -> None: ...
    @abstractmethod
    def split(self, texts: list[int], subject: int) -> None: ...
    @abstractmethod
    def take_out(self, texts: list[int]) -> None: ...
    @abstractmethod
    def join(self, subject: int, other: int) -> None: ...
    @abstractmethod
    def gather(self, texts: list[int]) -> None: ...
    @abstractmethod
    def confirm(self, subject: int) -> None: ...
    @abstractmethod
    def leave(self, texts: list[int]) -> None: ...

    def pair_f1(self) -> float:
        """Return how near the labelled texts are to their labels, by pairs."""
        placed = self.list_placed()
        right = sum(map(_count_pairs, Counter((self.where[one], self.truth[one]) for one in placed).values()))
        made = sum(map(_count_pairs, Counter(self.where[one] for one in placed).values()))
        return 2 * right / (made + self.wanted) if made + self.wanted else 1.0

    def list_placed(self) -> list[int]:
        """Return the labelled texts that are in a subject."""
        return [one for one in self.truth if self.where[one] != ALONE]

    def list_labelled(self, subject: int) -> list[int]:
        """Return the labelled texts of a subject."""
        return [one for one in self.truth if self.where[one] == subject]

    def find_label(self, subject: int) -> str | None:
        """Return what most labelled texts of a subject are about."""
        counted = Counter(self.truth[one] for one in self.list_labelled(subject))
        return min(counted, key=lambda label: (-counted[label], label), default=None)

    def find_home(self, label: str) -> int | None:
        """Return the subject that is about this, the one that holds most of it."""
        held = Counter(self.where[one] for one in self.list_placed() if self.truth[one] == label)
        homes = [subject for subject in held if self.find_label(subject) == label]
        return min(homes, key=lambda subject: (-held[subject], subject), default=None)


def review(desk: Desk, *, until: float, lot: random.Random | None = None) -> None:
    """Work at the bench until pairs are right enough; with a `lot`, in its order and without what the bench proposes.

    A turn where nothing is wrong costs one act: it is confirmed, or left alone. Where something was, the same press
    ends the turn, and is counted apart.
    """
    while desk.pair_f1() < until:
        turns = desk.list_turns()
        if not turns:
            return
        turn, page = (turns[0], desk.list_page()) if lot is None else _draw(desk, turns, lot)
        if turn == ALONE and not any(one in desk.truth for one in page):
            desk.leave(page)
            continue
        work = _sort_subject(desk, turn, is_bench=lot is None) if turn != ALONE else _sort_alone(desk, page, lot)
        acts = Counter[str]()
        for act in work:
            acts[act] += 1
            if desk.pair_f1() >= until:
                desk.acts += acts
                return
        desk.acts += acts + Counter([ENDED]) if acts else Counter([LEFT if turn == ALONE else CONFIRMED])
        if turn != ALONE:
            desk.confirm(turn)
        elif left := [one for one in page if desk.where[one] == ALONE]:
            desk.leave(left)


def _draw(desk: Desk, turns: list[int], lot: random.Random) -> tuple[int, list[int]]:
    """Draw a subject, or one text alone."""
    subjects = sorted(turn for turn in turns if turn != ALONE)
    alone = [one for one in desk.list_page() if one in desk.truth] if ALONE in turns else []
    at = lot.randrange(len(subjects) + len(alone))
    return (subjects[at], []) if at < len(subjects) else (ALONE, [alone[at - len(subjects)]])


def _sort_subject(desk: Desk, subject: int, *, is_bench: bool) -> Iterator[str]:
    """Take out of a subject what is not its own, then bring to it what is."""
    label = desk.find_label(subject)
    strange = defaultdict(list)
    for one in desk.list_labelled(subject):
        strange[desk.truth[one]].append(one)
    strange.pop(label)
    for other, texts in sorted(strange.items(), key=lambda group: (-len(group[1]), group[0])):
        home = desk.find_home(other)
        if home is not None:
            desk.move(texts, home)
            yield "move"
        elif len(texts) == 1:
            desk.take_out(texts)
            yield "take out"
        else:
            desk.split(texts, subject)
            yield "split"
    while same := [near for near in desk.list_near(subject) if _is_about(desk, near, label)]:
        desk.join(subject, same[0])
        yield "join"
    while is_bench and (own := [one for one in desk.list_lonely(subject) if desk.truth.get(one) == label]):
        desk.move(own, subject)
        yield "bring"


def _is_about(desk: Desk, subject: int, label: str | None) -> bool:
    labelled = desk.list_labelled(subject)
    return 2 * sum(desk.truth[one] == label for one in labelled) > len(labelled)


def _sort_alone(desk: Desk, page: list[int], lot: random.Random | None) -> Iterator[str]:
    """Place the texts of a page where they belong, as long as any does; those of no subject yet, and company, make one.

    Whoever was drawn a single text looks for its like by searching.
    """
    while page:
        groups = defaultdict(list)
        for one in page:
            if one in desk.truth:
                groups[desk.truth[one]].append(one)
        if lot:
            groups = {label: _find_like(desk, label) for label in groups}
        for label, texts in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
            home = desk.find_home(label)
            if home is not None:
                desk.move(page if lot else texts, home)
                yield "place"
                break
            if len(texts) > 1:
                desk.gather(texts)
                yield "gather"
                break
        else:
            return
        page = [one for one in page if desk.where[one] == ALONE]


def _find_like(desk: Desk, label: str) -> list[int]:
    return [one for one in desk.truth if desk.truth[one] == label and desk.where[one] == ALONE]


def _count_pairs(size: int) -> int:
    return size * (size - 1) // 2
