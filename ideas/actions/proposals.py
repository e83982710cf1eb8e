"""Accepting what a run proposes, whole or subject by subject, or dropping it: until then nothing public changes.

What people decided since the run read the ideas stands: the subjects that they acted on stay as they are.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.picture import Picture
from ideas.actions.places import PLACE, bump
from ideas.actions.transaction import transaction
from ideas.domain.clusters import Event, Level, Origin, RunState
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, WrongState
from ideas.domain.lineage import Change, compare
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.runs.acceptance import Scene, Settled, read_scene, settle
from ideas.runs.bindings import read_bindings
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Decision, Lineage, Membership, Run, RunCluster, Undo
from ideas.store.visibility import Actor

D = DecisionKind


@transaction()
def accept_run(run_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Show what a run proposes, in place of what is shown; raises `WrongState` when it is no longer a proposal."""
    run, present = _lock_run(run_id, actor)
    decision = _record(D.ACCEPT_RUN, actor, run, now, note=note)
    scene = read_scene(run, present)
    settled = settle(scene, read_bindings(run.campaign_id))
    _patch(run, present, scene, settled)
    changes = compare(scene.present, settled.subjects)
    _tell(run, decision, changes)
    bump([change.cluster_id for change in changes if not change.is_same])
    born, ended = _turn_clusters(run, scene, settled, now)
    if present is not None:
        db.session.get_one(Run, present).state = RunState.SUPERSEDED
    run.state, run.accepted_at = RunState.ACCEPTED, now
    db.session.get_one(Campaign, run.campaign_id).current_run_id = run.id
    accepted = {"run": run.id, "previous": present, "decision": decision.id, "born": born, "ended": ended}
    db.session.add(Undo(decision_id=decision.id, changes={"run": run.id, "acceptance": accepted}))
    db.session.flush()
    return decision


@transaction()
def accept_subject(run_id: int, cluster_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Take one subject of a proposal into the public picture.

    It takes its ideas in; what it would lose to another subject waits for the acceptance of that one, what it would
    lose to none leaves.
    """
    run, present = _lock_run(run_id, actor)
    picture = Picture(run.campaign_id)
    scene = read_scene(run, present)
    cluster = db.session.get(Cluster, cluster_id)
    wanted = {idea for idea, number in scene.proposed.items() if number == cluster_id}
    if cluster is None or cluster.level is not Level.SUBJECT or not wanted:
        raise NotFound(N_("Ce sujet n’est pas dans cette proposition."))
    joining = {idea for idea in wanted if _is_free(picture, scene, idea, cluster_id)}
    leaving = {idea for idea in picture.list_members(cluster_id) if _is_let_go(picture, scene, idea, cluster_id)}
    decision = _record(D.ACCEPT_SUBJECT, actor, run, now, note=note, cluster_id=cluster_id)
    if cluster.accepted_at is None:
        picture.tell(Event.BORN, cluster_id, None, decision)
    requests = {idea: scene.proposed_requests[idea] for idea in joining if idea in scene.proposed_requests}
    _show(picture, run, {cluster_id, *requests.values()}, now)
    picture.place(joining, cluster_id, requests=requests, origin=Origin.RUN)
    picture.place(leaving, None)
    return picture.keep(decision)


@transaction()
def drop_run(run_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Leave a proposal aside: what is public stays as it is."""
    run, _present = _lock_run(run_id, actor)
    run.state = RunState.DROPPED
    return _record(D.DROP_RUN, actor, run, now, note=note)


def _lock_run(run_id: int, actor: Actor) -> tuple[Run, int | None]:
    """Return a proposal and the number of the run that is shown, no other act on subjects coming between."""
    check_can_somewhere(actor, Permission.TRIAGE)
    run = db.session.get(Run, run_id)
    if run is None:
        raise NotFound(N_("Cette proposition n’existe pas."))
    check_can(actor, Permission.TRIAGE, Subject(run.campaign_id))
    held = sa.select(Campaign.current_run_id).where(Campaign.id == run.campaign_id).with_for_update()
    present = db.session.scalar(held)
    db.session.refresh(run)
    if run.state == RunState.ACCEPTED:
        raise AlreadyDone(N_("Cette proposition est déjà acceptée."))
    if run.state != RunState.PROPOSED:
        raise WrongState(N_("Cette proposition n’attend plus de réponse."))
    if run.base_run_id != present:
        raise WrongState(N_("Cette proposition part d’un état plus ancien : demandez-en une nouvelle."))
    return run, present


def _patch(run: Run, present: int | None, scene: Scene, settled: Settled) -> None:
    """Write in the rows of the proposal where it differs from what was settled: few rows, since decisions are few."""
    ideas = scene.proposed.keys() | settled.subjects.keys()
    changed = [
        idea
        for idea in ideas
        if scene.proposed.get(idea) != settled.subjects.get(idea)
        or scene.proposed_requests.get(idea) != settled.requests.get(idea)
    ]
    gone = [idea for idea in changed if idea not in settled.subjects]
    stays = {idea for idea in changed if idea in settled.subjects}
    _carry_marks(run, present, settled)
    old = {row.idea_id: row for row in _list_places(present, stays)} if present else {}
    _execute(sa.delete(Membership).where(Membership.run_id == run.id, Membership.idea_id.in_(gone)))
    proposed = {row.idea_id: row for row in _list_places(run.id, stays)}
    rows = [_carry(run, idea, old, proposed, settled) for idea in sorted(stays)]
    _execute(sa.delete(Membership).where(Membership.run_id == run.id, Membership.idea_id.in_(stays)))
    if rows:
        db.session.execute(sa.insert(Membership), rows)
    _carry_clusters(run, present, settled)


def _list_places(run_id: int | None, ideas: Iterable[int]) -> list[Any]:
    columns = (Membership.idea_id, *(getattr(Membership, name) for name in PLACE))
    own = sa.select(*columns).where(Membership.run_id == run_id, Membership.idea_id.in_(list(ideas)))
    return list(db.session.execute(own))


def _carry(run: Run, idea: int, old: dict[int, Any], proposed: dict[int, Any], settled: Settled) -> dict[str, Any]:
    where = settled.subjects[idea]
    known = next(row for row in (old.get(idea), proposed.get(idea)) if row is not None and row.cluster_id == where)
    place = {name: getattr(known, name) for name in PLACE} | {"request_id": settled.requests.get(idea)}
    return {"run_id": run.id, "idea_id": idea, **place}


def _carry_marks(run: Run, present: int | None, settled: Settled) -> None:
    """Keep the mark of a person on the ideas that stay where a person put them."""
    if present is None:
        return
    moved = sa.select(Membership.idea_id, Membership.cluster_id).where(
        Membership.run_id == present, Membership.origin == Origin.MOVED
    )
    still = [idea for idea, cluster in db.session.execute(moved) if settled.subjects.get(idea) == cluster]
    own = sa.update(Membership).where(Membership.run_id == run.id, Membership.idea_id.in_(still))
    _execute(own.values(origin=Origin.MOVED))


def _carry_clusters(run: Run, present: int | None, settled: Settled) -> None:
    """Give the proposal a row for each cluster that stays, as the picture before described it, and for no other."""
    living = set(settled.subjects.values()) | set(settled.requests.values())
    described = set(db.session.scalars(sa.select(RunCluster.cluster_id).where(RunCluster.run_id == run.id)))
    gone = RunCluster.cluster_id.in_(described - living)
    _execute(sa.delete(RunCluster).where(RunCluster.run_id == run.id, gone))
    _copy_clusters(present, run.id, living - described)
    parents = {settled.requests[idea]: settled.subjects[idea] for idea in settled.requests}
    rows = sa.select(RunCluster).where(RunCluster.run_id == run.id, RunCluster.cluster_id.in_(parents))
    for row in db.session.scalars(rows):
        row.parent_id = parents[row.cluster_id]


def _copy_clusters(source: int | None, target: int, numbers: Iterable[int]) -> None:
    names = [column.name for column in RunCluster.__table__.columns if column.name != "run_id"]
    columns = [getattr(RunCluster, name) for name in names]
    rows = sa.select(*columns).where(RunCluster.run_id == source, RunCluster.cluster_id.in_(list(numbers)))
    copies = [{"run_id": target, **dict(zip(names, row, strict=True))} for row in db.session.execute(rows)]
    if copies:
        db.session.execute(sa.insert(RunCluster), copies)


def _turn_clusters(run: Run, scene: Scene, settled: Settled, now: datetime) -> tuple[list[int], list[int]]:
    """Accept the clusters that are new and end those that are gone; return the numbers of both."""
    before = set(scene.present.values()) | set(scene.present_requests.values())
    after = set(settled.subjects.values()) | set(settled.requests.values())
    new = sa.update(Cluster).where(Cluster.id.in_(after), Cluster.accepted_at.is_(None)).values(accepted_at=now)
    born = db.session.scalars(new.returning(Cluster.id).execution_options(synchronize_session=False)).all()
    living = sa.select(Cluster.id).where(
        Cluster.campaign_id == run.campaign_id, Cluster.dissolved_run_id.is_(None), Cluster.accepted_at.is_not(None)
    )
    ended = sorted((before | set(db.session.scalars(living))) - after)
    ending = sa.update(Cluster).where(Cluster.id.in_(ended), Cluster.dissolved_run_id.is_(None))
    gone = ending.values(dissolved_run_id=run.id).returning(Cluster.id).execution_options(synchronize_session=False)
    return sorted(born), sorted(db.session.scalars(gone).all())


def _tell(run: Run, decision: Decision, changes: list[Change]) -> None:
    """Write what becomes of each subject."""
    rows = [
        {
            "run_id": run.id,
            "cluster_id": change.cluster_id,
            "event": change.event,
            "from_cluster_id": change.others[0] if change.event in (Event.SPLIT, Event.JOINED) else None,
            "overlap": change.kept_count / max(1, change.kept_count + len(change.joining)),
            "decision_id": decision.id,
        }
        for change in changes
    ]
    if rows:
        db.session.execute(sa.insert(Lineage), rows)


def _is_free(picture: Picture, scene: Scene, idea: int, cluster_id: int) -> bool:
    """Tell whether nothing that a person decided since keeps an idea from going where the proposal has it."""
    here = picture.subjects.get(idea)
    return idea in picture.published and (
        here == cluster_id or (here not in scene.touched and _may_leave(picture, idea))
    )


def _is_let_go(picture: Picture, scene: Scene, idea: int, cluster_id: int) -> bool:
    """Tell whether the proposal leaves an idea of a subject alone, and no person decided otherwise since."""
    return (
        cluster_id not in scene.touched
        and idea not in scene.proposed
        and _may_leave(picture, idea)
        and (idea in picture.published)
    )


def _may_leave(picture: Picture, idea: int) -> bool:
    bindings = picture.bindings
    return idea not in bindings.signed and idea not in bindings.put and idea not in bindings.out


def _show(picture: Picture, run: Run, numbers: set[int], now: datetime) -> None:
    """Bring clusters into the public picture, described as in the proposal when it has no word of them yet."""
    if picture.run_id is None:
        return
    known = set(db.session.scalars(sa.select(RunCluster.cluster_id).where(RunCluster.run_id == picture.run_id)))
    _copy_clusters(run.id, picture.run_id, numbers - known)
    for number in sorted(numbers - known):
        picture.note("shown", number)
    new = sa.update(Cluster).where(Cluster.id.in_(numbers), Cluster.accepted_at.is_(None)).values(accepted_at=now)
    for number in db.session.scalars(new.returning(Cluster.id).execution_options(synchronize_session=False)):
        picture.note("accepted", number)


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def _record(kind: DecisionKind, actor: Actor, run: Run, now: datetime, **facts: Any) -> Decision:
    campaign_id, permission = run.campaign_id, Permission.TRIAGE
    return record_decision(kind, actor, campaign_id=campaign_id, now=now, permission=permission, **facts)
