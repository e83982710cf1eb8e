"""Taking back what staff decided: the exact inverse, or nothing when something later depends on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.comments import take_back_comments
from ideas.actions.decisions import make_decision, record_all, record_decision
from ideas.actions.editing import take_back_edits
from ideas.actions.handled import hold_bodies, take_back
from ideas.actions.high_value import hold_flagged, take_back_flags
from ideas.actions.picture import FIELDS, Picture, check
from ideas.actions.places import PLACE, bump, write_place
from ideas.actions.prepared import bring_back_prepared
from ideas.actions.reconsidering import take_back_publications, tell_taken_back
from ideas.actions.redacting import take_back_redaction
from ideas.actions.telling import tell, tell_the_rest, unsay
from ideas.actions.transaction import transaction
from ideas.actions.uses import take_back_verdicts
from ideas.actions.waves import take_back_label
from ideas.domain.clusters import ClusterState, RunState
from ideas.domain.decisions import ABOUT_PUBLICATION, DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, RefusedAmongSeveral, WrongState
from ideas.domain.events import EventKind
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.runs.bindings import read_bindings
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Constraint,
    Decision,
    Lineage,
    Membership,
    Review,
    ReviewMember,
    Run,
    RunCluster,
    Undo,
)
from ideas.store.visibility import Actor

DEPENDED_ON = N_("Une décision plus récente dépend de celle-ci : annulez-la d’abord.")

UNKNOWN = N_("Cette décision ne s’annule pas.")
UNDONE = N_("Cette décision a déjà été annulée.")


@transaction()
def undo_decision(decision_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Take back a decision about an idea, about subjects, or about the requests of ideas.

    Raises `WrongState` when what it changed was changed again since.
    """
    check_can_somewhere(actor, Permission.ANSWER)
    undo = db.session.get(Undo, decision_id)
    if undo is None:
        raise NotFound(UNKNOWN)
    decided = db.session.get_one(Decision, decision_id)
    if "handled" in undo.changes:
        return _undo_handling(decided, undo, actor=actor, now=now, note=note)
    if "flagged" in undo.changes:
        return _undo_flags(decided, undo, actor=actor, now=now, note=note)
    if "publication" in undo.changes:
        return _undo_publication(decision_id, actor=actor, now=now)
    if "redacted" in undo.changes:
        undoing = _record(decided, undo, Permission.MODERATE, actor=actor, now=now, note=note)
        take_back_redaction(undo.changes)
        told = unsay(EventKind.REDACTED, decision_id, now=now)
        tell(EventKind.UNREDACTED, told, by=actor.id, now=now, decision_id=undoing.id)
        return undoing
    if "wave" in undo.changes:
        undoing = _record(decided, undo, Permission.TRIAGE, actor=actor, now=now, note=note)
        if not take_back_label(decision_id, undo.changes):
            raise WrongState(DEPENDED_ON)
        return undoing
    picture = Picture(decided.campaign_id)
    undoing = _record(decided, undo, Permission.TRIAGE, actor=actor, now=now, note=note)
    _take_back(picture, undo.changes)
    db.session.flush()
    check(read_bindings(picture.campaign_id))
    return undoing


@transaction()
def undo_decisions(decision_ids: Iterable[int], *, actor: Actor, now: datetime) -> list[Decision]:
    """Take back what was decided about the publication of several ideas, all or none.

    Raises `NotFound`, `AlreadyDone`, or `RefusedAmongSeveral` with the decisions that something depends on.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    numbers = sorted(set(decision_ids))
    active = sa.select(Undo).where(Undo.decision_id.in_(numbers)).with_for_update()
    undos = {undo.decision_id: undo for undo in db.session.scalars(active.order_by(Undo.decision_id))}
    if len(undos) < len(numbers) or not all("publication" in undo.changes for undo in undos.values()):
        raise NotFound(UNKNOWN)
    if any(undo.undone_by_id is not None for undo in undos.values()):
        raise AlreadyDone(UNDONE)
    changes = {number: undo.changes for number, undo in undos.items()}
    take_back_publications(changes)
    undone = _record_all(numbers, actor=actor, now=now)
    for number, undoing in undone.items():
        undos[number].undone_by_id = undoing.id
    tell_taken_back(undone, changes, now)
    db.session.flush()
    return list(undone.values())


def _record_all(numbers: list[int], *, actor: Actor, now: datetime) -> dict[int, Decision]:
    """Add the decisions that take back those of these numbers."""
    decided = db.session.scalars(sa.select(Decision).where(Decision.id.in_(numbers)))
    given: dict[str, Any] = {"permission": Permission.MODERATE, "now": now}
    undone = {
        one.id: make_decision(
            DecisionKind.UNDO, actor, campaign_id=one.campaign_id, idea_id=one.idea_id, note=f"n° {one.id}", **given
        )
        for one in decided
    }
    record_all(undone.values())
    return undone


def _undo_publication(decision_id: int, *, actor: Actor, now: datetime) -> Decision:
    """Lead an idea back to where a moderator found it, the queue included."""
    try:
        (undoing,) = undo_decisions([decision_id], actor=actor, now=now)
    except RefusedAmongSeveral as several:
        raise several.refusals[decision_id] from None
    return undoing


def _undo_flags(decided: Decision, undo: Undo, *, actor: Actor, now: datetime, note: str) -> Decision:
    """Say again of ideas what was said of their data before a decision."""
    bodies = hold_flagged(undo.changes)
    for body in bodies:
        check_can(actor, Permission.ANSWER, Subject(decided.campaign_id, body))
    body = bodies.pop() if len(bodies) == 1 else None
    undoing = _record(decided, undo, Permission.ANSWER, actor=actor, now=now, note=note, producer_id=body)
    take_back_flags(undo.changes)
    return undoing


def _undo_handling(decided: Decision, undo: Undo, *, actor: Actor, now: datetime, note: str) -> Decision:
    """Lead the requests of ideas back to where a decision found them."""
    bodies = hold_bodies(undo.changes)
    permission = (
        Permission.MODERATE if {"replies", "uses", "comments", "edits"} & undo.changes.keys() else Permission.ANSWER
    )
    for body in bodies:
        check_can(actor, permission, Subject(decided.campaign_id, body))
    body = bodies.pop() if len(bodies) == 1 else None
    undoing = _record(decided, undo, permission, actor=actor, now=now, note=note, producer_id=body)
    take_back(decided.id, undo.changes, now)
    tell_the_rest(decided.id)
    bring_back_prepared(undo.changes, actor=actor, now=now)
    take_back_verdicts(undo.changes.get("uses", []))
    take_back_comments(undo.changes.get("comments", []))
    take_back_edits(undo.changes.get("edits", []))
    if unanswered := [number for number, before, after in undo.changes["handled"] if before[1] != after[1]]:
        tell(EventKind.REOPENED, unanswered, by=actor.id, now=now, decision_id=undoing.id)
    db.session.flush()
    return undoing


def _record(
    decided: Decision,
    undo: Undo,
    permission: Permission,
    *,
    actor: Actor,
    now: datetime,
    note: str,
    producer_id: int | None = None,
) -> Decision:
    db.session.refresh(undo)
    if undo.undone_by_id is not None:
        raise AlreadyDone(UNDONE)
    facts = {name: getattr(decided, name) for name in ("idea_id", "other_idea_id", "cluster_id", "campaign_id")}
    undoing = record_decision(
        DecisionKind.UNDO,
        actor,
        now=now,
        permission=permission,
        producer_id=producer_id,
        note=note or f"n° {decided.id}",
        **facts,
    )
    undo.undone_by_id = undoing.id
    return undoing


def _take_back(picture: Picture, changes: dict[str, Any]) -> None:
    if "acceptance" in changes:
        _take_back_run(picture, changes["acceptance"])
    elif changes["run"] != picture.run_id and any(changes.get(kind) for kind in ("places", "clusters", "born")):
        raise WrongState(DEPENDED_ON)
    for idea, before, after in reversed(changes.get("places", [])):
        _check_same(_read_place(picture.run_id, idea), after)
        write_place(picture.run_id, idea, before)
    _take_back_rows(picture, changes)
    for number, before, after in reversed(changes.get("clusters", [])):
        cluster = db.session.get_one(Cluster, number)
        _check_same({name: getattr(cluster, name) for name in FIELDS}, after)
        for name, value in before.items():
            setattr(cluster, name, ClusterState(value) if name == "state" else value)
    shown = RunCluster.cluster_id.in_(changes.get("shown", []))
    _delete(sa.delete(RunCluster).where(RunCluster.run_id == picture.run_id, shown))
    for number in changes.get("accepted", []):
        _check_empty(picture, number)
        db.session.get_one(Cluster, number).accepted_at = None
    for number in changes.get("born", []):
        _end_born(picture, number)
    bump(changes.get("touched", []))


def _take_back_rows(picture: Picture, changes: dict[str, Any]) -> None:
    for request, before, after in reversed(changes.get("parents", [])):
        row = db.session.get_one(RunCluster, (picture.run_id, request))
        _check_same(row.parent_id, after)
        row.parent_id = before
    for number, before, after in reversed(changes.get("retargeted", [])):
        constraint = db.session.get_one(Constraint, number)
        _check_same(constraint.cluster_id, after)
        constraint.cluster_id = before
    _stand_again(Constraint, Constraint.lifted_at, changes.get("lifted", []))
    _stand_again(Review, Review.ended_at, changes.get("ended", []))
    _forget(Constraint, Constraint.lifted_at, changes.get("constraints", []))
    reviews = changes.get("reviews", [])
    _delete(sa.delete(ReviewMember).where(ReviewMember.review_id.in_(reviews)))
    _forget(Review, Review.ended_at, reviews)
    _delete(sa.delete(Lineage).where(Lineage.id.in_(changes.get("lineage", []))))


def _stand_again(table: type, ended: sa.orm.InstrumentedAttribute[Any], numbers: list[int]) -> None:
    rows: list[Any] = list(db.session.scalars(sa.select(table).where(table.id.in_(numbers))))  # type: ignore[attr-defined]
    for row in rows:
        setattr(row, ended.key, None)
    db.session.flush()


def _forget(table: type, ended: sa.orm.InstrumentedAttribute[Any], numbers: list[int]) -> None:
    """Delete rows that the decision added; one that was ended since is told by whoever ended it."""
    own = table.id.in_(numbers)  # type: ignore[attr-defined]
    if db.session.scalar(sa.select(sa.func.count()).select_from(table).where(own, ended.is_(None))) != len(numbers):
        raise WrongState(DEPENDED_ON)
    _delete(sa.delete(table).where(own))


def _delete(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def _read_place(run_id: int | None, idea: int) -> list[Any] | None:
    columns = (getattr(Membership, name) for name in PLACE)
    row = db.session.execute(
        sa.select(*columns).where(Membership.run_id == run_id, Membership.idea_id == idea)
    ).one_or_none()
    return None if row is None else list(row)


def _check_same(now: object, then: object) -> None:
    if now != then:
        raise WrongState(DEPENDED_ON)


def _check_empty(picture: Picture, number: int) -> None:
    """Raise `WrongState` when a cluster holds an idea, or what somebody signed."""
    here = sa.or_(Membership.cluster_id == number, Membership.request_id == number)
    held = sa.select(Membership.idea_id).where(Membership.run_id == picture.run_id, here)
    active = sa.select(Review.id).where(Review.cluster_id == number, Review.ended_at.is_(None))
    if db.session.scalar(held.limit(1)) is not None or db.session.scalar(active.limit(1)) is not None:
        raise WrongState(DEPENDED_ON)


def _end_born(picture: Picture, number: int) -> None:
    """End a subject that the decision had made, once it is empty; its number is never given again."""
    _check_empty(picture, number)
    db.session.get_one(Cluster, number).dissolved_run_id = picture.run_id
    _delete(sa.delete(RunCluster).where(RunCluster.run_id == picture.run_id, RunCluster.cluster_id == number))


def _take_back_run(picture: Picture, acceptance: dict[str, Any]) -> None:
    """Show the picture before again; the proposal waits as it did."""
    if picture.run_id != acceptance["run"]:
        raise WrongState(DEPENDED_ON)
    later = sa.select(Undo.decision_id).join(Decision, Decision.id == Undo.decision_id)
    later = later.where(
        Decision.campaign_id == picture.campaign_id,
        Undo.decision_id > acceptance["decision"],
        Undo.undone_by_id.is_(None),
        Decision.kind.not_in(ABOUT_PUBLICATION),
    )
    if acceptance["previous"] is None or db.session.scalar(later.limit(1)) is not None:
        raise WrongState(DEPENDED_ON)
    db.session.get_one(Run, acceptance["run"]).state = RunState.SUPERSEDED
    db.session.get_one(Run, acceptance["previous"]).state = RunState.ACCEPTED
    db.session.get_one(Campaign, picture.campaign_id).current_run_id = acceptance["previous"]
    for numbers, values in (
        (acceptance["born"], {"accepted_at": None}),
        (acceptance["ended"], {"dissolved_run_id": None}),
    ):
        db.session.execute(sa.update(Cluster).where(Cluster.id.in_(numbers)).values(values))
    _delete(sa.delete(Lineage).where(Lineage.decision_id == acceptance["decision"]))
    picture.run_id = acceptance["previous"]
