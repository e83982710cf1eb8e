"""Who supports a subject, and what it asks for: its requests, and how many different people stand behind each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.store.database import db, is_writing
from ideas.store.models import Campaign, Idea, Membership, RunCluster, Vote
from ideas.store.queries.clusters import title_of
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


def find_parent(request_id: int) -> int | None:
    """Return the subject that a request lies in, in the picture that everybody sees."""
    query = (
        sa.select(RunCluster.parent_id)
        .join(Campaign, Campaign.current_run_id == RunCluster.run_id)
        .where(RunCluster.cluster_id == request_id)
    )
    return db.session.scalar(query)


class SubjectPeople(NamedTuple):
    """How many different people support at least one idea of a subject."""

    cluster_id: int
    people_count: int


class VoteState(NamedTuple):
    """The supports of a campaign, and the last vote of all: a withdrawal changes the one, a vote the other."""

    vote_count: int | None
    last_id: int | None
    last_cast_at: datetime | None


def count_people(campaign: Campaign) -> Mapping[int, int]:
    """Return, by subject, how many different people support one of its ideas or what was merged into one.

    All votes are read once for each state that they and the campaign are in: whoever comes next is told the same.
    """
    if is_writing.get():
        return _count_people(campaign.current_run_id)  # what an act has written so far has no version yet
    return _count_people_at(campaign.current_run_id, campaign.version, _find_vote_state(campaign))


def _find_vote_state(campaign: Campaign) -> VoteState:
    """Return what no vote leaves as it was, in one campaign or another, without reading the votes."""
    return next(iter(list_rows(VoteState, _VOTE_STATE, {"campaign_id": campaign.id})), VoteState(None, None, None))


def _select_vote_state() -> sa.Select[Any]:
    own = Idea.campaign_id == sa.bindparam("campaign_id", type_=sa.Integer())
    supports = sa.select(sa.func.sum(Idea.vote_count)).where(own).scalar_subquery()
    last = sa.select(Vote.id, Vote.cast_at).order_by(Vote.id.desc()).limit(1).subquery()
    return sa.select(supports.label("vote_count"), last.c.id.label("last_id"), last.c.cast_at.label("last_cast_at"))


@lru_cache(maxsize=64)
def _count_people_at(run_id: int | None, _version: int, _state: VoteState) -> Mapping[int, int]:
    return _count_people(run_id)


def _count_people(run_id: int | None) -> Mapping[int, int]:
    rows = list_rows(SubjectPeople, _PEOPLE, {"run_id": run_id})
    return MappingProxyType({row.cluster_id: row.people_count for row in rows})


def _select_people() -> sa.Select[Any]:
    counted = sa.func.count(sa.distinct(Vote.person_id)).label("people_count")
    run_id = sa.bindparam("run_id", type_=sa.Integer())
    return _supports(run_id, Membership.cluster_id, counted).group_by(Membership.cluster_id)


def _supports(run_id: int | sa.BindParameter[int] | None, *columns: Any) -> sa.Select[Any]:
    """Select from the supports of published members of one picture, each on the idea that shows it."""
    given, shown = aliased(Idea), aliased(Idea)
    return (
        sa.select(*columns)
        .select_from(Vote)
        .join(given, given.id == Vote.idea_id)
        .join(Membership, Membership.idea_id == sa.func.coalesce(given.canonical_id, given.id))
        .join(shown, shown.id == Membership.idea_id)
        .where(Membership.run_id == run_id, listed(shown))
    )


def count_people_of(parts: Sequence[Collection[int]], run_id: int | None) -> list[int]:
    """Return how many different people support each of these parts of a subject, in their order."""
    place = sa.case(*((Membership.idea_id.in_(part), at) for at, part in enumerate(parts)))
    counted = sa.func.count(sa.distinct(Vote.person_id))
    every = [idea for part in parts for idea in part]
    query = _supports(run_id, place.label("at"), counted.label("people")).where(Membership.idea_id.in_(every))
    counts = {row.at: row.people for row in db.session.execute(query.group_by(sa.text("1")))}
    return [counts.get(at, 0) for at in range(len(parts))]


class SubjectPart(NamedTuple):
    """A request of a subject, or (without number) the whole of it: ideas, and different people who support one."""

    id: int | None
    title: str
    idea_count: int
    people_count: int


def list_parts(cluster_id: int, run_id: int | None) -> list[SubjectPart]:
    """Return a whole subject, then its requests of two ideas or more, those of most people first."""
    mine = Membership.cluster_id == cluster_id
    people = sa.func.count(sa.distinct(Vote.person_id))
    whole = _supports(run_id, people).where(mine).scalar_subquery()
    of_requests = _supports(run_id, Membership.request_id.label("id"), people.label("people_count"))
    counted = of_requests.where(mine, Membership.request_id.is_not(None)).group_by(Membership.request_id).subquery()
    members = sa.select(sa.func.count()).select_from(Membership).join(Idea, Idea.id == Membership.idea_id)
    all_of_it = sa.select(
        sa.cast(sa.null(), sa.Integer).label("id"),
        sa.literal("").label("title"),
        members.where(Membership.run_id == run_id, mine, listed()).scalar_subquery().label("idea_count"),
        whole.label("people_count"),
    )
    requests = (
        sa.select(
            RunCluster.cluster_id.label("id"),
            title_of(run_id).label("title"),
            sa.func.count().label("idea_count"),
            sa.func.coalesce(sa.func.max(counted.c.people_count), 0).label("people_count"),
        )
        .join(Membership, (Membership.request_id == RunCluster.cluster_id) & (Membership.run_id == RunCluster.run_id))
        .join(Idea, Idea.id == Membership.idea_id)
        .outerjoin(counted, counted.c.id == RunCluster.cluster_id)
        .where(RunCluster.run_id == run_id, mine, listed())
        .group_by(RunCluster.run_id, RunCluster.cluster_id)
        .having(sa.func.count() > 1)
    )
    rows = list_rows(SubjectPart, sa.union_all(all_of_it, requests))
    return sorted(rows, key=lambda row: (row.id is not None, -row.people_count, row.id or 0))


_VOTE_STATE, _PEOPLE = _select_vote_state(), _select_people()
