"""Ideas of no subject as reviewers read them: those that nobody has read so, then those that somebody left alone."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.domain.clusters import ConstraintKind
from ideas.store.models import Campaign, Constraint, Decision, Idea, Membership, NearIdeas
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_CAMPAIGN, _RUN, _SIZE, _START = (
    sa.bindparam(name, type_=sa.Integer()) for name in ("campaign_id", "run_id", "size", "start")
)


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


def are_alone(run_id: sa.BindParameter[int], campaign_id: sa.BindParameter[int]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep the published ideas of no subject."""
    own = sa.select(Membership.idea_id).where(Membership.run_id == run_id)
    return [Idea.campaign_id == campaign_id, listed(), Idea.id.not_in(own)]


def is_left() -> sa.ColumnElement[bool]:
    """Return the condition that keeps the ideas left alone; one taken out of a subject may still have another."""
    return sa.exists().where(
        Constraint.idea_id == Idea.id,
        Constraint.kind == ConstraintKind.OUT,
        Constraint.lifted_at.is_(None),
        Decision.id == Constraint.decision_id,
        Decision.cluster_id.is_(None),
    )


def _select_alone() -> "sa.Select[*tuple[Any, ...]]":
    place = sa.func.coalesce(NearIdeas.reading_place, -1)
    return (
        sa.select(Idea.id, Idea.title, Idea.language, Idea.vote_count, is_left().label("is_left"))
        .outerjoin(NearIdeas, (NearIdeas.idea_id == Idea.id) & (NearIdeas.run_id == _RUN))
        .where(*are_alone(_RUN, _CAMPAIGN))
        .order_by(sa.literal_column("is_left"), place, Idea.vote_count.desc(), Idea.id)
        .limit(_SIZE)
        .offset(_START)
    )


_ALONE = _select_alone()
