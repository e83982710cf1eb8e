"""What waits for an answer from some bodies, subject by subject: what is asked once is answered once."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.domain.handling import CLOSED
from ideas.domain.lines import LineState
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, Idea, Membership, Producer, Vote, VoteUse
from ideas.store.queries.high_values import shown_high_value
from ideas.store.queries.producers import ASKED, BODY, AskedIdea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_NUMBER = sa.func.coalesce(Membership.cluster_id, 0)  # 0: what is in no subject
_USES = (
    sa.select(sa.func.count())
    .select_from(VoteUse)
    .join(Vote, Vote.id == VoteUse.vote_id)
    .where(Vote.idea_id == Idea.id, VoteUse.state == LineState.PUBLISHED)
    .scalar_subquery()
)


class DeskSubject(NamedTuple):
    """A subject of which something waits (0: no subject), and what the whole desk holds, said on each row."""

    subject_id: int
    idea_count: int
    vote_count: int
    use_count: int
    subject_count: int
    high_value_count: int


def list_subjects(campaign: Campaign, bodies: Collection[int] | None, *, page: int, size: int) -> list[DeskSubject]:
    """Return a page of what waits from these bodies (None: from all), by support; what is in no subject comes last."""
    flagged = sa.func.sum(sa.case((shown_high_value().is_not(None), 1), else_=0))
    query = (
        _select(
            campaign,
            bodies,
            _NUMBER.label("subject_id"),
            sa.func.count().label("idea_count"),
            sa.func.sum(Idea.vote_count).label("vote_count"),
            sa.cast(sa.func.sum(_USES), sa.Integer).label("use_count"),
            sa.func.count().over().label("subject_count"),
            sa.cast(sa.func.sum(flagged).over(), sa.Integer).label("high_value_count"),
        )
        .group_by(_NUMBER)
        .order_by(_NUMBER == 0, sa.func.sum(Idea.vote_count).desc(), _NUMBER)
    )
    return list_rows(DeskSubject, query.limit(size).offset((page - 1) * size))


def list_ideas(
    campaign: Campaign, bodies: Collection[int] | None, subjects: Collection[int], *, most: int
) -> dict[int, list[AskedIdea]]:
    """Return what waits in each of these subjects, at most `most` ideas of each, the most supported first."""
    rank = sa.func.row_number().over(partition_by=_NUMBER, order_by=(Idea.vote_count.desc(), Idea.id)).label("rank")
    ranked = _select(campaign, bodies, _NUMBER.label("subject_id"), rank, *ASKED).where(_NUMBER.in_(list(subjects)))
    rows = ranked.subquery()
    query = sa.select(rows.c.subject_id, *(rows.c[name] for name in AskedIdea._fields)).where(rows.c.rank <= most)
    found: dict[int, list[AskedIdea]] = {number: [] for number in subjects}
    for subject_id, *asked in db.session.execute(query.order_by(rows.c.subject_id, rows.c.rank)):
        found[subject_id].append(AskedIdea(*asked))
    return found


def _select(campaign: Campaign, bodies: Collection[int] | None, *columns: Any) -> sa.Select[Any]:
    is_there = sa.and_(Membership.run_id == campaign.current_run_id, Membership.idea_id == Idea.id)
    query = (
        sa.select(*columns)
        .select_from(Idea)
        .join(Producer, Producer.id == BODY)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(Membership, is_there)
        .where(Idea.campaign_id == campaign.id, listed(), Idea.handling.not_in(CLOSED))
    )
    return query if bodies is None else query.where(BODY.in_(list(bodies)))
