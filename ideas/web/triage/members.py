"""The ideas of the chosen subject as a reviewer reads them: texts, shared words marked, near-duplicates together."""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from markupsafe import Markup

from ideas.domain.merging import Candidate, choose_kept
from ideas.domain.texts import excerpt
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.retrieval.search import search_stems
from ideas.store.models import Campaign
from ideas.store.queries.clusters import CurrentCluster
from ideas.store.queries.members import ClusterMember
from ideas.store.queries.triage import NearPairLine
from ideas.web.ideas.marking import mark
from ideas.web.labels import Closeness, tell_closeness
from ideas.web.subjects.presentation import make_shared
from ideas.web.triage.constraints import list_bonds

MEMBERS = 25
LONGEST_TEXT = 700
LONGEST_LINE = 160  # letters: more than any screen shows
MOST_SEEN = 2  # ideas of a large subject that are seen before anything is unfolded
MOST_PAIRS = MEMBERS * (MEMBERS - 1) // 2  # all those of a page: with fewer, what is alike is not seen together
LINES = ((3, 4), (5, 2), (MEMBERS, 1))  # up to so many ideas on a page, so many lines of each text


class NumberedIdea(NamedTuple):
    """One of two nearly equal ideas."""

    id: int
    title: str
    vote_count: int


class PairCard(NamedTuple):
    """Two nearly equal ideas: the one that would be kept, and the other."""

    kept: NumberedIdea
    other: NumberedIdea
    likeness: float
    shared: list[Any]

    @property
    def words(self) -> list[str]:
        """The words that make them alike."""
        return make_shared(self.shared)


class MemberRow(NamedTuple):
    """An idea of a subject; `pair`: nearly the same as the one shown before it; `is_doubtful`: the least alike.

    `folds_after`: folded away after the idea of this number, 0 for what is not; `is_rest`: folded away below.
    """

    id: int
    title: Markup
    url: str
    lang: str
    text: Markup
    use: Markup
    vote_count: int
    closeness: Closeness | None
    is_new: bool
    is_doubtful: bool
    bonds: list[str]
    pair: PairCard | None
    folds_after: int = 0
    is_rest: bool = False


def count_lines(count: int) -> int:
    """Return how many lines of each text are shown, so that so many ideas are seen at once; 1 of many.

    >>> [count_lines(count) for count in (2, 4, 25)]
    [4, 2, 1]
    """
    return next(lines for most, lines in LINES if count <= most)


def make_pair(pair: NearPairLine) -> PairCard:
    """Return two nearly equal ideas, the one to keep first: the best supported, or the clearest of two alike."""
    first = Candidate(pair.first_id, pair.first_votes, pair.first_length)
    second = Candidate(pair.second_id, pair.second_votes, pair.second_length)
    shown = {
        pair.first_id: NumberedIdea(pair.first_id, pair.first_title, pair.first_votes),
        pair.second_id: NumberedIdea(pair.second_id, pair.second_title, pair.second_votes),
    }
    kept = choose_kept(first, second)
    other = pair.first_id if kept == pair.second_id else pair.second_id
    return PairCard(shown[kept], shown[other], pair.likeness, pair.shared.get("words", []))


def make_members(
    members: list[ClusterMember],
    row: CurrentCluster,
    campaign: Campaign,
    pairs: Iterable[NearPairLine],
    words: Iterable[str],
    *,
    lines: int,
) -> list[MemberRow]:
    """Return the ideas of a page of the chosen subject, each near-duplicate after the one that would be kept.

    So many `lines` of each text are shown, 0 for all of it and what the data are for.
    """
    numbers = [member.id for member in members]
    bonds, stems = list_bonds(numbers, campaign), [stem for word in words for stem in search_stems(word)]
    followed = _follow([make_pair(pair) for pair in pairs], numbers)
    doubtful = min(members, key=lambda one: (one.is_seen, one.likeness, -one.id)).id if len(members) > 2 else None
    rows = {
        member.id: _make_member(
            member, row, bonds.get(member.id, []), stems, lines=lines, is_doubtful=member.id == doubtful
        )
        for member in members
    }
    followers = {pair.other.id for pairs in followed.values() for pair in pairs}
    stars = [
        [rows[number], *_list_followers(rows, followed.get(number, []), is_whole=lines == 0)]
        for number in numbers
        if number not in followers
    ]
    ordered = [one for star in stars for one in star]
    return ordered if lines == 0 else _fold_rest(ordered)


def _fold_rest(rows: list[MemberRow]) -> list[MemberRow]:
    """Fold a large subject beyond its first ideas, but for the least alike and what came since its review."""
    if sum(not one.folds_after for one in rows) <= MOST_SEEN + 3:
        return rows
    seen = accumulate(not one.folds_after for one in rows)
    return [
        one if count <= MOST_SEEN or one.is_doubtful or one.is_new else one._replace(folds_after=0, is_rest=True)
        for one, count in zip(rows, seen, strict=True)
    ]


def _list_followers(rows: Mapping[int, MemberRow], pairs: list[PairCard], *, is_whole: bool) -> list[MemberRow]:
    """Return what is shown under an idea that would be kept: what is nearly the same is read once, the rest folds."""
    shown = [rows[pair.other.id]._replace(pair=pair) for pair in pairs]
    if is_whole or len(shown) <= 2:  # a fold of one takes as much room as what it hides
        return shown
    first, *others = shown
    return [first, *(one if one.is_doubtful or one.is_new else one._replace(folds_after=first.id) for one in others)]


def _follow(pairs: list[PairCard], numbers: list[int]) -> dict[int, list[PairCard]]:
    """Return, by idea that would be kept, the pairs shown under it: each idea is in one place."""
    followed: dict[int, list[PairCard]] = {}
    followers: set[int] = set()
    for pair in pairs:
        kept, other = pair.kept.id, pair.other.id
        is_free = kept not in followers and other not in followers and other not in followed
        if is_free and kept in numbers and other in numbers:
            followed.setdefault(kept, []).append(pair)
            followers.add(other)
    return followed


def _make_member(
    member: ClusterMember, row: CurrentCluster, bonds: list[str], stems: list[str], *, lines: int, is_doubtful: bool
) -> MemberRow:
    longest = min(LONGEST_TEXT, lines * LONGEST_LINE or LONGEST_TEXT)
    return MemberRow(
        id=member.id,
        title=mark(member.title, stems, member.language),
        url=idea_url(member.id, member.title),
        lang=foreign(member.language),
        text=mark(excerpt(member.data_wanted, longest), stems, member.language),
        use=mark("" if lines else excerpt(member.planned_use, LONGEST_TEXT), stems, member.language),
        vote_count=member.vote_count,
        closeness=tell_closeness(member.likeness) if member.likeness else None,
        is_new=bool(row.signed_count) and not member.is_seen,
        is_doubtful=is_doubtful,
        bonds=bonds,
        pair=None,
    )
