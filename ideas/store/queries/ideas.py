"""Questions about ideas: lists, one idea, and what surrounds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

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
from ideas.store.visibility import Actor, listed, visible_to

EXCERPT = 400


@dataclass(frozen=True)
class Wanted:
    """Which ideas of a campaign a list shows; empty means any."""

    stems: tuple[str, ...] = ()
    theme: str = ""
    profile: str = ""
    handling: str = ""
    producer: str = ""
    territory: str = ""


def list_page(
    campaign: Campaign, wanted: Wanted, *, order: str, voter_id: int | None = None, page: int = 1, size: int = 20
) -> list[Any]:
    """Return one page of published ideas, only the columns of a card; `voted` says whether `voter_id` supports each."""
    numbers = (
        sa.select(Idea.id)
        .where(*_conditions(campaign, wanted))
        .order_by(*_order(order))
        .limit(size)
        .offset((page - 1) * size)
        .subquery()
    )
    voted = sa.exists().where(Vote.idea_id == Idea.id, Vote.person_id == voter_id) if voter_id else sa.false()
    query = (
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
        .join(numbers, numbers.c.id == Idea.id)
        .outerjoin(Producer, Producer.id == Idea.producer_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == campaign.current_run_id))
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
        .order_by(*_order(order))
    )
    return list(db.session.execute(query))


def count_all(campaign: Campaign, wanted: Wanted) -> int:
    """Return how many published ideas a list would show in all."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Idea).where(*_conditions(campaign, wanted))) or 0


def count_figures(campaign: Campaign) -> Any:
    """Return the campaign's figures: `ideas`, `votes` (given to published and merged ideas) and `clusters`."""
    mine = Idea.campaign_id == campaign.id
    votes = sa.select(sa.func.sum(Idea.vote_count)).where(mine, listed()).scalar_subquery()
    clusters = (
        sa.select(sa.func.count(sa.distinct(Membership.cluster_id)))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == campaign.current_run_id, listed())
        .scalar_subquery()
    )
    ideas = sa.select(sa.func.count()).select_from(Idea).where(mine, listed()).scalar_subquery()
    return db.session.execute(
        sa.select(ideas.label("ideas"), sa.func.coalesce(votes, 0).label("votes"), clusters.label("clusters"))
    ).one()


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
    withdrawn = (Idea.publication == Publication.WITHDRAWN.value, Idea.published_at.is_not(None))
    return bool(db.session.scalar(sa.select(sa.exists().where(Idea.id == idea_id, *withdrawn))))


def find_draft(draft_id: int | None) -> Idea | None:
    """Return a draft that nobody has confirmed yet."""
    waiting = (Publication.DRAFT.value, Publication.AWAITING_CONFIRMATION.value)
    query = sa.select(Idea).where(Idea.id == draft_id, Idea.publication.in_(waiting), Idea.author_id.is_(None))
    return db.session.scalar(query) if draft_id else None


def has_voted(idea_id: int, person_id: int | None) -> bool:
    """Tell whether a person supports an idea."""
    if person_id is None:
        return False
    return bool(db.session.scalar(sa.select(sa.exists().where(Vote.idea_id == idea_id, Vote.person_id == person_id))))


def list_fellows(idea: Idea, run_id: int | None, *, count: int = 5) -> list[Any]:
    """Return the published ideas of the same cluster, those that represent it best first."""
    own, other = aliased(Membership), aliased(Membership)
    query = (
        sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, other.likeness, other.cluster_id, Cluster.name)
        .join(other, other.idea_id == Idea.id)
        .join(own, (own.run_id == other.run_id) & (own.cluster_id == other.cluster_id))
        .join(Cluster, Cluster.id == other.cluster_id)
        .where(own.run_id == run_id, own.idea_id == idea.id, Idea.id != idea.id, listed())
        .order_by(other.likeness.desc(), Idea.id)
        .limit(count)
    )
    return list(db.session.execute(query))


def list_merged_into(idea: Idea) -> list[Any]:
    """Return what was merged into an idea, directly or not."""
    query = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count).where(
        Idea.canonical_id == idea.id, Idea.publication == Publication.MERGED.value
    )
    return list(db.session.execute(query.order_by(Idea.id)))


def list_own(person: Person | Any) -> list[Any]:
    """Return all that a person wrote, whatever its state, the latest first."""
    columns = (Idea.id, Idea.title, Idea.language, Idea.publication, Idea.handling, Idea.vote_count, Idea.created_at)
    return list(db.session.execute(sa.select(*columns).where(Idea.author_id == person.id).order_by(Idea.id.desc())))


def list_latest(campaign: Campaign, *, count: int = 30) -> list[Any]:
    """Return the ideas published last, for the feed."""
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.published_at)
    query = sa.select(*columns).where(Idea.campaign_id == campaign.id, listed())
    return list(db.session.execute(query.order_by(*_order("recentes")).limit(count)))


def list_published_numbers(campaign: Campaign, *, count: int = 50_000) -> Iterable[Any]:
    """Return the numbers and titles of published ideas, for the site map."""
    query = sa.select(Idea.id, Idea.title).where(Idea.campaign_id == campaign.id, listed()).order_by(Idea.id)
    return db.session.execute(query.limit(count))


def _conditions(campaign: Campaign, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [Idea.campaign_id == campaign.id, listed()]
    conditions += [Idea.search_text.contains(f" {stem}", autoescape=True) for stem in wanted.stems]
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


def _order(order: str) -> tuple[Any, ...]:
    if order == "recentes":
        return Idea.published_at.desc(), Idea.id.desc()
    return Idea.vote_count.desc(), Idea.id.desc()


def list_ticked(numbers: Iterable[int]) -> dict[int, Any]:
    """Return, by number of idea, the data set that its author recognised; the caller may see these ideas."""
    query = sa.select(Idea.id.label("idea_id"), Dataset.id, Dataset.title, Dataset.organisation, Dataset.url)
    rows = db.session.execute(query.join(Dataset, Idea.dataset_id == Dataset.id).where(Idea.id.in_(list(numbers))))
    return {row.idea_id: row for row in rows}
