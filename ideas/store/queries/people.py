"""Questions about people and their sign-ins."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Identity, Person, Vote
from ideas.store.rows import list_rows
from ideas.store.visibility import shown

_FOUND = sa.select(Person).where(Person.id == sa.bindparam("person")).options(joinedload(Person.appointments))


def find(person_id: int) -> Person | None:
    """Return the person of that number, with what they are appointed to."""
    return db.session.scalars(_FOUND, {"person": person_id}).unique().one_or_none()


def find_email(person_id: int) -> str | None:
    """Return the verified address of a person: for their own page, never for another's."""
    query = sa.select(Identity.subject).where(Identity.person_id == person_id, Identity.kind == "email")
    return db.session.scalar(query.order_by(Identity.id))


def count_votes(person_id: int) -> int:
    """Return how many ideas a person supports that everybody may read."""
    query = sa.select(sa.func.count()).select_from(Vote).join(Idea, Idea.id == Vote.idea_id)
    return db.session.scalar(query.where(Vote.person_id == person_id, shown())) or 0


class OwnVote(NamedTuple):
    """An idea that a person supports, and what says whether they may still take that back."""

    idea_id: int
    title: str
    language: str
    vote_count: int
    cast_at: datetime
    campaign: Campaign


def list_votes(person_id: int, most: int | None = None) -> list[OwnVote]:
    """Return the ideas that a person supports and that everybody may read, the latest support first."""
    campaign = aliased(Campaign, name="campaign")
    columns = (Vote.idea_id, Idea.title, Idea.language, Idea.vote_count, Vote.cast_at, campaign)
    query = sa.select(*columns).join(Idea, Vote.idea_id == Idea.id).join(campaign, Idea.campaign_id == campaign.id)
    whose = query.where(Vote.person_id == person_id, shown())
    return list_rows(OwnVote, whose.order_by(Vote.cast_at.desc(), Vote.id.desc()).limit(most))
