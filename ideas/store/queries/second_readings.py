"""Questions about second readings: what may be drawn, what is left to read and by whom, what was said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.clusters import ReviewKind
from ideas.domain.second_reading import Judgement
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Decision,
    Idea,
    NearIdeas,
    Review,
    ReviewMember,
    SecondDraw,
    SecondPair,
)
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


class SignedIdea(NamedTuple):
    """An idea that is on line, in a subject as a person signed it."""

    cluster_id: int
    idea_id: int
    decision_id: int
    reviewed_at: datetime


def list_signed(campaign_id: int) -> list[SignedIdea]:
    """Return what is signed in the living subjects of a campaign, of its ideas on line."""
    query = (
        sa.select(Review.cluster_id, ReviewMember.idea_id, Review.decision_id, Review.reviewed_at)
        .join(ReviewMember, ReviewMember.review_id == Review.id)
        .join(Cluster, Cluster.id == Review.cluster_id)
        .join(Idea, Idea.id == ReviewMember.idea_id)
        .where(Cluster.campaign_id == campaign_id, Cluster.dissolved_run_id.is_(None), listed())
        .where(Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None))
        .order_by(Review.cluster_id, ReviewMember.idea_id)
    )
    return list_rows(SignedIdea, query)


class SeenIdea(NamedTuple):
    """What a run noted of an idea: those most like it, the group where the machine alone would put it."""

    idea_id: int
    near: list[Any]
    own_group: int | None


def list_seen(ideas: Iterable[int], run_id: int | None) -> list[SeenIdea]:
    """Return what a run noted of these ideas."""
    query = sa.select(NearIdeas.idea_id, NearIdeas.near, NearIdeas.own_group).where(NearIdeas.run_id == run_id)
    return list_rows(SeenIdea, query.where(NearIdeas.idea_id.in_(list(ideas))))


def list_published_at(ideas: Iterable[int]) -> dict[int, datetime]:
    """Return when those of these ideas that are on line were published."""
    query = sa.select(Idea.id, Idea.published_at).where(Idea.id.in_(list(ideas)), listed())
    return {number: at for number, at in db.session.execute(query) if at is not None}


_FIRST, _SECOND = aliased(Idea), aliased(Idea)


def _readable() -> sa.ColumnElement[bool]:
    """Return the condition that a pair is still to be read: nobody said anything, and both ideas are on line."""
    on_line = (
        sa.exists().where(idea.id == number, listed(idea)).correlate(SecondPair)
        for idea, number in ((_FIRST, SecondPair.first_id), (_SECOND, SecondPair.second_id))
    )
    return sa.and_(SecondPair.second_says.is_(None), *on_line)


def find_draw(campaign: Campaign) -> SecondDraw | None:
    """Return the latest draw of a campaign."""
    query = sa.select(SecondDraw).where(SecondDraw.campaign_id == campaign.id)
    return db.session.scalar(query.order_by(SecondDraw.id.desc()).limit(1))


def count_left(campaign_id: int) -> int:
    """Return how many drawn pairs of a campaign are still to be read."""
    query = sa.select(sa.func.count()).select_from(SecondPair).join(SecondDraw, SecondDraw.id == SecondPair.draw_id)
    return db.session.scalar(query.where(SecondDraw.campaign_id == campaign_id, _readable())) or 0


class Progress(NamedTuple):
    """Pairs of a draw that were read, that are left, and that are left to somebody who signed none of them."""

    read_count: int
    left_count: int
    own_count: int


def count_progress(draw_id: int, reader_id: int | None) -> Progress:
    """Return how far the reading of a draw is, for this reader."""
    said = SecondPair.second_says.is_not(None)
    own = sa.and_(_readable(), _is_for(reader_id))
    counts = (sa.func.count().filter(condition) for condition in (said, _readable(), own))
    columns = (count.label(name) for count, name in zip(counts, Progress._fields, strict=True))
    query = sa.select(*columns).select_from(SecondPair).join(Decision, Decision.id == SecondPair.review_decision_id)
    return list_rows(Progress, query.where(SecondPair.draw_id == draw_id))[0]


def _is_for(reader_id: int | None) -> sa.ColumnElement[bool]:
    return sa.or_(Decision.person_id.is_(None), Decision.person_id != reader_id)


def find_next(draw_id: int, reader_id: int | None) -> SecondPair | None:
    """Return the next pair of a draw for somebody who did not sign its subject."""
    query = sa.select(SecondPair).join(Decision, Decision.id == SecondPair.review_decision_id)
    query = query.where(SecondPair.draw_id == draw_id, _readable(), _is_for(reader_id))
    return db.session.scalar(query.order_by(SecondPair.rank, SecondPair.id).limit(1))


def find_last_read(draw_id: int, reader_id: int | None) -> SecondPair | None:
    """Return the pair that somebody read last."""
    query = sa.select(SecondPair).where(SecondPair.draw_id == draw_id, SecondPair.reader_id == reader_id)
    return db.session.scalar(query.order_by(SecondPair.read_at.desc(), SecondPair.id.desc()).limit(1))


def find_finished(campaign: Campaign) -> SecondDraw | None:
    """Return the latest draw of which all that can be read was, and something was."""
    pair = SecondPair.draw_id == SecondDraw.id
    read = sa.exists().where(pair, SecondPair.second_says.is_not(None)).correlate(SecondDraw)
    left = sa.exists().where(pair, _readable()).correlate(SecondDraw)
    query = sa.select(SecondDraw).where(SecondDraw.campaign_id == campaign.id, read, ~left)
    return db.session.scalar(query.order_by(SecondDraw.id.desc()).limit(1))


class SaidPair(NamedTuple):
    """What each said of a pair of a subject."""

    cluster_id: int
    first_says: bool
    machine_says: bool | None
    second_says: bool


def list_said(draw_id: int) -> list[SaidPair]:
    """Return what was said of the pairs of a draw that were read."""
    columns = (SecondPair.cluster_id, SecondPair.first_says, SecondPair.machine_says, SecondPair.second_says)
    query = sa.select(*columns).where(SecondPair.draw_id == draw_id, SecondPair.second_says.is_not(None))
    return list_rows(SaidPair, query.order_by(SecondPair.rank, SecondPair.id))


def compare_people(said: Iterable[SaidPair]) -> list[Judgement]:
    """Return the first reader against the second."""
    return [Judgement(one.cluster_id, one.first_says, one.second_says) for one in said]


def compare_machine(said: Iterable[SaidPair]) -> list[Judgement]:
    """Return the machine against the second reader, where the machine knew both ideas."""
    return [
        Judgement(one.cluster_id, one.machine_says, one.second_says) for one in said if one.machine_says is not None
    ]
