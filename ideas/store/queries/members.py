"""Questions about the ideas of a subject: those that are published, at the moment of reading."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.clusters import Origin, ReviewKind
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Idea, Membership, Review, ReviewMember
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_RUN, _SUBJECT = (sa.bindparam(name, type_=sa.Integer()) for name in ("run_id", "cluster_id"))


def list_member_stems(numbers: Iterable[int], run_id: int | None) -> dict[int, list[str]]:
    """Return, by cluster, what a search compares its stems with, for each published member."""
    wanted = list(numbers)
    query = (
        sa.select(Membership.cluster_id, Membership.request_id, Idea.search_text)
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == run_id, listed())
        .where(sa.or_(Membership.cluster_id.in_(wanted), Membership.request_id.in_(wanted)))
    )
    found: dict[int, list[str]] = {number: [] for number in wanted}
    for *clusters, stems in db.session.execute(query):
        for number in clusters:
            if number in found:
                found[number].append(stems)
    return found


class ClusterMember(NamedTuple):
    """A published idea of a subject, and the member it is least like, when that one is still published.

    `is_seen`: a person signed it there, or put it there; `origin` says how it came.
    """

    id: int
    title: str
    language: str
    data_wanted: str
    planned_use: str
    theme: str
    vote_count: int
    request_id: int | None
    origin: Origin
    is_seen: bool
    likeness: float
    weakest_likeness: float
    weakest_id: int | None
    weakest_title: str | None
    weakest_language: str | None


def list_members(
    cluster_id: int, run_id: int | None, *, unseen: bool = False, page: int = 1, size: int = 50
) -> list[ClusterMember]:
    """Return one page of the published members, those not seen first, then the most typical; or those not seen."""
    given = {"cluster_id": cluster_id, "run_id": run_id, "size": size, "start": (page - 1) * size}
    return list_rows(ClusterMember, _UNSEEN_MEMBERS if unseen else _MEMBERS, given)


def _select_members(*, unseen: bool) -> sa.Executable:
    weakest = aliased(Idea)
    still = (weakest.id == Membership.weakest_idea_id) & (weakest.publication == Publication.PUBLISHED)
    signed = (
        sa.exists()
        .where(ReviewMember.review_id == Review.id, ReviewMember.idea_id == Membership.idea_id)
        .where(Review.cluster_id == _SUBJECT, Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None))
    )
    is_seen = sa.or_(signed, Membership.origin == Origin.MOVED)
    query = (
        sa.select(
            Idea.id,
            Idea.title,
            Idea.language,
            Idea.data_wanted,
            Idea.planned_use,
            Idea.theme,
            Idea.vote_count,
            Membership.request_id,
            Membership.origin,
            is_seen.label("is_seen"),
            Membership.likeness,
            Membership.weakest_likeness,
            weakest.id.label("weakest_id"),
            weakest.title.label("weakest_title"),
            weakest.language.label("weakest_language"),
        )
        .join(Membership, Membership.idea_id == Idea.id)
        .outerjoin(weakest, still)
        .where(Membership.run_id == _RUN, Membership.cluster_id == _SUBJECT, listed())
        .order_by(is_seen, Membership.likeness.desc(), Idea.id)
        .limit(sa.bindparam("size", type_=sa.Integer()))
        .offset(sa.bindparam("start", type_=sa.Integer()))
    )
    return query.where(~is_seen) if unseen else query


_MEMBERS, _UNSEEN_MEMBERS = (_select_members(unseen=unseen) for unseen in (False, True))
