"""What reviewers say of two ideas: together, apart, or no duplicates of each other; and what they say no more."""

from datetime import datetime

from ideas.actions.picture import Expected, Picture
from ideas.actions.reviewing import find_ideas, record
from ideas.actions.transaction import transaction
from ideas.domain.clusters import ConstraintKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, WrongState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.store.database import db
from ideas.store.models import Constraint, Decision
from ideas.store.visibility import Actor

K, D = ConstraintKind, DecisionKind


@transaction()
def keep_together(
    first_id: int, second_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None
) -> Decision:
    """Keep two ideas in one subject: the second comes to the first, unless a person put it where it is."""
    picture, decision = _bind_pair(
        K.TOGETHER, D.KEEP_TOGETHER, (first_id, second_id), actor=actor, now=now, note=note, expected=expected
    )
    one, other = first_id, second_id
    is_put = picture.bindings.signed.keys() | picture.bindings.put.keys()
    if picture.subjects.get(one) is None or (_follow(picture, other) & is_put and not _follow(picture, one) & is_put):
        one, other = other, one
    if (target := picture.subjects.get(one)) is not None:
        picture.place(_follow(picture, other), target)
    return picture.keep(decision)


@transaction()
def keep_apart(
    first_id: int, second_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None
) -> Decision:
    """Keep two ideas in different subjects; of two in one, the less bound to it waits alone for the next run."""
    picture, decision = _bind_pair(
        K.APART, D.KEEP_APART, (first_id, second_id), actor=actor, now=now, note=note, expected=expected
    )
    if picture.subjects.get(first_id) is not None and picture.subjects[first_id] == picture.subjects.get(second_id):
        is_put = picture.bindings.signed.keys() | picture.bindings.put.keys()
        leaving = first_id if _follow(picture, second_id) & is_put else second_id
        if not _follow(picture, leaving) & is_put:
            picture.place(_follow(picture, leaving), None)
    return picture.keep(decision)


@transaction()
def mark_distinct(
    first_id: int, second_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None
) -> Decision:
    """Say that two ideas are no duplicates: they are proposed no more for a merge, and may share a subject."""
    picture, decision = _bind_pair(
        K.DISTINCT, D.MARK_DISTINCT, (first_id, second_id), actor=actor, now=now, note=note, expected=expected
    )
    return picture.keep(decision)


@transaction()
def lift_constraint(constraint_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Free later runs from a decision; the decision itself stays in the register."""
    check_can_somewhere(actor, Permission.TRIAGE)
    constraint = db.session.get(Constraint, constraint_id)
    if constraint is None:
        raise NotFound(N_("Cette consigne n’existe pas."))
    picture = Picture(constraint.campaign_id)
    if not picture.lift(Constraint.id == constraint_id, now):
        raise AlreadyDone(N_("Cette consigne a déjà été levée."))
    facts = {name: getattr(constraint, name) for name in ("idea_id", "other_idea_id", "cluster_id")}
    return picture.keep(record(D.LIFT, actor, picture, now, note=note, **facts))


def _bind_pair(
    kind: ConstraintKind,
    act: DecisionKind,
    pair: tuple[int, int],
    *,
    actor: Actor,
    now: datetime,
    note: str,
    expected: Expected,
) -> tuple[Picture, Decision]:
    check_can_somewhere(actor, Permission.TRIAGE)
    if pair[0] == pair[1]:
        raise WrongState(N_("Choisissez deux idées différentes."))
    (first_id, second_id), campaign_id = find_ideas(pair, actor)
    picture = Picture(campaign_id, expected)
    bindings = picture.bindings
    active = {K.TOGETHER: bindings.together, K.APART: bindings.apart, K.DISTINCT: bindings.distinct}[kind]
    if any({one.one, one.other} == set(pair) for one in active):
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    decision = record(act, actor, picture, now, note=note, idea_id=first_id, other_idea_id=second_id)
    picture.impose(decision, kind, first_id, other_idea_id=second_id)
    return picture, decision


def _follow(picture: Picture, idea: int) -> set[int]:
    """Return an idea with all that is kept together with it."""
    found, waiting = {idea}, [idea]
    while waiting:
        here = waiting.pop()
        for pair in picture.bindings.together:
            if here in pair[:2]:
                new = set(pair[:2]) - found
                found |= new
                waiting.extend(new)
    return found & picture.published | {idea}
