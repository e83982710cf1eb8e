"""Questions about lists of ideas: one page of them, their counts, how many there are in all.

Statements are made once for each set of filters, with parameters: making one costs more than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.discovery import FEW, SHUFFLED, SOME
from ideas.domain.handling import Handling
from ideas.store.database import db, holds, is_writing
from ideas.store.models import Answer, Campaign, Cluster, Idea, Membership, Producer, RunCluster, Vote
from ideas.store.queries.clusters import title_of
from ideas.store.queries.high_values import is_of_high_value
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

EXCERPT = 400
DISCOVERY = "decouvrir"
Query = sa.Select[*tuple[Any, ...]]


def _param(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.Integer())


@dataclass(frozen=True)
class Wanted:
    """Which ideas of a campaign a list shows: those with one of the values of each filter; empty means any.

    `characters` are looked for as they are, for a question that holds no word.
    """

    theme: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()
    producer: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    high_value: tuple[str, ...] = ()
    subject: tuple[int, ...] = ()
    characters: str = ""
    cluster_id: int | None = None
    request_id: int | None = None


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
    cluster_title: str | None
    voted: bool


@dataclass(frozen=True)
class ListPlace:
    """Which page of a list: its number, or what follows the idea `after_id` in it; `seed` shuffles a discovery."""

    order: str
    page: int = 1
    size: int = 20
    after_id: int = 0
    seed: int = 1

    def values(self) -> dict[str, int]:
        """Return the parameters of a statement that is cut to this page."""
        where = {"after": self.after_id} if self.after_id else {"skipped": (self.page - 1) * self.size}
        seed = {"seed": self.seed} if self.order == DISCOVERY else {}
        return {"size": self.size, **where, **seed}


def list_page(campaign: Campaign, wanted: Wanted, place: ListPlace, *, voter_id: int | None = None) -> list[ListedIdea]:
    """Return one page of published ideas, only the columns of a card; `voted` says whether `voter_id` supports each."""
    given = parameters_of(campaign, wanted) | place.values() | {"voter": voter_id}
    query = _make_page(list_kinds(wanted), place.order, is_after=place.after_id > 0, has_voter=voter_id is not None)
    return list_rows(ListedIdea, query, given)


@lru_cache(maxsize=256)
def _make_page(kinds: tuple[str, ...], order: str, *, is_after: bool, has_voter: bool) -> Query:
    numbers = _cut(sa.select(Idea.id), kinds, order, is_after=is_after).subquery()
    return _select_cards(has_voter=has_voter).join(numbers, numbers.c.id == Idea.id).order_by(*_order(order))


def list_cards(numbers: Sequence[int], campaign: Campaign, *, voter_id: int | None = None) -> list[ListedIdea]:
    """Return the same of these ideas, in their order; those that are not on line are left out."""
    given = {"campaign": campaign.id, "run": campaign.current_run_id, "voter": voter_id, "numbers": list(numbers)}
    rows = db.session.execute(_make_cards(has_voter=voter_id is not None), given)
    cards = {row[0]: ListedIdea(*row[:-1]) for row in rows if row[-1]}
    return [cards[number] for number in numbers if number in cards]


@lru_cache(maxsize=2)
def _make_cards(*, has_voter: bool) -> Query:
    # The condition is a column, not a filter: without statistics, SQLite would filter by a wide index first.
    query = _select_cards(has_voter=has_voter).add_columns(sa.and_(*conditions_of(())))
    return query.where(Idea.id.in_(sa.bindparam("numbers", expanding=True)))


def list_among(numbers: Sequence[int], campaign: Campaign, wanted: Wanted, *, order: str = "") -> list[int]:
    """Return which of these ideas a list would show, in their order or in one of the list's."""
    if not numbers:
        return []
    given = parameters_of(campaign, wanted) | {"numbers": list(numbers)}
    shown = [
        number for number, is_shown in db.session.execute(_make_among(list_kinds(wanted), order), given) if is_shown
    ]
    return shown if order else _keep(numbers, set(shown))


def _keep(numbers: Sequence[int], shown: set[int]) -> list[int]:
    return [number for number in numbers if number in shown]


@lru_cache(maxsize=256)
def _make_among(kinds: tuple[str, ...], order: str) -> Query:
    # Written into the statement: they may be more than a statement takes parameters.
    given = sa.bindparam("numbers", expanding=True, literal_execute=True, type_=sa.Integer())
    columns: list[Any] = [Idea.id, sa.and_(*conditions_of(kinds))]
    query = sa.select(*columns).where(Idea.id.in_(given))
    return query.order_by(*_order(order)) if order else query


def _select_cards(*, has_voter: bool) -> Query:
    voted = _HAS_VOTED if has_voter else sa.false()
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
            title_of(_param("run")).label("cluster_title"),
            voted.label("voted"),
        )
        .outerjoin(Producer, Producer.id == Idea.producer_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == _param("run")))
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
        .outerjoin(RunCluster, (RunCluster.cluster_id == Cluster.id) & (RunCluster.run_id == Membership.run_id))
    )


_merged = aliased(Idea)
# A person is counted for an idea by their own vote, or by that on an idea merged into it.
_HAS_VOTED = sa.or_(
    sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == _param("voter")),
    sa.exists().where(Vote.idea_id == _merged.id, _merged.canonical_id == Idea.id, Vote.person_id == _param("voter")),
)


class IdeaCount(NamedTuple):
    """An idea and its count: what a page of a list has that votes may change."""

    id: int
    vote_count: int


def list_counts(campaign: Campaign, wanted: Wanted, place: ListPlace) -> list[IdeaCount]:
    """Return the ideas of the same page and their counts, at a fraction of its cost."""
    given = parameters_of(campaign, wanted) | place.values()
    return list_rows(IdeaCount, _make_counts(list_kinds(wanted), place.order, is_after=place.after_id > 0), given)


@lru_cache(maxsize=256)
def _make_counts(kinds: tuple[str, ...], order: str, *, is_after: bool) -> Query:
    return _cut(sa.select(Idea.id, Idea.vote_count), kinds, order, is_after=is_after)


def _cut(query: Query, kinds: tuple[str, ...], order: str, *, is_after: bool) -> Query:
    """Return a query cut to one page; after an idea that is listed, nothing before it is walked through."""
    query = query.where(*conditions_of(kinds)).order_by(*_order(order)).limit(_param("size"))
    if not is_after:
        return query.offset(_param("skipped"))
    other: Any = aliased(Idea)
    listed_there = (other.id == _param("after"), other.campaign_id == _param("campaign"), listed(other))
    there = sa.select(_first(order, other)).where(*listed_there).scalar_subquery()
    return query.where(sa.tuple_(_first(order, Idea), Idea.id) < sa.tuple_(there, _param("after")))


def count_all(campaign: Campaign, wanted: Wanted) -> int:
    """Return how many published ideas a list would show in all."""
    return _count(campaign.id, campaign.current_run_id, wanted)


def count_kept(campaign: Campaign, wanted: Wanted) -> int:
    """Return the same for a page: counted once for each version of the campaign, which nothing that counts escapes."""
    if is_writing.get():
        return count_all(campaign, wanted)  # what an act has written so far has no version yet
    return _count_at(campaign.id, campaign.current_run_id, campaign.version, wanted)


@lru_cache(maxsize=1_024)
def _count_at(campaign_id: int, run_id: int | None, _version: int, wanted: Wanted) -> int:
    return _count(campaign_id, run_id, wanted)


def _count(campaign_id: int, run_id: int | None, wanted: Wanted) -> int:
    return db.session.scalar(_make_count(list_kinds(wanted)), _parameters(campaign_id, run_id, wanted)) or 0


@lru_cache(maxsize=256)
def _make_count(kinds: tuple[str, ...]) -> Query:
    return sa.select(sa.func.count()).select_from(Idea).where(*conditions_of(kinds))


def list_kinds(wanted: Wanted) -> tuple[str, ...]:
    """Return which filters are at work."""
    return tuple(name for name in _FILTERS if getattr(wanted, name))


def parameters_of(campaign: Campaign, wanted: Wanted) -> dict[str, Any]:
    """Return the parameters of a statement whose conditions are `conditions_of`."""
    return _parameters(campaign.id, campaign.current_run_id, wanted)


def _parameters(campaign_id: int, run_id: int | None, wanted: Wanted) -> dict[str, Any]:
    written = (wanted.characters, wanted.characters.lower(), wanted.characters.upper(), wanted.characters.capitalize())
    spellings = {f"spelling_{place}": one for place, one in enumerate(written)}
    filters = {name: getattr(wanted, name) for name in _FILTERS}
    return {"campaign": campaign_id, "run": run_id, **spellings, **filters}


def _values_of(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.String(), expanding=True)


_FILTERS = {
    "theme": Idea.theme.in_(_values_of("theme")),
    "profile": Idea.profile.in_(_values_of("profile")),
    "handling": Idea.handling.in_(_values_of("handling")),
    "producer": Idea.producer_id.in_(sa.select(Producer.id).where(Producer.slug.in_(_values_of("producer")))),
    "territory": Idea.territory_code.in_(_values_of("territory")),
    "high_value": is_of_high_value(_values_of("high_value")),
    "subject": Idea.id.in_(
        sa.select(Membership.idea_id).where(
            Membership.run_id == _param("run"),
            Membership.cluster_id.in_(sa.bindparam("subject", type_=sa.Integer(), expanding=True)),
        )
    ),
    # SQLite folds the case of ASCII alone: the four ways in which these characters may be written stand in for it.
    "characters": sa.or_(
        *(
            holds(sa.func.lower(text), sa.func.lower(sa.bindparam(f"spelling_{place}", type_=sa.String())))
            for text in (Idea.title, Idea.data_wanted, Idea.planned_use)
            for place in range(4)
        )
    ),
    # Of the picture that `list_page` reads; nobody counts by it.
    "cluster_id": Idea.id.in_(
        sa.select(Membership.idea_id).where(
            Membership.run_id == _param("run"), Membership.cluster_id == sa.bindparam("cluster_id", type_=sa.Integer())
        )
    ),
    "request_id": Idea.id.in_(
        sa.select(Membership.idea_id).where(
            Membership.run_id == _param("run"), Membership.request_id == sa.bindparam("request_id", type_=sa.Integer())
        )
    ),
}


def conditions_of(kinds: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on `Idea` that these filters make, in the campaign."""
    return [Idea.campaign_id == _param("campaign"), listed(), *(_FILTERS[kind] for kind in kinds)]


def _order(order: str) -> tuple[sa.UnaryExpression[Any], ...]:
    return _first(order, Idea).desc(), Idea.id.desc()


def _first(order: str, idea: Any) -> Any:
    """Return what an order looks at first, greatest first; the number of the idea settles the rest."""
    if order == DISCOVERY:
        return _discovery(idea)
    return idea.published_at if order == "recentes" else idea.vote_count


def _discovery(idea: Any) -> Any:
    """Return the place of an idea in a discovery: one number, that a page can begin after."""
    level = sa.case((idea.vote_count <= FEW, 2), (idea.vote_count <= SOME, 1), else_=0)
    shuffled = sa.cast(idea.id, sa.BigInteger) * sa.bindparam("seed", type_=sa.BigInteger())
    return sa.cast(level, sa.BigInteger) * SHUFFLED + shuffled % SHUFFLED
