"""Where a reviewer may send ideas: the subjects near the chosen one, and those they last sent ideas to, on digits."""

from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from ideas.store import queries
from ideas.store.queries.subjects import Evidence
from ideas.store.queries.triage import SENDING, OwnAct
from ideas.web.labels import Closeness, tell_closeness

TARGETS = 9
NEAR = 4
LINKS = 200  # the strongest, among which the nearest subjects of a large one are looked for
LIKE = 0.18  # the least likeness of an idea alone to one of a subject for this one to be offered to it


class Neighbour(NamedTuple):
    """A subject near the chosen one, the ideas that bring them near (one of each), and the words these share."""

    id: int
    title: str
    closeness: Closeness
    own_idea_id: int
    other_idea_id: int
    words: list[str]


class Target(NamedTuple):
    """A subject where ticked ideas may go, by its digit."""

    digit: int
    id: int
    title: str


class Link(NamedTuple):
    """An idea that is like one of another subject."""

    likeness: float
    idea_id: int
    other_id: int
    words: list[str]


def _list_links(near: Iterable[tuple[int, list[Any] | None]], own: Container[int] = ()) -> list[Link]:
    """Return the links that runs noted, but for those to `own` ideas, the strongest first."""
    links = [
        Link(likeness, idea, number, words)
        for idea, others in near
        for number, likeness, words in others or ()
        if number not in own
    ]
    return sorted(links, key=lambda link: (-link.likeness, link.idea_id, link.other_id))


def _find_subjects(links: list[Link], run_id: int | None) -> dict[int, int]:
    if not links:
        return {}
    found = queries.subjects.list_subjects_of({link.other_id for link in links}, run_id)
    return {row.idea_id: row.cluster_id for row in found}


def _make_neighbour(link: Link, subject: int, names: Mapping[int, str]) -> Neighbour:
    return Neighbour(subject, names[subject], tell_closeness(link.likeness), link.idea_id, link.other_id, link.words)


def list_outer_links(evidence: list[Evidence]) -> list[Link]:
    """Return what brings ideas of a subject near others, the strongest first."""
    return _list_links([(one.idea_id, one.near) for one in evidence], {one.idea_id for one in evidence})[:LINKS]


def list_neighbours(
    cluster_id: int, links: list[Link], where: Mapping[int, int | None], names: Mapping[int, str]
) -> list[Neighbour]:
    """Return the subjects whose ideas are most like those of this one, the nearest first; `where` ideas are is told."""
    best: dict[int, Neighbour] = {}
    for link in links:
        subject = where.get(link.other_id)
        if subject is not None and subject != cluster_id and subject in names and subject not in best:
            best[subject] = _make_neighbour(link, subject, names)
    return list(best.values())[:NEAR]


def find_nearest(ideas: list[int], names: Mapping[int, str], run_id: int | None) -> dict[int, Neighbour]:
    """Return, by idea, the subject of the idea most like it."""
    links = [link for link in _list_links(queries.subjects.list_near(ideas, run_id).items()) if link.likeness >= LIKE]
    where = _find_subjects(links, run_id)
    best: dict[int, Neighbour] = {}
    for link in links:
        subject = where.get(link.other_id)
        if subject is not None and subject in names and link.idea_id not in best:
            best[link.idea_id] = _make_neighbour(link, subject, names)
    return best


def list_targets(
    own_acts: list[OwnAct], names: Mapping[int, str], near: Iterable[Neighbour], chosen: int | None = None
) -> list[Target]:
    """Return the subjects that this person last sent ideas to, then those near, nine in all: each has its digit."""
    recent = [act.cluster_id for act in reversed(own_acts) if act.kind in SENDING]
    numbers = dict.fromkeys([*recent, *(one.id for one in near)])
    living = [number for number in numbers if number is not None and number in names and number != chosen]
    return [Target(digit, number, names[number]) for digit, number in enumerate(living[:TARGETS], 1)]
