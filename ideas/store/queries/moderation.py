"""Questions of moderators: what waits, what was decided, and what a merge would count."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, NearPair, Person, Vote
from ideas.store.rows import list_rows
from ideas.store.visibility import Actor, listed, visible_to


def count_by_publication(campaign: Campaign) -> dict[Publication, int]:
    """Return how many ideas of a campaign are in each state of publication."""
    query = sa.select(Idea.publication, sa.func.count()).where(Idea.campaign_id == campaign.id)
    return dict(db.session.execute(query.group_by(Idea.publication)).all())


def list_in_state(campaign: Campaign, state: Publication, *, page: int = 1, size: int = 20) -> list[Idea]:
    """Return one page of the ideas in a state: those that wait the longest first, else the newest first."""
    waits = state is Publication.AWAITING_REVIEW
    order = (Idea.submitted_at, Idea.id) if waits else (Idea.submitted_at.desc(), Idea.id.desc())
    query = sa.select(Idea).where(Idea.campaign_id == campaign.id, Idea.publication == state)
    query = query.options(*(joinedload(part) for part in (Idea.producer, Idea.territory, Idea.dataset)))
    return list(db.session.scalars(query.order_by(*order).limit(size).offset((page - 1) * size)))


class NearIdea(NamedTuple):
    """An idea that nearly says the same; `shared` has the words behind the likeness, under `words`."""

    id: int
    title: str
    vote_count: int
    likeness: float
    shared: dict[str, Any]


def list_near(idea_id: int, run_id: int | None) -> list[NearIdea]:
    """Return the published ideas that the run found nearly the same as this one, most similar first."""
    other_id = sa.case((NearPair.first_id == idea_id, NearPair.second_id), else_=NearPair.first_id)
    query = (
        sa.select(Idea.id, Idea.title, Idea.vote_count, NearPair.likeness, NearPair.shared)
        .join(NearPair, Idea.id == other_id)
        .where(NearPair.run_id == run_id, sa.or_(NearPair.first_id == idea_id, NearPair.second_id == idea_id), listed())
        .order_by(NearPair.likeness.desc(), Idea.id)
    )
    return list_rows(NearIdea, query)


def count_supporters(*idea_ids: int) -> int:
    """Return how many distinct people support these ideas or what was merged into them."""
    family = sa.select(Idea.id).where(sa.or_(Idea.id.in_(idea_ids), Idea.canonical_id.in_(idea_ids)))
    return db.session.scalar(sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(family))) or 0


def list_with_titles(numbers: Iterable[int], actor: Actor) -> dict[int, tuple[str, str]]:
    """Return the titles of those ideas that `actor` may see, with their languages, by number."""
    query = sa.select(Idea.id, Idea.title, Idea.language).where(Idea.id.in_(set(numbers)), visible_to(actor))
    return {number: (title, language) for number, title, language in db.session.execute(query)}


def list_first_votes(campaign: Campaign, *, since: datetime) -> list[datetime]:
    """Return when the people who came after `since` first voted in a campaign, in order."""
    first = (
        sa.select(sa.func.min(Vote.cast_at).label("cast_at"))
        .join(Person, Person.id == Vote.person_id)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Person.created_at > since, Idea.campaign_id == campaign.id)
        .group_by(Vote.person_id)
        .subquery()
    )
    return list(db.session.scalars(sa.select(first.c.cast_at).order_by(first.c.cast_at)))
