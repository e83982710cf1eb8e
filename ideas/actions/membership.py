"""Putting ideas in a subject, or in none: they stay there, whatever later runs find."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from ideas.actions.picture import Expected, Picture
from ideas.actions.reviewing import find_ideas, find_subject, record
from ideas.actions.transaction import transaction
from ideas.domain.clusters import PLACED, ConstraintKind, ReviewKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, ContradictsDecisions, WrongState
from ideas.store.database import db
from ideas.store.models import Constraint, Decision, Idea
from ideas.store.queries.alone import is_left
from ideas.store.visibility import Actor

K, D = ConstraintKind, DecisionKind
ACTS = {K.MOVED: D.MOVE, K.PINNED: D.PIN}


@transaction()
def take_out(
    idea_ids: Collection[int], *, actor: Actor, now: datetime, note: str = "", expected: Expected = None
) -> Decision:
    """Leave ideas without subject, until a person puts them in one."""
    ideas, campaign_id = find_ideas(idea_ids, actor)
    picture = Picture(campaign_id, expected)
    if not set(ideas) - picture.bindings.out.keys():
        raise AlreadyDone(N_("Ces idées sont déjà sans sujet."))
    _check_free(ideas, None)
    # Of a single idea the register says which; of several, the subject they leave.
    left = {picture.subjects[idea] for idea in ideas if idea in picture.subjects}
    facts = {"idea_id": ideas[0] if len(ideas) == 1 else None, "cluster_id": left.pop() if len(left) == 1 else None}
    decision = record(D.TAKE_OUT, actor, picture, now, note=note, **facts)
    picture.place(ideas, None)
    for idea in sorted(set(ideas) - picture.bindings.out.keys()):
        picture.impose(decision, K.OUT, idea)
    return picture.keep(decision)


@transaction()
def leave_alone(idea_ids: Collection[int], *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Leave alone ideas that have no subject, having read them so; one taken out of a subject may be left too."""
    ideas, campaign_id = find_ideas(idea_ids, actor)
    picture = Picture(campaign_id)
    if any(idea in picture.subjects for idea in ideas):
        raise WrongState(N_("Une de ces idées est déjà dans un sujet."))
    new = sorted(set(ideas) - _list_left(ideas))
    if not new:
        raise AlreadyDone(N_("Ces idées sont déjà sans sujet."))
    # No subject is named: that is how one left alone is told from one that was taken out of a subject.
    one = new[0] if len(new) == 1 else None
    decision = record(D.TAKE_OUT, actor, picture, now, note=note, idea_id=one)
    picture.lift(sa.and_(Constraint.kind == K.OUT, Constraint.idea_id.in_(new)), now)
    for idea in new:
        picture.impose(decision, K.OUT, idea)
    return picture.keep(decision)


def _list_left(ideas: list[int]) -> set[int]:
    left = sa.select(Idea.id).where(Idea.id.in_(ideas), is_left())
    return set(db.session.scalars(left))


@transaction()
def _put(
    kind: ConstraintKind,
    idea_ids: Collection[int],
    cluster_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    expected: Expected = None,
) -> Decision:
    cluster = find_subject(cluster_id, actor)
    ideas, campaign_id = find_ideas(idea_ids, actor)
    if campaign_id != cluster.campaign_id:
        raise WrongState(N_("Ce sujet n’appartient pas à la même campagne."))
    picture = Picture(campaign_id, expected)
    if kind is K.PINNED and any(picture.subjects.get(idea) != cluster_id for idea in ideas):
        raise WrongState(N_("Cette idée n’est plus dans ce sujet."))
    new = _check_free(ideas, cluster_id)
    one = ideas[0] if len(ideas) == 1 else None
    decision = record(ACTS[kind], actor, picture, now, idea_id=one, cluster_id=cluster_id, note=note)
    picture.lift(sa.and_(Constraint.kind == K.OUT, Constraint.idea_id.in_(ideas)), now)
    picture.sign(cluster_id, ReviewKind.ANCHORS, set(picture.list_members(cluster_id)) - set(ideas), decision)
    picture.place(ideas, cluster_id)
    for idea in new:
        picture.impose(decision, kind, idea, cluster_id=cluster_id)
    return picture.keep(decision)


move = partial(_put, K.MOVED)
"""Put ideas in a subject, from another or from none: they stay with those that are in it now."""

pin = partial(_put, K.PINNED)
"""Fix ideas in the subject where they are, whatever later runs find."""


def _check_free(ideas: list[int], cluster_id: int | None) -> list[int]:
    """Return the ideas that no person has put there yet; raise when one put them elsewhere, or all of them there."""
    active = sa.select(Constraint).where(
        Constraint.idea_id.in_(ideas), Constraint.kind.in_(PLACED), Constraint.lifted_at.is_(None)
    )
    places = {one.idea_id: one for one in db.session.scalars(active)}
    elsewhere = sorted({one.decision_id for one in places.values() if one.cluster_id != cluster_id})
    if elsewhere:
        raise ContradictsDecisions(elsewhere)
    new = [idea for idea in ideas if idea not in places]
    if not new:
        raise AlreadyDone(N_("Cette consigne est déjà en vigueur."))
    return new
