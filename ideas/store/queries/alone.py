"""Ideas of no subject as reviewers read them: those that nobody has read so, then those that somebody left alone."""

from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from ideas.domain.clusters import ConstraintKind
from ideas.domain.decisions import DecisionKind
from ideas.store.database import db
from ideas.store.models import Campaign, Constraint, Decision, Idea, Membership, NearIdeas
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

CAMPAIGN, RUN, _SIZE, _START = (
    sa.bindparam(name, type_=sa.Integer()) for name in ("campaign_id", "run_id", "size", "start")
)

READ_AT_ONCE = 25
Query = TypeVar("Query", bound="sa.Select[*tuple[Any, ...]]")


class AloneIdea(NamedTuple):
    """An idea of no subject; `is_left`: somebody read it among those and left it so."""

    id: int
    title: str
    language: str
    vote_count: int
    is_left: bool


def list_alone(campaign: Campaign, *, page: int, size: int) -> list[AloneIdea]:
    """Return one page of the ideas of no subject, those left alone last; ideas alike follow one another.

    Those that no run has seen come first, then those of the branch that holds the most supported.
    """
    given = {"campaign_id": campaign.id, "run_id": campaign.current_run_id, "size": size, "start": (page - 1) * size}
    return list_rows(AloneIdea, _ALONE, given)


def are_alone() -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep the published ideas of no subject."""
    own = sa.select(Membership.idea_id).where(Membership.run_id == RUN)
    return [Idea.campaign_id == CAMPAIGN, listed(), Idea.id.not_in(own)]


def is_left() -> sa.ColumnElement[bool]:
    """Return the condition that keeps the ideas left alone; one taken out of a subject may still have another."""
    return sa.exists().where(
        Constraint.idea_id == Idea.id,
        Constraint.kind == ConstraintKind.OUT,
        Constraint.lifted_at.is_(None),
        Decision.id == Constraint.decision_id,
        Decision.cluster_id.is_(None),
    )


def is_about_alone(decision_id: int) -> bool:
    """Tell whether a decision left alone ideas that had no subject."""
    left = (Decision.kind == DecisionKind.TAKE_OUT, Decision.cluster_id.is_(None))
    return bool(db.session.scalar(sa.select(sa.exists().where(Decision.id == decision_id, *left))))


def select_best_support(size: int) -> "sa.Select[*tuple[Any, ...]]":
    """Return the question how many support the most supported of the next ideas to read, so many at once."""
    following = _order(sa.select(Idea.vote_count)).where(~is_left()).limit(size).subquery()
    return sa.select(sa.func.max(following.c.vote_count))


def _select_alone() -> "sa.Select[*tuple[Any, ...]]":
    columns = sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, is_left().label("is_left"))
    return _order(columns, sa.literal_column("is_left")).limit(_SIZE).offset(_START)


def _order(columns: Query, *firstly: sa.ColumnElement[Any]) -> Query:
    place = sa.func.coalesce(NearIdeas.reading_place, -1)
    return (
        columns.outerjoin(NearIdeas, (NearIdeas.idea_id == Idea.id) & (NearIdeas.run_id == RUN))
        .where(*are_alone())
        .order_by(*firstly, place, Idea.vote_count.desc(), Idea.id)
    )


_ALONE = _select_alone()
