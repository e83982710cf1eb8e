"""The ideas in no subject that are near the chosen one: whoever reviews it brings them in, by one act."""

from collections.abc import Iterable
from typing import NamedTuple

from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.store.queries.subjects import Evidence
from ideas.store.queries.triage import AloneIdea
from ideas.web.labels import Closeness, tell_closeness

LONELY = 12
READ = 2_000  # ideas alone among which the near ones are looked for, the most supported


class LonelyRow(NamedTuple):
    """An idea alone, how near the chosen subject it is, and the words that make it so."""

    id: int
    title: str
    url: str
    lang: str
    vote_count: int
    closeness: Closeness
    words: list[str]


class _Link(NamedTuple):
    likeness: float
    words: list[str]


def list_lonely(evidence: Iterable[Evidence], alone: Iterable[AloneIdea]) -> list[LonelyRow]:
    """Return the ideas alone that are most like one of a subject, or that one of a subject is most like."""
    members = {one.idea_id: one.near or () for one in evidence}
    ideas = {one.id: one for one in alone}
    links = [
        *((other, _Link(likeness, words)) for near in members.values() for other, likeness, words in near),
        *(
            (one.id, _Link(likeness, words))
            for one in ideas.values()
            for other, likeness, words in one.near
            if other in members
        ),
    ]
    best: dict[int, _Link] = {}
    for number, link in sorted(links, key=lambda found: (-found[1].likeness, found[0])):
        if number in ideas:
            best.setdefault(number, link)
    return [_make_row(ideas[number], link) for number, link in list(best.items())[:LONELY]]


def _make_row(idea: AloneIdea, link: _Link) -> LonelyRow:
    return LonelyRow(
        id=idea.id,
        title=idea.title,
        url=idea_url(idea.id, idea.title),
        lang=foreign(idea.language),
        vote_count=idea.vote_count,
        closeness=tell_closeness(link.likeness),
        words=link.words,
    )
