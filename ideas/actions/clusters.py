"""What reviewers decide about clusters: each act is one decision, one commit, and binds every later run.

What cannot hold together with the decisions that stand is refused when it is entered, with those decisions. The
campaign's row is held meanwhile, so that two reviewers cannot contradict each other at the same instant.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from ideas.actions.constraints import check_consistent_with, find_living, find_published, hold_constraints, lift
from ideas.actions.decisions import record_decision
from ideas.actions.several import do_to_all
from ideas.actions.transaction import transaction
from ideas.domain.clusters import ClusterState, ConstraintKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, ContradictsDecisions, NotFound, WrongState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Cluster, Constraint, Decision
from ideas.store.visibility import Actor

LONGEST_NAME = 200
K, D = ConstraintKind, DecisionKind


@transaction()
def keep_together(first_id: int, second_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Keep two ideas in one cluster from the next run on."""
    return _impose_pair(K.TOGETHER, D.KEEP_TOGETHER, (first_id, second_id), actor=actor, now=now, note=note)


@transaction()
def keep_apart(first_id: int, second_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Keep two ideas in different clusters from the next run on, and out of the near-duplicates at once."""
    return _impose_pair(K.APART, D.KEEP_APART, (first_id, second_id), actor=actor, now=now, note=note)


@transaction()
def move_idea(idea_id: int, cluster_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Put an idea in a living cluster from the next run on; where a person had put it before must be lifted first."""
    return _impose_place(K.MOVED, D.MOVE, idea_id, cluster_id, actor=actor, now=now, note=note)


@transaction()
def pin_idea(idea_id: int, cluster_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Fix an idea in the cluster where it is, whatever later runs find."""
    return _impose_place(K.PINNED, D.PIN, idea_id, cluster_id, actor=actor, now=now, note=note)


@transaction()
def place_ideas(
    kind: ConstraintKind, idea_ids: Iterable[int], cluster_id: int, *, actor: Actor, now: datetime, note: str = ""
) -> list[Decision]:
    """Move several ideas to a cluster or pin them there, each by a decision of its own, or none.

    Raises `RefusedAmongSeveral`, or `ContradictsDecisions` for an idea alone.
    """
    place = partial(PLACES[kind], cluster_id=cluster_id, actor=actor, now=now, note=note)
    numbers = list(idea_ids)
    return [place(*numbers)] if len(numbers) == 1 else do_to_all(place, numbers)


@transaction()
def lift_constraint(constraint_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Free the next run from a decision; the decision itself stays in the register."""
    check_can_somewhere(actor, Permission.TRIAGE)
    constraint = db.session.get(Constraint, constraint_id)
    if constraint is None:
        raise NotFound(N_("Cette consigne n’existe pas."))
    if not lift(Constraint.id == constraint_id, now):
        raise AlreadyDone(N_("Cette consigne a déjà été levée."))
    facts = {
        "idea_id": constraint.idea_id,
        "other_idea_id": constraint.other_idea_id,
        "cluster_id": constraint.cluster_id,
    }
    return _record(D.LIFT, actor, constraint.campaign_id, now, note=note, **facts)


@transaction()
def rename_cluster(cluster_id: int, name: str, *, actor: Actor, now: datetime) -> Decision:
    """Give a cluster a name, kept from run to run; an empty one gives it back its keywords."""
    check_can_somewhere(actor, Permission.TRIAGE)
    cluster = find_living(cluster_id)
    name = one_line(clean_text(name))
    check_text(name, longest=LONGEST_NAME)
    cluster.name = name
    return _record(D.RENAME, actor, cluster.campaign_id, now, cluster_id=cluster_id, note=name)


@transaction()
def confirm_cluster(cluster_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Stand behind a cluster as the machine proposed it: later runs are measured against it."""
    check_can_somewhere(actor, Permission.TRIAGE)
    cluster = find_living(cluster_id)
    changed = db.session.execute(
        sa.update(Cluster)
        .where(Cluster.id == cluster_id, Cluster.state == ClusterState.PROPOSED.value)
        .values(state=ClusterState.CONFIRMED)
        .returning(Cluster.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if changed is None:
        raise AlreadyDone(N_("Ce regroupement est déjà confirmé."))
    return _record(D.CONFIRM, actor, cluster.campaign_id, now, cluster_id=cluster_id, note=note)


PLACES = {K.MOVED: move_idea, K.PINNED: pin_idea}


def _impose_pair(
    kind: ConstraintKind, act: DecisionKind, pair: tuple[int, int], *, actor: Actor, now: datetime, note: str
) -> Decision:
    check_can_somewhere(actor, Permission.TRIAGE)
    if pair[0] == pair[1]:
        raise WrongState(N_("Choisissez deux idées différentes."))
    first, second = (find_published(number, actor) for number in sorted(pair))
    if first.campaign_id != second.campaign_id:
        raise WrongState(N_("Ces deux idées n’appartiennent pas à la même campagne."))
    standing = hold_constraints(first.campaign_id)
    if any(one.kind == kind and {one.idea_id, one.other_idea_id} == set(pair) for one in standing):
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    new = Constraint(kind=kind.value, idea_id=first.id, other_idea_id=second.id)
    check_consistent_with(standing, new)
    decision = record_decision(
        act,
        actor,
        campaign_id=first.campaign_id,
        now=now,
        permission=Permission.TRIAGE,
        note=note,
        idea_id=first.id,
        other_idea_id=second.id,
    )
    return _bind(decision, new)


def _impose_place(
    kind: ConstraintKind, act: DecisionKind, idea_id: int, cluster_id: int, *, actor: Actor, now: datetime, note: str
) -> Decision:
    check_can_somewhere(actor, Permission.TRIAGE)
    idea, cluster = find_published(idea_id, actor), find_living(cluster_id)
    if idea.campaign_id != cluster.campaign_id:
        raise WrongState(N_("Ce regroupement n’appartient pas à la même campagne."))
    standing = hold_constraints(idea.campaign_id)
    earlier = next((one for one in standing if one.idea_id == idea_id and one.cluster_id is not None), None)
    if earlier is not None and earlier.cluster_id == cluster_id:
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    if earlier is not None:
        raise ContradictsDecisions([earlier.decision_id])
    new = Constraint(kind=kind.value, idea_id=idea_id, cluster_id=cluster_id)
    check_consistent_with(standing, new)
    decision = record_decision(
        act,
        actor,
        campaign_id=idea.campaign_id,
        now=now,
        permission=Permission.TRIAGE,
        note=note,
        idea_id=idea_id,
        cluster_id=cluster_id,
    )
    return _bind(decision, new)


def _bind(decision: Decision, new: Constraint) -> Decision:
    new.campaign_id, new.decision_id, new.imposed_at = decision.campaign_id, decision.id, decision.decided_at
    db.session.add(new)
    return decision


def _record(kind: DecisionKind, actor: Actor, campaign_id: int, now: datetime, **facts: Any) -> Decision:
    return record_decision(kind, actor, campaign_id=campaign_id, now=now, permission=Permission.TRIAGE, **facts)
