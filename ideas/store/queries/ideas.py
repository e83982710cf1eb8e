"""Questions about ideas: lists, one idea, and what surrounds it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.domain.decisions import DecisionKind
from ideas.domain.handling import Handling
from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Comment,
    Dataset,
    Decision,
    Follow,
    Idea,
    Membership,
    Merge,
    NearIdeas,
    Person,
    TypedIdea,
    Vote,
    VoteUse,
)
from ideas.store.rows import list_rows
from ideas.store.visibility import VISIBLE, Actor, listed, seen_by, shown


def _param(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.Integer())


class ShortIdea(NamedTuple):
    """An idea in one line."""

    id: int
    title: str
    language: str
    vote_count: int


class Figures(NamedTuple):
    """A campaign in three numbers; `votes` are given to published and merged ideas."""

    ideas: int
    votes: int
    clusters: int


_MINE = Idea.campaign_id == _param("campaign")
_IDEAS = sa.select(sa.func.count()).select_from(Idea).where(_MINE, listed()).scalar_subquery()
_VOTES = sa.select(sa.func.sum(Idea.vote_count)).where(_MINE, listed()).scalar_subquery()
_CLUSTERS = (
    sa.select(sa.func.count(sa.distinct(Membership.cluster_id)))
    .join(Idea, Idea.id == Membership.idea_id)
    .where(Membership.run_id == _param("run"), listed())
    .scalar_subquery()
)
_FIGURES = sa.select(_IDEAS.label("ideas"), sa.func.coalesce(_VOTES, 0).label("votes"), _CLUSTERS.label("clusters"))


def count_figures(campaign: Campaign) -> Figures:
    """Return the campaign's figures."""
    (figures,) = list_rows(Figures, _FIGURES, {"campaign": campaign.id, "run": campaign.current_run_id})
    return figures


_PARTS = (
    joinedload(Idea.answer).options(joinedload(Answer.producer), joinedload(Answer.passed_to)),
    *(joinedload(part) for part in (Idea.producer, Idea.territory, Idea.dataset)),
)
_FOUND = sa.select(Idea).where(Idea.id == _param("idea"), VISIBLE).options(*_PARTS)


def find(idea_id: int, actor: Actor) -> Idea | None:
    """Return an idea with its answer, producer, place and data set, if `actor` may see it."""
    return db.session.scalar(_FOUND, {"idea": idea_id, **seen_by(actor)})


def find_answered(answer_id: int) -> Idea | None:
    """Return a published idea that an answer serves, with that answer."""
    query = sa.select(Idea).where(Idea.answer_id == answer_id, listed()).options(*_PARTS)
    return db.session.scalar(query.order_by(Idea.id).limit(1))


class ShownIdea(NamedTuple):
    """An idea on its own page, with its campaign, and the idea by which whoever looks is counted for it.

    That is the idea itself, else one that was merged into it. `use_count` and `comment_count`: lines beside supports,
    and comments, that they may read.
    """

    idea: Idea
    campaign: Campaign
    counted_by: int | None
    is_followed: bool
    use_count: int
    comment_count: int


_merged = aliased(Idea)
_COUNTED_BY = (
    sa.select(Vote.idea_id)
    .join(_merged, _merged.id == Vote.idea_id)
    .where(sa.or_(_merged.id == _param("idea"), _merged.canonical_id == _param("idea")))
    .where(Vote.person_id == _param("actor"))
    .order_by(sa.case((Vote.idea_id == _param("idea"), 0), else_=1), Vote.idea_id)
    .limit(1)
    .scalar_subquery()
)
_IS_FOLLOWED = sa.exists().where(Follow.idea_id == Idea.id, Follow.person_id == _param("actor"))
_USE_COUNT = (
    sa.select(sa.func.count())
    .select_from(VoteUse)
    .join(Vote, Vote.id == VoteUse.vote_id)
    .join(_merged, _merged.id == Vote.idea_id)
    .where(sa.or_(_merged.id == _param("idea"), _merged.canonical_id == _param("idea")))
    .where(sa.or_(VoteUse.state == LineState.PUBLISHED, Vote.person_id == _param("actor")))
    .scalar_subquery()
)
_COMMENT_COUNT = (
    sa.select(sa.func.count())
    .select_from(Comment)
    .join(_merged, _merged.id == Comment.idea_id)
    .where(sa.or_(_merged.id == _param("idea"), _merged.canonical_id == _param("idea")), shown(_merged))
    .where(sa.or_(Comment.state == LineState.PUBLISHED, Comment.person_id == _param("actor")))
    .scalar_subquery()
)
_SHOWN = (
    sa.select(Idea, Campaign, _COUNTED_BY, _IS_FOLLOWED, _USE_COUNT, _COMMENT_COUNT)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == _param("idea"), VISIBLE)
    .options(*_PARTS)
)


def find_shown(idea_id: int, actor: Actor) -> ShownIdea | None:
    """Return what the page of an idea begins with, if `actor` may see it, in one look."""
    row = db.session.execute(_SHOWN, {"idea": idea_id, **seen_by(actor)}).one_or_none()
    return ShownIdea(*row) if row else None


class WithdrawnIdea(NamedTuple):
    """An idea that was withdrawn, and the one on line that its author leads to instead."""

    id: int
    better_id: int | None
    better_title: str | None


def find_withdrawn(idea_id: int) -> WithdrawnIdea | None:
    """Return an idea that was online once and was withdrawn by its author; None when it was not."""
    better = aliased(Idea)
    query = (
        sa.select(Idea.id, better.id.label("better_id"), better.title.label("better_title"))
        .outerjoin(Decision, (Decision.idea_id == Idea.id) & (Decision.kind == DecisionKind.WITHDRAW))
        .outerjoin(better, (better.id == Decision.other_idea_id) & (better.publication == Publication.PUBLISHED))
        .where(Idea.id == idea_id, Idea.publication == Publication.WITHDRAWN, Idea.published_at.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return next(iter(list_rows(WithdrawnIdea, query)), None)


def find_draft(draft_id: int | None) -> Idea | None:
    """Return a draft that nobody has confirmed yet."""
    waiting = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    query = sa.select(Idea).where(Idea.id == draft_id, Idea.publication.in_(waiting), Idea.author_id.is_(None))
    return db.session.scalar(query) if draft_id else None


def find_draft_of_form(key: str) -> Idea | None:
    """Return the draft that a form brought, by the secret that only its page knows."""
    number = db.session.scalar(sa.select(Idea.id).where(Idea.form_key == key)) if key else None
    return find_draft(number)


def find_typed(typed_id: int | None) -> TypedIdea | None:
    """Return what was typed in the form of an idea, and is not received yet."""
    return db.session.get(TypedIdea, typed_id) if typed_id else None


def list_supported(numbers: Sequence[int], person_id: int | None) -> set[int]:
    """Return which of these ideas a person supports."""
    if person_id is None or not numbers:
        return set()
    query = sa.select(Vote.idea_id).where(Vote.idea_id.in_(numbers), Vote.person_id == person_id)
    return set(db.session.scalars(query))


class Fellow(NamedTuple):
    """A published idea like another, how much (0 to 1), and the words that they share, the most telling first."""

    id: int
    title: str
    language: str
    vote_count: int
    likeness: float
    words: list[str]


_NEAR = sa.select(NearIdeas.near).where(NearIdeas.run_id == _param("run"), NearIdeas.idea_id == _param("idea"))
_SHORT = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count).where(
    Idea.id.in_(sa.bindparam("numbers", expanding=True)), listed()
)


def list_fellows(idea: Idea, run_id: int | None, *, count: int = 5) -> list[Fellow]:
    """Return the published ideas most like an idea, pair by pair, whatever their subject."""
    near = db.session.scalar(_NEAR, {"run": run_id, "idea": idea.id}) or []
    numbers = [number for number, _likeness, _words in near]
    found = {row.id: row for row in list_rows(ShortIdea, _SHORT, {"numbers": numbers})} if numbers else {}
    fellows = [Fellow(*found[number], likeness, words) for number, likeness, words in near if number in found]
    return fellows[:count]


class MergedIdea(NamedTuple):
    """An idea that was merged, and when."""

    id: int
    title: str
    language: str
    merged_at: datetime | None


_MERGED = (
    sa.select(Idea.id, Idea.title, Idea.language, Merge.merged_at)
    .outerjoin(Merge, sa.and_(Merge.idea_id == Idea.id, Merge.undone_at.is_(None)))
    .where(Idea.canonical_id == _param("idea"), Idea.publication == Publication.MERGED, shown())
    .order_by(Idea.id)
)


def list_merged_into(idea: Idea) -> list[MergedIdea]:
    """Return what was merged into an idea, directly or not."""
    return list_rows(MergedIdea, _MERGED, {"idea": idea.id})


def find_merge(idea_id: int) -> MergedIdea | None:
    """Return what an idea was merged into, and when."""
    into = sa.select(Idea.id, Idea.title, Idea.language, Merge.merged_at).join(Merge, Merge.into_id == Idea.id)
    row = db.session.execute(into.where(Merge.idea_id == idea_id, Merge.undone_at.is_(None), shown())).one_or_none()
    return MergedIdea(*row) if row else None


class OwnIdea(NamedTuple):
    """An idea as its author finds it again."""

    id: int
    title: str
    language: str
    publication: Publication
    handling: Handling
    vote_count: int
    created_at: datetime


def list_own(person: Person) -> list[OwnIdea]:
    """Return all that a person wrote, whatever its state, the latest first."""
    columns = (Idea.id, Idea.title, Idea.language, Idea.publication, Idea.handling, Idea.vote_count, Idea.created_at)
    return list_rows(OwnIdea, sa.select(*columns).where(Idea.author_id == person.id).order_by(Idea.id.desc()))


class NumberedTitle(NamedTuple):
    """What the address of an idea is made of."""

    id: int
    title: str


def list_published_numbers(campaign: Campaign, *, count: int = 50_000) -> list[NumberedTitle]:
    """Return the numbers and titles of published ideas, for the site map."""
    query = sa.select(Idea.id, Idea.title).where(Idea.campaign_id == campaign.id, listed()).order_by(Idea.id)
    return list_rows(NumberedTitle, query.limit(count))


class TickedDataset(NamedTuple):
    """A data set that the author of an idea recognised as what they ask for."""

    idea_id: int
    id: int
    title: str
    organisation: str
    url: str


def list_ticked(numbers: Iterable[int]) -> dict[int, TickedDataset]:
    """Return, by number of idea, the data set that its author recognised; the caller may see these ideas."""
    query = sa.select(Idea.id.label("idea_id"), Dataset.id, Dataset.title, Dataset.organisation, Dataset.url)
    query = query.join(Dataset, Idea.dataset_id == Dataset.id).where(Idea.id.in_(list(numbers)))
    return {row.idea_id: row for row in list_rows(TickedDataset, query)}
