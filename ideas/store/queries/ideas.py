"""Questions about ideas: lists, one idea, and what surrounds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.domain.handling import Handling
from ideas.domain.publication import Publication
from ideas.store.database import db, is_writing
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
from ideas.store.visibility import VISIBLE, Actor, listed, seen_by, shown

EXCERPT = 400


def _param(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.Integer())


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
    given = _values(campaign.id, wanted) | {
        "run": campaign.current_run_id,
        "voter": voter_id,
        "size": size,
        "skipped": (page - 1) * size,
    }
    return list_rows(ListedIdea, _make_page(_kinds(wanted), order, has_voter=voter_id is not None), given)


@lru_cache(maxsize=256)
def _make_page(kinds: tuple[str, ...], order: str, *, has_voter: bool) -> sa.Select[Any]:
    """Return the statement of a page, made once for each set of filters: making one costs more than running it."""
    chosen = (
        sa.select(Idea.id)
        .where(*_conditions(kinds))
        .order_by(*_order(order))
        .limit(sa.bindparam("size", type_=sa.Integer()))
        .offset(sa.bindparam("skipped", type_=sa.Integer()))
        .subquery()
    )
    return _select_cards(has_voter=has_voter).join(chosen, chosen.c.id == Idea.id).order_by(*_order(order))


def list_cards(numbers: Sequence[int], campaign: Campaign, *, voter_id: int | None = None) -> list[ListedIdea]:
    """Return the same of these ideas, in their order; those that are not on line are left out."""
    given = {"campaign": campaign.id, "run": campaign.current_run_id, "voter": voter_id, "numbers": list(numbers)}
    rows = db.session.execute(_make_cards(has_voter=voter_id is not None), given)
    cards = {row[0]: ListedIdea(*row[:-1]) for row in rows if row[-1]}
    return [cards[number] for number in numbers if number in cards]


@lru_cache(maxsize=2)
def _make_cards(*, has_voter: bool) -> sa.Select[Any]:
    # The condition is a column, not a filter: without statistics, SQLite would filter by a wide index first.
    query = _select_cards(has_voter=has_voter).add_columns(sa.and_(*_conditions(())))
    return query.where(Idea.id.in_(sa.bindparam("numbers", expanding=True)))


def list_among(numbers: Sequence[int], campaign: Campaign, wanted: Wanted, *, order: str = "") -> list[int]:
    """Return which of these ideas a list would show, in their order or in one of the list's."""
    if not numbers:
        return []
    given = _values(campaign.id, wanted) | {"numbers": list(numbers)}
    shown = [number for number, is_shown in db.session.execute(_make_among(_kinds(wanted), order), given) if is_shown]
    return shown if order else _keep(numbers, set(shown))


def _keep(numbers: Sequence[int], shown: set[int]) -> list[int]:
    return [number for number in numbers if number in shown]


@lru_cache(maxsize=256)
def _make_among(kinds: tuple[str, ...], order: str) -> sa.Select[Any]:
    # Written into the statement: they may be more than a statement takes parameters.
    given = sa.bindparam("numbers", expanding=True, literal_execute=True, type_=sa.Integer())
    columns: list[Any] = [Idea.id, sa.and_(*_conditions(kinds))]
    query = sa.select(*columns).where(Idea.id.in_(given))
    return query.order_by(*_order(order)) if order else query


def _select_cards(*, has_voter: bool) -> sa.Select[Any]:
    voted = sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == _param("voter")) if has_voter else sa.false()
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
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == _param("run")))
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
    )


def count_all(campaign: Campaign, wanted: Wanted) -> int:
    """Return how many published ideas a list would show in all."""
    return db.session.scalar(_make_count(_kinds(wanted)), _values(campaign.id, wanted)) or 0


def count_kept(campaign: Campaign, wanted: Wanted) -> int:
    """Return the same for a page: counted once for each version of the campaign, which nothing that counts escapes."""
    if is_writing.get():
        return count_all(campaign, wanted)  # what an act has written so far has no version yet
    return _count_at(campaign.id, campaign.version, wanted)


@lru_cache(maxsize=1_024)
def _count_at(campaign_id: int, _version: int, wanted: Wanted) -> int:
    return db.session.scalar(_make_count(_kinds(wanted)), _values(campaign_id, wanted)) or 0


@lru_cache(maxsize=256)
def _make_count(kinds: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(Idea).where(*_conditions(kinds))


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


_PARTS = tuple(joinedload(part) for part in (Idea.answer, Idea.producer, Idea.territory, Idea.dataset))
_FOUND = sa.select(Idea).where(Idea.id == _param("idea"), VISIBLE).options(*_PARTS)


def find(idea_id: int, actor: Actor) -> Idea | None:
    """Return an idea with its answer, producer, place and data set, if `actor` may see it."""
    return db.session.scalar(_FOUND, {"idea": idea_id, **seen_by(actor)})


class ShownIdea(NamedTuple):
    """An idea on its own page, with its campaign; `voted` says whether whoever looks supports it."""

    idea: Idea
    campaign: Campaign
    voted: bool


_SHOWN = (
    sa.select(Idea, Campaign, sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == _param("actor")))
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == _param("idea"), VISIBLE)
    .options(*_PARTS)
)


def find_shown(idea_id: int, actor: Actor) -> ShownIdea | None:
    """Return what the page of an idea begins with, if `actor` may see it, in one look."""
    row = db.session.execute(_SHOWN, {"idea": idea_id, **seen_by(actor)}).one_or_none()
    return ShownIdea(row[0], row[1], bool(row[2])) if row else None


def was_withdrawn(idea_id: int) -> bool:
    """Tell whether an idea was online once, and was withdrawn by its author."""
    withdrawn = (Idea.publication == Publication.WITHDRAWN, Idea.published_at.is_not(None))
    return bool(db.session.scalar(sa.select(sa.exists().where(Idea.id == idea_id, *withdrawn))))


def find_draft(draft_id: int | None) -> Idea | None:
    """Return a draft that nobody has confirmed yet."""
    waiting = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    query = sa.select(Idea).where(Idea.id == draft_id, Idea.publication.in_(waiting), Idea.author_id.is_(None))
    return db.session.scalar(query) if draft_id else None


def list_supported(numbers: Sequence[int], person_id: int | None) -> set[int]:
    """Return which of these ideas a person supports."""
    if person_id is None or not numbers:
        return set()
    query = sa.select(Vote.idea_id).where(Vote.idea_id.in_(numbers), Vote.person_id == person_id)
    return set(db.session.scalars(query))


class Fellow(NamedTuple):
    """An idea of the same cluster; `likeness` is to the cluster, 0 to 1."""

    id: int
    title: str
    language: str
    vote_count: int
    likeness: float
    cluster_id: int


_own, _other = aliased(Membership), aliased(Membership)
_FELLOWS = (
    sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, _other.likeness, _other.cluster_id)
    .join(_other, _other.idea_id == Idea.id)
    .join(_own, (_own.run_id == _other.run_id) & (_own.cluster_id == _other.cluster_id))
    .where(_own.run_id == _param("run"), _own.idea_id == _param("idea"), Idea.id != _param("idea"), listed())
    .order_by(_other.likeness.desc(), Idea.id)
    .limit(_param("count"))
)


def list_fellows(idea: Idea, run_id: int | None, *, count: int = 5) -> list[Fellow]:
    """Return the published ideas of the same cluster, those that represent it best first."""
    return list_rows(Fellow, _FELLOWS, {"run": run_id, "idea": idea.id, "count": count})


_MERGED = (
    sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count)
    .where(Idea.canonical_id == _param("idea"), Idea.publication == Publication.MERGED, shown())
    .order_by(Idea.id)
)


def list_merged_into(idea: Idea) -> list[ShortIdea]:
    """Return what was merged into an idea, directly or not."""
    return list_rows(ShortIdea, _MERGED, {"idea": idea.id})


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


def _kinds(wanted: Wanted) -> tuple[str, ...]:
    """Return which filters are at work."""
    return tuple(name for name in _FILTERS if getattr(wanted, name))


def _values(campaign_id: int, wanted: Wanted) -> dict[str, Any]:
    return {"campaign": campaign_id, **{name: getattr(wanted, name) for name in _FILTERS}}


_FILTERS = {
    "theme": Idea.theme == sa.bindparam("theme"),
    "profile": Idea.profile == sa.bindparam("profile"),
    "handling": Idea.handling == sa.bindparam("handling", type_=sa.String()),
    "producer": Idea.producer_id
    == sa.select(Producer.id).where(Producer.slug == sa.bindparam("producer")).scalar_subquery(),
    "territory": Idea.territory_code == sa.bindparam("territory"),
}


def _conditions(kinds: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    return [_MINE, listed(), *(_FILTERS[kind] for kind in kinds)]


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
