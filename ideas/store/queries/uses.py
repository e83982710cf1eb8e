"""What supporters would do with the data: on the page of an idea, on that of a subject, and for moderators."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.lines import LineState
from ideas.store.models import Campaign, Idea, Membership, Vote, VoteUse
from ideas.store.rows import list_rows
from ideas.store.visibility import listed, shown


class ShownUse(NamedTuple):
    """A line beside a support, on the page of the idea that counts it; who wrote it is known to them alone."""

    idea_id: int
    text: str
    state: LineState
    reason: str
    is_own: bool


_IDEA, _PERSON = sa.bindparam("idea", type_=sa.Integer()), sa.bindparam("person", type_=sa.Integer())
_MINE = sa.func.coalesce(Vote.person_id == _PERSON, sa.false())
_OF_IDEA = (
    sa.select(Vote.idea_id, VoteUse.text, VoteUse.state, VoteUse.reason, _MINE.label("is_own"))
    .join(Vote, Vote.id == VoteUse.vote_id)
    .join(Idea, Idea.id == Vote.idea_id)
    .where(sa.or_(Idea.id == _IDEA, Idea.canonical_id == _IDEA), shown())
    .where(sa.or_(VoteUse.state == LineState.PUBLISHED, _MINE))
    .order_by(VoteUse.written_at.desc(), VoteUse.id.desc())
)


def list_of_idea(idea_id: int, person_id: int | None) -> list[ShownUse]:
    """Return the lines published beside the supports of an idea, and that of `person_id` whatever its state."""
    return list_rows(ShownUse, _OF_IDEA, {"idea": idea_id, "person": person_id})


class SubjectUse(NamedTuple):
    """A published line beside the support of an idea of a subject, and the idea that counts it."""

    text: str
    idea_id: int
    title: str
    language: str


def list_of_subject(cluster_id: int, run_id: int | None) -> list[SubjectUse]:
    """Return the lines that are published beside the supports of a subject, the latest first."""
    root = sa.orm.aliased(Idea)
    query = (
        sa.select(VoteUse.text, root.id.label("idea_id"), root.title, root.language)
        .join(Vote, Vote.id == VoteUse.vote_id)
        .join(Idea, Idea.id == Vote.idea_id)
        .join(root, root.id == sa.func.coalesce(Idea.canonical_id, Idea.id))
        .join(Membership, Membership.idea_id == root.id)
        .where(Membership.run_id == run_id, Membership.cluster_id == cluster_id, listed(root), shown())
        .where(VoteUse.state == LineState.PUBLISHED)
        .order_by(VoteUse.written_at.desc(), VoteUse.id.desc())
    )
    return list_rows(SubjectUse, query)


class WaitingUse(NamedTuple):
    """A line that waits for review."""

    use_id: int
    idea_id: int
    title: str
    text: str
    written_at: datetime


def _waits(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return Idea.campaign_id == campaign.id, VoteUse.state == LineState.WAITING


def waiting_uses(campaign: Campaign) -> sa.Select[int]:
    """Return the question of how many lines wait for review."""
    waiting = sa.select(sa.func.count()).select_from(VoteUse).join(Vote, Vote.id == VoteUse.vote_id)
    return waiting.join(Idea, Idea.id == Vote.idea_id).where(*_waits(campaign))


def list_waiting(campaign: Campaign, *, count: int = 50) -> list[WaitingUse]:
    """Return the lines that wait for review, the oldest first."""
    columns = (VoteUse.id.label("use_id"), Idea.id.label("idea_id"), Idea.title, VoteUse.text, VoteUse.written_at)
    query = sa.select(*columns).join(Vote, Vote.id == VoteUse.vote_id).join(Idea, Idea.id == Vote.idea_id)
    return list_rows(WaitingUse, query.where(*_waits(campaign)).order_by(VoteUse.written_at, VoteUse.id).limit(count))
