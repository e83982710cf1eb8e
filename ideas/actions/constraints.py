"""The decisions about clusters that stand, and whether one more can hold with them."""

from collections.abc import Hashable
from datetime import datetime

import sqlalchemy as sa

from ideas.domain.clusters import ConstraintKind
from ideas.domain.errors import N_, ContradictsDecisions, NotFound, WrongState
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Constraint, Idea
from ideas.store.visibility import Actor, visible_to


def hold_constraints(campaign_id: int) -> list[Constraint]:
    """Return the campaign's standing constraints, no other being entered until the end of the transaction."""
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()).one()
    standing = sa.select(Constraint).where(Constraint.campaign_id == campaign_id, Constraint.lifted_at.is_(None))
    return list(db.session.scalars(standing.order_by(Constraint.id).execution_options(populate_existing=True)))


def check_consistent_with(standing: list[Constraint], new: Constraint) -> None:
    """Raise `ContradictsDecisions` when a constraint not yet decided cannot hold with those that stand."""
    # The engine's libraries are heavy: a web process that decides nothing does without them.
    from ideas.similarity.clustering.constraints import Contradiction, check_consistent

    whole = [*standing, new]
    pairs = {
        kind: [(one.idea_id, one.other_idea_id, one.decision_id) for one in whole if one.kind == kind]
        for kind in (ConstraintKind.TOGETHER, ConstraintKind.APART)
    }
    places: dict[Hashable, tuple[Hashable, Hashable]] = {
        one.idea_id: (one.cluster_id, one.decision_id) for one in whole if one.cluster_id is not None
    }
    try:
        check_consistent(pairs[ConstraintKind.TOGETHER], pairs[ConstraintKind.APART], places)
    except Contradiction as contradiction:
        raise ContradictsDecisions([number for number in contradiction.chain if isinstance(number, int)]) from None


def lift(which: sa.ColumnElement[bool], now: datetime) -> int:
    """Free the next run from these constraints and return how many stood."""
    lifted = db.session.execute(
        sa.update(Constraint)
        .where(which, Constraint.lifted_at.is_(None))
        .values(lifted_at=now)
        .returning(Constraint.id)
        .execution_options(synchronize_session=False)
    )
    return len(lifted.all())


def find_published(idea_id: int, actor: Actor) -> Idea:
    """Return a published idea, or raise why no cluster can take it."""
    idea = db.session.scalar(sa.select(Idea).where(Idea.id == idea_id, visible_to(actor)))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if idea.publication != Publication.PUBLISHED.value:
        raise WrongState(N_("Cette idée n’est pas en ligne : elle n’entre dans aucun regroupement."))
    return idea


def find_living(cluster_id: int) -> Cluster:
    """Return a cluster that was not dissolved, or raise why nothing can be done with it."""
    cluster = db.session.get(Cluster, cluster_id)
    if cluster is None:
        raise NotFound(N_("Ce regroupement n’existe pas."))
    if cluster.dissolved_run_id is not None:
        raise WrongState(N_("Ce regroupement a été dissous : il ne reçoit plus d’idées."))
    return cluster
