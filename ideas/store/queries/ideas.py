"""Questions about ideas: lists, one idea, and what surrounds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.domain.handling import Handling
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Cluster,
    Dataset,
    Idea,
    Membership,
    Person,
    Producer,
    Vote,
)
from ideas.store.rows import list_rows
from ideas.store.visibility import Actor, listed, shown, visible_to

EXCERPT = 400


@dataclass(frozen=True)
class Wanted:
    """Which ideas of a campaign a list shows; empty means any."""

    theme: str = ""
    profile: str = ""
    handling: str = ""
    producer: str = ""
    territory: str = ""


class ShortIdea(NamedTuple):
    """An idea in one line."""

    id: int
    title: str
    language: str
    vote_count: int


class ListedIdea(NamedTuple):
    """What a card shows of an idea; `voted` says whether whoever looks supports it."""

    id: int
    title: str
    beginning: str
    vote_count: int
    handling: Handling
    promised_on: date | None
    profile: str
    holder_text: str
    language: str
    producer_name: str | None
    cluster_id: int | None
    cluster_name: str | None
    voted: bool


def list_page(
    campaign: Campaign, wanted: Wanted, *, order: str, voter_id: int | None = None, page: int = 1, size: int = 20
) -> list[ListedIdea]:
    """Return one page of published ideas, only the columns of a card; `voted` says whether `voter_id` supports each."""
    chosen = (
        sa.select(Idea.id)
        .where(*_conditions(campaign, wanted))
        .order_by(*_order(order))
        .limit(size)
        .offset((page - 1) * size)
        .subquery()
    )
    query = _select_cards(campaign, voter_id).join(chosen, chosen.c.id == Idea.id)
    return list_rows(ListedIdea, query.order_by(*_order(order)))


def list_cards(numbers: Sequence[int], campaign: Campaign, *, voter_id: int | None = None) -> list[ListedIdea]:
    """Return the same of these ideas, in their order; those that are not on line are left out."""
    # The condition is a column, not a filter: without statistics, SQLite would filter by a wide index first.
    query = _select_cards(campaign, voter_id).add_columns(_is_wanted(campaign, Wanted()))
    rows = db.session.execute(query.where(Idea.id.in_(numbers)))
    cards = {row[0]: ListedIdea(*row[:-1]) for row in rows if row[-1]}
    return [cards[number] for number in numbers if number in cards]


def list_among(numbers: Sequence[int], campaign: Campaign, wanted: Wanted, *, order: str = "") -> list[int]:
    """Return which of these ideas a list would show, in their order or in one of the list's."""
    if not numbers:
        return []
    # Written into the statement: they may be more than a statement takes parameters.
    given: sa.BindParameter[list[int]] = sa.bindparam("numbers", list(numbers), expanding=True, literal_execute=True)
    query = sa.select(Idea.id, _is_wanted(campaign, wanted)).where(Idea.id.in_(given))
    if order:
        return [number for number, is_wanted in db.session.execute(query.order_by(*_order(order))) if is_wanted]
    shown = {number for number, is_wanted in db.session.execute(query) if is_wanted}
    return [number for number in numbers if number in shown]


def _select_cards(campaign: Campaign, voter_id: int | None) -> sa.Select[tuple[Any, ...]]:
    voted = sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == voter_id) if voter_id else sa.false()
    return (
        sa.select(
            Idea.id,
            Idea.title,
            sa.func.substr(Idea.data_wanted, 1, EXCERPT).label("beginning"),
            Idea.vote_count,
            Idea.handling,
            Answer.promised_on,
            Idea.profile,
            Idea.holder_text,
            Idea.language,
            Producer.name.label("producer_name"),
            Membership.cluster_id,
            Cluster.name.label("cluster_name"),
            voted.label("voted"),
        )
        .outerjoin(Producer, Producer.id == Idea.producer_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == campaign.current_run_id))
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
    )


def count_all(campaign: Campaign, wanted: Wanted) -> int:
    """Return how many published ideas a list would show in all."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Idea).where(*_conditions(campaign, wanted))) or 0


class Figures(NamedTuple):
    """A campaign in three numbers; `votes` are given to published and merged ideas."""

    ideas: int
    votes: int
    clusters: int


def count_figures(campaign: Campaign) -> Figures:
    """Return the campaign's figures."""
    mine = Idea.campaign_id == campaign.id
    votes = sa.select(sa.func.sum(Idea.vote_count)).where(mine, listed()).scalar_subquery()
    clusters = (
        sa.select(sa.func.count(sa.distinct(Membership.cluster_id)))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == campaign.current_run_id, listed())
        .scalar_subquery()
    )
    ideas = sa.select(sa.func.count()).select_from(Idea).where(mine, listed()).scalar_subquery()
    query = sa.select(ideas.label("ideas"), sa.func.coalesce(votes, 0).label("votes"), clusters.label("clusters"))
    (figures,) = list_rows(Figures, query)
    return figures


def find(idea_id: int, actor: Actor) -> Idea | None:
    """Return an idea with its answer, producer, place and data set, if `actor` may see it."""
    query = (
        sa.select(Idea)
        .where(Idea.id == idea_id, visible_to(actor))
        .options(*(joinedload(part) for part in (Idea.answer, Idea.producer, Idea.territory, Idea.dataset)))
    )
    return db.session.scalar(query)


def was_withdrawn(idea_id: int) -> bool:
    """Tell whether an idea was online once, and was withdrawn by its author."""
    withdrawn = (Idea.publication == Publication.WITHDRAWN, Idea.published_at.is_not(None))
    return bool(db.session.scalar(sa.select(sa.exists().where(Idea.id == idea_id, *withdrawn))))


def find_draft(draft_id: int | None) -> Idea | None:
    """Return a draft that nobody has confirmed yet."""
    waiting = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    query = sa.select(Idea).where(Idea.id == draft_id, Idea.publication.in_(waiting), Idea.author_id.is_(None))
    return db.session.scalar(query) if draft_id else None


def has_voted(idea_id: int, person_id: int | None) -> bool:
    """Tell whether a person supports an idea."""
    if person_id is None:
        return False
    return bool(db.session.scalar(sa.select(sa.exists().where(Vote.idea_id == idea_id, Vote.person_id == person_id))))


def list_supported(numbers: Sequence[int], person_id: int | None) -> set[int]:
    """Return which of these ideas a person supports."""
    if person_id is None or not numbers:
        return set()
    return set(
        db.session.scalars(sa.select(Vote.idea_id).where(Vote.idea_id.in_(numbers), Vote.person_id == person_id))
    )


class Fellow(NamedTuple):
    """An idea of the same cluster; `likeness` is to the cluster, 0 to 1."""

    id: int
    title: str
    language: str
    vote_count: int
    likeness: float
    cluster_id: int


def list_fellows(idea: Idea, run_id: int | None, *, count: int = 5) -> list[Fellow]:
    """Return the published ideas of the same cluster, those that represent it best first."""
    own, other = aliased(Membership), aliased(Membership)
    query = (
        sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, other.likeness, other.cluster_id)
        .join(other, other.idea_id == Idea.id)
        .join(own, (own.run_id == other.run_id) & (own.cluster_id == other.cluster_id))
        .where(own.run_id == run_id, own.idea_id == idea.id, Idea.id != idea.id, listed())
        .order_by(other.likeness.desc(), Idea.id)
        .limit(count)
    )
    return list_rows(Fellow, query)


def list_merged_into(idea: Idea) -> list[ShortIdea]:
    """Return what was merged into an idea, directly or not."""
    query = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count).where(
        Idea.canonical_id == idea.id, Idea.publication == Publication.MERGED, shown()
    )
    return list_rows(ShortIdea, query.order_by(Idea.id))


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


class LatestIdea(NamedTuple):
    """An entry of the feed."""

    id: int
    title: str
    data_wanted: str
    published_at: datetime


def list_latest(campaign: Campaign, *, count: int = 30) -> list[LatestIdea]:
    """Return the ideas published last, for the feed."""
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.published_at)
    query = sa.select(*columns).where(Idea.campaign_id == campaign.id, listed())
    return list_rows(LatestIdea, query.order_by(*_order("recentes")).limit(count))


class NumberedTitle(NamedTuple):
    """What the address of an idea is made of."""

    id: int
    title: str


def list_published_numbers(campaign: Campaign, *, count: int = 50_000) -> list[NumberedTitle]:
    """Return the numbers and titles of published ideas, for the site map."""
    query = sa.select(Idea.id, Idea.title).where(Idea.campaign_id == campaign.id, listed()).order_by(Idea.id)
    return list_rows(NumberedTitle, query.limit(count))


def _conditions(campaign: Campaign, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [Idea.campaign_id == campaign.id, listed()]
    for column, value in ((Idea.theme, wanted.theme), (Idea.profile, wanted.profile), (Idea.handling, wanted.handling)):
        if value:
            conditions.append(column == value)
    if wanted.territory:
        conditions.append(Idea.territory_code == wanted.territory)
    if wanted.producer:
        conditions.append(
            Idea.producer_id == sa.select(Producer.id).where(Producer.slug == wanted.producer).scalar_subquery()
        )
    return conditions


def _is_wanted(campaign: Campaign, wanted: Wanted) -> sa.ColumnElement[bool]:
    return sa.and_(*_conditions(campaign, wanted))


def _order(order: str) -> tuple[sa.UnaryExpression[datetime | None] | sa.UnaryExpression[int], ...]:
    if order == "recentes":
        return Idea.published_at.desc(), Idea.id.desc()
    return Idea.vote_count.desc(), Idea.id.desc()


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
