"""Questions about waves: which there are, what is in each, which subjects they touch."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.waves import COUNTED_APART, WaveLabel
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Membership, Wave, WaveIdea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_UNREAD = sa.exists().where(WaveIdea.wave_id == Wave.id, WaveIdea.is_read.is_(False))


def select_unread(campaign_id: sa.BindParameter[int]) -> sa.Select[int]:
    """Return the question how many waves nobody has read, whole."""
    return sa.select(sa.func.count()).select_from(Wave).where(Wave.campaign_id == campaign_id, _UNREAD)


def count_all(campaign: Campaign) -> int:
    """Return how many waves a campaign has."""
    query = sa.select(sa.func.count()).select_from(Wave)
    return db.session.scalar(query.where(Wave.campaign_id == campaign.id)) or 0


class WaveLine(NamedTuple):
    """A wave as staff read it; `idea_count`: those on line; `unread_count`: those that its label is not about."""

    id: int
    label: WaveLabel
    version: int
    began_at: datetime
    ended_at: datetime
    author_count: int
    young_count: int
    rush_count: int
    idea_count: int
    unread_count: int
    note: str | None
    decided_at: datetime | None


def list_page(campaign: Campaign, *, page: int = 1, size: int = 10, only: int | None = None) -> list[WaveLine]:
    """Return the waves of a campaign, those to read first, then the latest; or the one of that number."""
    here = sa.select(sa.func.count()).select_from(WaveIdea).join(Idea, Idea.id == WaveIdea.idea_id)
    here = here.where(WaveIdea.wave_id == Wave.id, listed()).correlate(Wave)
    unread = here.where(WaveIdea.is_read.is_(False)).scalar_subquery()
    query = (
        sa.select(
            Wave.id,
            Wave.label,
            Wave.version,
            Wave.began_at,
            Wave.ended_at,
            Wave.author_count,
            Wave.young_count,
            Wave.rush_count,
            here.scalar_subquery().label("idea_count"),
            unread.label("unread_count"),
            Decision.note,
            Decision.decided_at,
        )
        .outerjoin(Decision, Decision.id == Wave.decision_id)
        .where(Wave.campaign_id == campaign.id)
        .order_by(sa.case((_UNREAD, 0), else_=1), Wave.began_at.desc(), Wave.id.desc())
    )
    if only is not None:
        query = query.where(Wave.id == only)
    return list_rows(WaveLine, query.limit(size).offset((page - 1) * size))


class WaveText(NamedTuple):
    """What an idea of a wave says, and when it was sent."""

    id: int
    title: str
    language: str
    data_wanted: str
    submitted_at: datetime | None
    vote_count: int


def list_texts(wave_id: int, *, page: int = 1, size: int = 20) -> list[WaveText]:
    """Return the ideas of a wave that are on line, in the order in which they were sent."""
    columns = (Idea.id, Idea.title, Idea.language, Idea.data_wanted, Idea.submitted_at, Idea.vote_count)
    query = sa.select(*columns).join(WaveIdea, WaveIdea.idea_id == Idea.id)
    query = query.where(WaveIdea.wave_id == wave_id, listed()).order_by(Idea.submitted_at, Idea.id)
    return list_rows(WaveText, query.limit(size).offset((page - 1) * size))


class TouchedSubject(NamedTuple):
    """A subject of the public picture that holds ideas of a wave."""

    wave_id: int
    cluster_id: int
    idea_count: int


def list_touched(waves: Iterable[int], run_id: int | None) -> list[TouchedSubject]:
    """Return the subjects that hold ideas of these waves, those with most of them first."""
    count = sa.func.count()
    query = (
        sa.select(WaveIdea.wave_id, Membership.cluster_id, count.label("idea_count"))
        .join(Membership, Membership.idea_id == WaveIdea.idea_id)
        .join(Idea, Idea.id == WaveIdea.idea_id)
        .where(WaveIdea.wave_id.in_(list(waves)), Membership.run_id == run_id, listed())
        .group_by(WaveIdea.wave_id, Membership.cluster_id)
        .order_by(count.desc(), Membership.cluster_id)
    )
    return list_rows(TouchedSubject, query)


def label_shown() -> sa.ColumnElement[str]:
    """Return what the public is told of an idea joined to its wave: nothing, unless a person labelled the two."""
    told = sa.and_(WaveIdea.is_read, Wave.label.in_(COUNTED_APART))
    return sa.case((told, sa.cast(Wave.label, sa.String())), else_="")
