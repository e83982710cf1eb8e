"""Questions about people and their sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from ideas.domain.lines import LineState
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Identity, Person, Session, Vote, VoteUse
from ideas.store.queries.campaigns import CURRENT
from ideas.store.rows import list_rows
from ideas.store.visibility import shown

_FOUND = sa.select(Person).where(Person.id == sa.bindparam("person")).options(joinedload(Person.appointments))

_SIGNED_IN = _FOUND.join(Session, Session.person_id == Person.id).where(Session.key_hash == sa.bindparam("key_hash"))
_current = aliased(Campaign, CURRENT.subquery())
_has_session = sa.exists().where(Session.person_id == Person.id, Session.key_hash == sa.bindparam("key_hash"))
_SIGNED_IN_DURING = (
    sa.select(_current, Person)
    .outerjoin(Person, sa.and_(Person.id == sa.bindparam("person"), _has_session))
    .options(joinedload(Person.appointments))
)


def find_signed_in(person_id: int, key_hash: str) -> Person | None:
    """Return the person of a session that has not been ended, with what they are appointed to."""
    return db.session.scalars(_SIGNED_IN, {"person": person_id, "key_hash": key_hash}).unique().one_or_none()


def find_signed_in_during(now: datetime, person_id: int, key_hash: str) -> tuple[Campaign, Person | None] | None:
    """Return what `campaigns.find_current` and `find_signed_in` do, by one statement; None without a campaign."""
    given = {"now": now, "person": person_id, "key_hash": key_hash}
    found = db.session.execute(_SIGNED_IN_DURING, given).unique().one_or_none()
    return (found[0], found[1]) if found else None


def list_sessions(person_id: int, since: datetime) -> Sequence[Session]:
    """Return the sessions of a person that began after `since`, the latest first: for their own page."""
    begun = sa.select(Session).where(Session.person_id == person_id, Session.opened_at > since)
    return db.session.scalars(begun.order_by(Session.opened_at.desc(), Session.id.desc())).all()


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
    """An idea that a person supports, the line they wrote beside it, and what says whether they may still change both.

    `shown_id` is the idea whose page counts it: another when it was merged.
    """

    idea_id: int
    title: str
    language: str
    vote_count: int
    cast_at: datetime
    shown_id: int
    use: str | None
    use_state: LineState | None
    use_reason: str | None
    campaign: Campaign


def list_votes(person_id: int, most: int | None = None) -> list[OwnVote]:
    """Return the ideas that a person supports and that everybody may read, the latest support first."""
    campaign = aliased(Campaign, name="campaign")
    shown_id = sa.func.coalesce(Idea.canonical_id, Idea.id).label("shown_id")
    use = (VoteUse.text.label("use"), VoteUse.state.label("use_state"), VoteUse.reason.label("use_reason"))
    columns = (Vote.idea_id, Idea.title, Idea.language, Idea.vote_count, Vote.cast_at, shown_id, *use, campaign)
    query = sa.select(*columns).join(Idea, Vote.idea_id == Idea.id).join(campaign, Idea.campaign_id == campaign.id)
    query = query.outerjoin(VoteUse, VoteUse.vote_id == Vote.id)
    whose = query.where(Vote.person_id == person_id, shown())
    return list_rows(OwnVote, whose.order_by(Vote.cast_at.desc(), Vote.id.desc()).limit(most))
