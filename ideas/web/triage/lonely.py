"""The ideas in no subject that are near the chosen one: whoever reviews it brings them in, by one act."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.store.queries.triage import NearbyIdea
from ideas.web.labels import Closeness, tell_closeness
from ideas.web.triage.targets import Link

LONELY = 12
READ = 2_000  # ideas looked through: those that links lead to, then the most supported ideas alone


class LonelyRow(NamedTuple):
    """An idea alone, how near the chosen subject it is, and the words that make it so."""

    id: int
    title: str
    url: str
    lang: str
    vote_count: int
    closeness: Closeness
    words: list[str]


def list_lonely(own: Collection[int], links: Iterable[Link], nearby: Iterable[NearbyIdea]) -> list[LonelyRow]:
    """Return the ideas alone that are most like one of a subject's `own`, or that one of these is most like."""
    alone = {one.id: one for one in nearby if one.cluster_id is None}
    to_own = [
        Link(likeness, own_id, one.id, words)
        for one in alone.values()
        for own_id, likeness, words in one.near or ()
        if own_id in own
    ]
    best: dict[int, Link] = {}
    for link in sorted([*links, *to_own], key=lambda link: (-link.likeness, link.other_id)):
        if link.other_id in alone:
            best.setdefault(link.other_id, link)
    return [_make_row(alone[number], link) for number, link in list(best.items())[:LONELY]]


def _make_row(idea: NearbyIdea, link: Link) -> LonelyRow:
    return LonelyRow(
        id=idea.id,
        title=idea.title,
        url=idea_url(idea.id, idea.title),
        lang=foreign(idea.language),
        vote_count=idea.vote_count,
        closeness=tell_closeness(link.likeness),
        words=link.words,
    )
