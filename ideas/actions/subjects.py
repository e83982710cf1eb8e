"""What reviewers do with subjects: each act changes the public picture at once, and binds every later run.

An act is all or nothing: one decision, that `undo_decision` takes back. Whoever acts says which versions of the
subjects they read (`expected`): when one has changed since, they are told instead.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.picture import Expected, Picture, find_living
from ideas.actions.transaction import transaction
from ideas.domain.clusters import PLACED, ClusterState, ConstraintKind, Event, ReviewKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, ContradictsDecisions, NotFound, WrongState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Cluster, Constraint, Decision, Idea
from ideas.store.visibility import Actor, visible_to

LONGEST_NAME = 200
K, D = ConstraintKind, DecisionKind
CHOOSE = N_("Choisissez une idée au moins.")


@transaction()
def confirm(cluster_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None) -> Decision:
    """Sign the members that a subject has now: they stay together, and whoever comes later is marked as new."""
    cluster = _find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = set(picture.list_published(cluster_id))
    signed = {idea for idea, number in picture.bindings.confirmed.items() if number == cluster_id}
    if cluster.state is ClusterState.CONFIRMED and members == signed & picture.published:
        raise AlreadyDone(N_("Ce sujet est déjà confirmé."))
    decision = _record(D.CONFIRM, actor, picture, now, cluster_id=cluster_id, note=note)
    picture.end_reviews(cluster_id, now, (ReviewKind.CONFIRMED, ReviewKind.BOUND))
    picture.sign(cluster_id, ReviewKind.CONFIRMED, members, decision)
    picture.edit(cluster, state=ClusterState.CONFIRMED)
    return picture.keep(decision)


@transaction()
def rename(cluster_id: int, name: str, *, actor: Actor, now: datetime, expected: Expected = None) -> Decision:
    """Give a subject a name, kept from run to run; an empty one gives it back that of the machine."""
    cluster = _find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    name = _clean_name(name)
    decision = _record(D.RENAME, actor, picture, now, cluster_id=cluster_id, note=name)
    picture.edit(cluster, name=name)
    return picture.keep(decision)


@transaction()
def move(
    idea_ids: Collection[int],
    cluster_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    expected: Expected = None,
) -> Decision:
    """Put ideas in a subject, from another or from none: they stay with those that are in it now."""
    return _put(K.MOVED, D.MOVE, idea_ids, cluster_id, actor=actor, now=now, note=note, expected=expected)


@transaction()
def pin(
    idea_ids: Collection[int],
    cluster_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    expected: Expected = None,
) -> Decision:
    """Fix ideas in the subject where they are, whatever later runs find."""
    return _put(K.PINNED, D.PIN, idea_ids, cluster_id, actor=actor, now=now, note=note, expected=expected)


@transaction()
def take_out(
    idea_ids: Collection[int], *, actor: Actor, now: datetime, note: str = "", expected: Expected = None
) -> Decision:
    """Leave ideas without subject, until a person puts them in one."""
    ideas, campaign_id = _find_ideas(idea_ids, actor)
    picture = Picture(campaign_id, expected)
    if not set(ideas) - picture.bindings.out.keys():
        raise AlreadyDone(N_("Ces idées sont déjà sans sujet."))
    _check_free(ideas, None)
    # Of a single idea the register says which; of several, the subject they leave.
    left = {picture.subjects[idea] for idea in ideas if idea in picture.subjects}
    facts = {"idea_id": ideas[0] if len(ideas) == 1 else None, "cluster_id": left.pop() if len(left) == 1 else None}
    decision = _record(D.TAKE_OUT, actor, picture, now, note=note, **facts)
    picture.place(ideas, None)
    for idea in sorted(set(ideas) - picture.bindings.out.keys()):
        picture.impose(decision, K.OUT, idea)
    return picture.keep(decision)


@transaction()
def split(
    cluster_id: int,
    groups: Sequence[Collection[int]],
    *,
    actor: Actor,
    now: datetime,
    name: str = "",
    note: str = "",
    expected: Expected = None,
) -> Decision:
    """Make a new subject of each group of a subject's ideas; what is left keeps the number, and all stay as they are.

    `name` is for the new subject, when there is one only.
    """
    cluster = _find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = picture.list_members(cluster_id)
    leaving = [idea for group in groups for idea in group]
    if not leaving or not all(groups):
        raise WrongState(CHOOSE)
    if len(set(leaving)) < len(leaving) or not set(leaving) < set(members):
        raise WrongState(N_("Choisissez une partie des idées de ce sujet."))
    decision = _record(D.SPLIT, actor, picture, now, cluster_id=cluster_id, note=note)
    for group in groups:
        given = _clean_name(name) if len(groups) == 1 else ""
        born = picture.add_subject(group, now=now, name=given, beside=set(members) - set(group))
        picture.retarget(group, cluster_id, born)
        picture.sign(born, ReviewKind.BOUND, group, decision)
        picture.tell(Event.SPLIT, born, cluster_id, decision)
    picture.sign(cluster_id, ReviewKind.BOUND, set(members) - set(leaving), decision)
    return picture.keep(decision)


@transaction()
def join(
    into_id: int,
    other_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    expected: Expected = None,
) -> Decision:
    """Put all the ideas of other subjects in one, and keep them there together; the others end."""
    into = _find_subject(into_id, actor)
    picture = Picture(into.campaign_id, expected)
    others = [_find_subject(number, actor) for number in sorted(set(other_ids) - {into_id})]
    if not others:
        raise WrongState(N_("Choisissez un autre sujet."))
    if {other.campaign_id for other in others} != {into.campaign_id}:
        raise WrongState(N_("Ce sujet n’appartient pas à la même campagne."))
    decision = _record(D.JOIN, actor, picture, now, cluster_id=into_id, note=note)
    are_confirmed = all(one.state is ClusterState.CONFIRMED for one in (into, *others))
    numbers = {into_id, *(other.id for other in others)}
    seen = {idea for idea, number in picture.bindings.confirmed.items() if number in numbers}
    for other in others:
        _take_in(picture, into_id, other, decision)
    if are_confirmed:
        picture.end_reviews(into_id, now, (ReviewKind.CONFIRMED,))
        picture.sign(into_id, ReviewKind.CONFIRMED, seen, decision)
    picture.end_reviews(into_id, now, (ReviewKind.BOUND,))
    picture.sign(into_id, ReviewKind.BOUND, picture.list_members(into_id), decision)
    return picture.keep(decision)


@transaction()
def dissolve(cluster_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None) -> Decision:
    """End a subject: its ideas are left without one, until a person puts them in another."""
    cluster = _find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = picture.list_members(cluster_id)
    decision = _record(D.DISSOLVE, actor, picture, now, cluster_id=cluster_id, note=note)
    picture.lift(sa.and_(Constraint.cluster_id == cluster_id, Constraint.kind.in_(PLACED)), now)
    picture.end_reviews(cluster_id, now)
    picture.place(members, None)
    for idea in members:
        picture.impose(decision, K.OUT, idea)
    _end(picture, cluster, Event.DISSOLVED, None, decision)
    return picture.keep(decision)


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
    return picture.keep(_record(D.LIFT, actor, picture, now, note=note, **facts))


def _put(
    kind: ConstraintKind,
    act: DecisionKind,
    idea_ids: Collection[int],
    cluster_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str,
    expected: Expected,
) -> Decision:
    cluster = _find_subject(cluster_id, actor)
    ideas, campaign_id = _find_ideas(idea_ids, actor)
    if campaign_id != cluster.campaign_id:
        raise WrongState(N_("Ce sujet n’appartient pas à la même campagne."))
    picture = Picture(campaign_id, expected)
    if kind is K.PINNED and any(picture.subjects.get(idea) != cluster_id for idea in ideas):
        raise WrongState(N_("Cette idée n’est plus dans ce sujet."))
    new = _check_free(ideas, cluster_id)
    one = ideas[0] if len(ideas) == 1 else None
    decision = _record(act, actor, picture, now, idea_id=one, cluster_id=cluster_id, note=note)
    picture.lift(sa.and_(Constraint.kind == K.OUT, Constraint.idea_id.in_(ideas)), now)
    picture.sign(cluster_id, ReviewKind.ANCHORS, set(picture.list_members(cluster_id)) - set(ideas), decision)
    picture.place(ideas, cluster_id)
    for idea in new:
        picture.impose(decision, kind, idea, cluster_id=cluster_id)
    return picture.keep(decision)


def _check_free(ideas: list[int], cluster_id: int | None) -> list[int]:
    """Return the ideas that no person has put there yet; raise when one put them elsewhere, or all of them there."""
    standing = sa.select(Constraint).where(
        Constraint.idea_id.in_(ideas), Constraint.kind.in_(PLACED), Constraint.lifted_at.is_(None)
    )
    places = {one.idea_id: one for one in db.session.scalars(standing)}
    elsewhere = sorted({one.decision_id for one in places.values() if one.cluster_id != cluster_id})
    if elsewhere:
        raise ContradictsDecisions(elsewhere)
    new = [idea for idea in ideas if idea not in places]
    if not new:
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    return new


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
    (first_id, second_id), campaign_id = _find_ideas(pair, actor)
    picture = Picture(campaign_id, expected)
    bindings = picture.bindings
    standing = {K.TOGETHER: bindings.together, K.APART: bindings.apart, K.DISTINCT: bindings.distinct}[kind]
    if any({one.one, one.other} == set(pair) for one in standing):
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    decision = _record(act, actor, picture, now, note=note, idea_id=first_id, other_idea_id=second_id)
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


def _take_in(picture: Picture, into_id: int, other: Cluster, decision: Decision) -> None:
    members = picture.list_members(other.id)
    picture.end_reviews(other.id, decision.decided_at)
    picture.retarget(members, other.id, into_id)
    picture.place(members, into_id)
    _end(picture, other, Event.JOINED, into_id, decision)


def _end(picture: Picture, cluster: Cluster, event: Event, other_id: int | None, decision: Decision) -> None:
    picture.edit(cluster, dissolved_run_id=picture.run_id)
    picture.tell(event, cluster.id, other_id, decision)


def _find_subject(cluster_id: int, actor: Actor) -> Cluster:
    check_can_somewhere(actor, Permission.TRIAGE)
    return find_living(cluster_id)


def _find_ideas(idea_ids: Collection[int], actor: Actor) -> tuple[list[int], int]:
    """Return the numbers of published ideas, sorted, and their campaign; raise why nothing can be done with them."""
    check_can_somewhere(actor, Permission.TRIAGE)
    numbers = sorted(set(idea_ids))
    if not numbers:
        raise WrongState(CHOOSE)
    rows = db.session.execute(
        sa.select(Idea.id, Idea.campaign_id, Idea.publication).where(Idea.id.in_(numbers), visible_to(actor))
    ).all()
    if len(rows) < len(numbers):
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if any(row.publication != Publication.PUBLISHED for row in rows):
        raise WrongState(N_("Cette idée n’est pas en ligne : elle n’entre dans aucun sujet."))
    if len({row.campaign_id for row in rows}) > 1:
        raise WrongState(N_("Ces deux idées n’appartiennent pas à la même campagne."))
    return numbers, rows[0].campaign_id


def _clean_name(name: str) -> str:
    name = one_line(clean_text(name))
    check_text(name, longest=LONGEST_NAME)
    return name


def _record(kind: DecisionKind, actor: Actor, picture: Picture, now: datetime, **facts: Any) -> Decision:
    campaign_id, permission = picture.campaign_id, Permission.TRIAGE
    return record_decision(kind, actor, campaign_id=campaign_id, now=now, permission=permission, **facts)
