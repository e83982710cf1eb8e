"""Questions about answers that are written and not yet published: what each would do, and what stands in its way."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.handling import Handling
from ideas.domain.permissions import Permission, Subject, can
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Follow,
    HandlingStep,
    Idea,
    Membership,
    PreparedAnswer,
    PreparedIdea,
    Producer,
    Vote,
)
from ideas.store.rows import list_rows
from ideas.store.visibility import Actor

_body = aliased(Producer)


class PreparedLine(NamedTuple):
    """A prepared answer, as the list shows it; `body` is whoever speaks."""

    id: int
    campaign_id: int
    body_id: int | None
    cluster_id: int | None
    subject: str
    outcome: Handling
    text: str
    promised_on: date | None
    seen_step: int
    prepared_at: datetime
    due_at: datetime | None
    body: str | None


_LINES = (
    sa.select(
        PreparedAnswer.id,
        PreparedAnswer.campaign_id,
        PreparedAnswer.body_id,
        PreparedAnswer.cluster_id,
        sa.func.coalesce(Cluster.name, "").label("subject"),
        PreparedAnswer.outcome,
        PreparedAnswer.text,
        PreparedAnswer.promised_on,
        PreparedAnswer.seen_step,
        PreparedAnswer.prepared_at,
        PreparedAnswer.due_at,
        _body.name.label("body"),
    )
    .outerjoin(Cluster, Cluster.id == PreparedAnswer.cluster_id)
    .outerjoin(_body, _body.id == sa.func.coalesce(PreparedAnswer.producer_id, PreparedAnswer.body_id))
    .where(PreparedAnswer.campaign_id == sa.bindparam("campaign"))
    .order_by(PreparedAnswer.due_at.is_(None), PreparedAnswer.due_at, PreparedAnswer.id)
)


def list_lines(campaign: Campaign, actor: Actor) -> list[PreparedLine]:
    """Return the prepared answers of a campaign that somebody may publish: those with an hour first."""
    lines = list_rows(PreparedLine, _LINES, {"campaign": campaign.id})
    return [one for one in lines if can(actor, Permission.ANSWER, Subject(one.campaign_id, one.body_id))]


def find(number: int, actor: Actor) -> PreparedAnswer | None:
    """Return a prepared answer, None for whoever may not publish it."""
    row = db.session.get(PreparedAnswer, number)
    may_read = row is not None and can(actor, Permission.ANSWER, Subject(row.campaign_id, row.body_id))
    return row if may_read else None


class PreparedMember(NamedTuple):
    """An idea of a prepared answer as it is now; `cluster_id` is the subject that everybody sees it in."""

    prepared_id: int
    idea_id: int
    title: str
    publication: Publication
    handling: Handling
    cluster_id: int | None
    last_step: int


_NEWEST = sa.select(sa.func.coalesce(sa.func.max(HandlingStep.id), 0))
_LAST_STEP = _NEWEST.where(HandlingStep.idea_id == Idea.id).scalar_subquery()
_IN_PICTURE = sa.and_(Membership.idea_id == Idea.id, Membership.run_id == Campaign.current_run_id)
_MEMBERS = (
    sa.select(
        PreparedIdea.prepared_id,
        PreparedIdea.idea_id,
        Idea.title,
        Idea.publication,
        Idea.handling,
        Membership.cluster_id,
        _LAST_STEP.label("last_step"),
    )
    .join(Idea, Idea.id == PreparedIdea.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .outerjoin(Membership, _IN_PICTURE)
    .where(PreparedIdea.prepared_id.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(PreparedIdea.prepared_id, Idea.id)
)


def list_members(numbers: Collection[int]) -> dict[int, list[PreparedMember]]:
    """Return the ideas of each of these prepared answers."""
    members: dict[int, list[PreparedMember]] = {number: [] for number in numbers}
    for one in list_rows(PreparedMember, _MEMBERS, {"numbers": list(numbers)}):
        members[one.prepared_id].append(one)
    return members


def _hearers() -> sa.CompoundSelect[Any]:
    """Return whoever hears of each prepared answer: authors and supporters, of merged ideas too, and followers."""
    family = aliased(Idea)
    is_family = sa.or_(family.id == PreparedIdea.idea_id, family.canonical_id == PreparedIdea.idea_id)
    own = sa.select(PreparedIdea.prepared_id, family.author_id.label("person_id")).join(family, is_family)
    votes = sa.select(PreparedIdea.prepared_id, Vote.person_id).join(family, is_family)
    of_ideas = sa.select(PreparedIdea.prepared_id, Follow.person_id)
    of_subjects = sa.select(PreparedIdea.prepared_id, Follow.person_id).join(Idea, Idea.id == PreparedIdea.idea_id)
    of_subjects = of_subjects.join(Campaign, Campaign.id == Idea.campaign_id).join(Membership, _IN_PICTURE)
    wanted = PreparedIdea.prepared_id.in_(sa.bindparam("numbers", expanding=True))
    parts = (
        own,
        votes.join(Vote, Vote.idea_id == family.id),
        of_ideas.join(Follow, Follow.idea_id == PreparedIdea.idea_id),
        of_subjects.join(Follow, Follow.cluster_id == Membership.cluster_id),
    )
    return sa.union(*(part.where(wanted) for part in parts))


_HEARERS = _hearers().subquery()
# A person who acts hears nothing of it.
_OTHERS = sa.and_(_HEARERS.c.person_id.is_not(None), _HEARERS.c.person_id != sa.bindparam("actor"))
_COUNTS = sa.select(_HEARERS.c.prepared_id, sa.func.count()).where(_OTHERS).group_by(_HEARERS.c.prepared_id)
_TOTAL = sa.select(sa.func.count(sa.distinct(_HEARERS.c.person_id))).where(_OTHERS)


def count_hearers(numbers: Collection[int], actor: Actor) -> dict[int, int]:
    """Return how many people hear of each of these prepared answers when it is published."""
    given = {"numbers": list(numbers), "actor": actor.id or 0}
    return {number: count for number, count in db.session.execute(_COUNTS, given)}  # noqa: C416


def count_all_hearers(numbers: Collection[int], actor: Actor) -> int:
    """Return how many people hear of these answers when they are published together: each is told once."""
    return db.session.scalar(_TOTAL, {"numbers": list(numbers), "actor": actor.id or 0}) or 0


def count_about(idea_ids: Collection[int]) -> int:
    """Return how many prepared answers there are for some of these ideas."""
    own = sa.select(sa.func.count(sa.distinct(PreparedIdea.prepared_id))).where(PreparedIdea.idea_id.in_(idea_ids))
    return db.session.scalar(own) or 0
