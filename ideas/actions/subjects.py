"""What reviewers do with subjects: each act changes the public picture at once, and binds every later run.

An act is all or nothing: one decision, that `undo_decision` takes back. Whoever acts says which versions of the
subjects they read (`expected`): when one has changed since, they are told instead.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from ideas.actions.picture import Expected, Picture
from ideas.actions.reviewing import CHOOSE, find_ideas, find_subject, record
from ideas.actions.transaction import transaction
from ideas.domain.clusters import PLACED, ClusterState, ConstraintKind, Event, ReviewKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, WrongState
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.models import Cluster, Constraint, Decision
from ideas.store.visibility import Actor

LONGEST_NAME = 200
LEAST_GATHERED = 2
K, D = ConstraintKind, DecisionKind


@transaction()
def confirm(cluster_id: int, *, actor: Actor, now: datetime, note: str = "", expected: Expected = None) -> Decision:
    """Sign the members that a subject has now: they stay together, and whoever comes later is marked as new."""
    cluster = find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = set(picture.list_published(cluster_id))
    signed = {idea for idea, number in picture.bindings.confirmed.items() if number == cluster_id}
    if cluster.state is ClusterState.CONFIRMED and members == signed & picture.published:
        raise AlreadyDone(N_("Ce sujet est déjà confirmé."))
    decision = record(D.CONFIRM, actor, picture, now, cluster_id=cluster_id, note=note)
    picture.end_reviews(cluster_id, now, (ReviewKind.CONFIRMED, ReviewKind.BOUND))
    picture.sign(cluster_id, ReviewKind.CONFIRMED, members, decision)
    picture.edit(cluster, state=ClusterState.CONFIRMED)
    return picture.keep(decision)


@transaction()
def rename(cluster_id: int, name: str, *, actor: Actor, now: datetime, expected: Expected = None) -> Decision:
    """Give a subject a name, kept from run to run; an empty one gives it back that of the machine."""
    cluster = find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    name = _clean_name(name)
    decision = record(D.RENAME, actor, picture, now, cluster_id=cluster_id, note=name)
    picture.edit(cluster, name=name)
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
    cluster = find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = picture.list_members(cluster_id)
    leaving = [idea for group in groups for idea in group]
    if not leaving or not all(groups):
        raise WrongState(CHOOSE)
    if len(set(leaving)) < len(leaving) or not set(leaving) < set(members):
        raise WrongState(N_("Choisissez une partie des idées de ce sujet."))
    decision = record(D.SPLIT, actor, picture, now, cluster_id=cluster_id, note=note)
    for group in groups:
        given = _clean_name(name) if len(groups) == 1 else ""
        born = picture.add_subject(group, now=now, name=given, beside=set(members) - set(group))
        picture.retarget(group, cluster_id, born)
        picture.sign(born, ReviewKind.BOUND, group, decision)
        picture.tell(Event.SPLIT, born, cluster_id, decision)
    picture.sign(cluster_id, ReviewKind.BOUND, set(members) - set(leaving), decision)
    return picture.keep(decision)


@transaction()
def gather(
    idea_ids: Collection[int], *, actor: Actor, now: datetime, name: str = "", note: str = "", expected: Expected = None
) -> Decision:
    """Make a subject of ideas that have none, and keep them together."""
    ideas, campaign_id = find_ideas(idea_ids, actor)
    picture = Picture(campaign_id, expected)
    if len(ideas) < LEAST_GATHERED:
        raise WrongState(N_("Choisissez deux idées au moins."))
    if any(idea in picture.subjects for idea in ideas):
        raise WrongState(N_("Une de ces idées est déjà dans un sujet."))
    picture.lift(sa.and_(Constraint.kind == K.OUT, Constraint.idea_id.in_(ideas)), now)
    born = picture.add_subject(ideas, now=now, name=_clean_name(name))
    decision = record(D.GATHER, actor, picture, now, cluster_id=born, note=note)
    picture.sign(born, ReviewKind.BOUND, ideas, decision)
    picture.tell(Event.BORN, born, None, decision)
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
    into = find_subject(into_id, actor)
    picture = Picture(into.campaign_id, expected)
    others = [find_subject(number, actor) for number in sorted(set(other_ids) - {into_id})]
    if not others:
        raise WrongState(N_("Choisissez un autre sujet."))
    if {other.campaign_id for other in others} != {into.campaign_id}:
        raise WrongState(N_("Ce sujet n’appartient pas à la même campagne."))
    decision = record(D.JOIN, actor, picture, now, cluster_id=into_id, note=note)
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
    cluster = find_subject(cluster_id, actor)
    picture = Picture(cluster.campaign_id, expected)
    members = picture.list_members(cluster_id)
    decision = record(D.DISSOLVE, actor, picture, now, cluster_id=cluster_id, note=note)
    picture.lift(sa.and_(Constraint.cluster_id == cluster_id, Constraint.kind.in_(PLACED)), now)
    picture.end_reviews(cluster_id, now)
    picture.place(members, None)
    for idea in members:
        picture.impose(decision, K.OUT, idea)
    _end(picture, cluster, Event.DISSOLVED, None, decision)
    return picture.keep(decision)


def _take_in(picture: Picture, into_id: int, other: Cluster, decision: Decision) -> None:
    members = picture.list_members(other.id)
    picture.end_reviews(other.id, decision.decided_at)
    picture.retarget(members, other.id, into_id)
    picture.place(members, into_id)
    _end(picture, other, Event.JOINED, into_id, decision)


def _end(picture: Picture, cluster: Cluster, event: Event, other_id: int | None, decision: Decision) -> None:
    picture.edit(cluster, dissolved_run_id=picture.run_id)
    picture.tell(event, cluster.id, other_id, decision)


def _clean_name(name: str) -> str:
    name = one_line(clean_text(name))
    check_text(name, longest=LONGEST_NAME)
    return name
