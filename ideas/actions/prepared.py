"""Answers that are written first and published later: several in one act, or one by the worker at a given hour."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.answers import Reply, answer, complete_reply
from ideas.actions.families import lock_families
from ideas.actions.handled import MOVED, About, Handled
from ideas.actions.telling import draw_act
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, Invalid, NotFound, RefusedAmongSeveral, RuleBroken, WrongState
from ideas.domain.handling import Handling
from ideas.domain.jobs import JobState, Kind
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.store.database import db
from ideas.store.models import Answer, Decision, HandlingStep, Job, PreparedAnswer, PreparedIdea, Undo
from ideas.store.visibility import Actor

# Of a prepared answer, what the answer that it becomes does not say: numbers alone, since words may be taken out of it.
NOT_SAID = ("cluster_id", "body_id", "producer_id")
GONE = N_("Cette réponse préparée n’existe plus : elle a été publiée ou supprimée.")


@transaction(is_public=False)
def prepare_answer(
    about: About,
    outcome: Handling,
    reply: Reply,
    *,
    actor: Actor,
    now: datetime,
    due_at: datetime | None = None,
    replacing: int | None = None,
) -> PreparedAnswer:
    """Keep an answer for some ideas, to be published later; `replacing` is the one that is written anew.

    Raises `Invalid` with every field that lacks or is wrong, `NotFound`, `NotAllowed`, or `WrongState` when the ideas
    are not as they were read.
    """
    handled = Handled(about, actor)
    handled.check(outcome)
    reply = _complete(handled, outcome, reply, now, due_at)
    row = _find(replacing, actor) if replacing is not None else PreparedAnswer(campaign_id=handled.campaign_id)
    written = {"outcome": outcome, "due_at": due_at, "person_id": actor.id, "prepared_at": now, **asdict(reply)}
    numbers = [idea.id for idea in handled.ideas]
    placed = {"cluster_id": about.cluster_id, "body_id": handled.body_id, "seen_step": _find_last_step(numbers)}
    for name, value in {**written, **placed}.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    db.session.execute(sa.delete(PreparedIdea).where(PreparedIdea.prepared_id == row.id))
    db.session.execute(sa.insert(PreparedIdea), [{"prepared_id": row.id, "idea_id": number} for number in numbers])
    _ask(row, actor, now)
    return row


@transaction(is_public=False)
def remove_prepared(number: int, *, actor: Actor) -> None:
    """Throw a prepared answer away; the job that was to publish it will find nothing to do. Raises `NotFound`."""
    db.session.delete(_find(number, actor))


@transaction()
def publish_prepared(
    numbers: Collection[int], *, actor: Actor, now: datetime, seen_at: datetime | None = None
) -> list[Decision]:
    """Publish prepared answers in one act: all or none, and nobody is told twice.

    Raises `RefusedAmongSeveral` with why each of those that cannot be published cannot: one that was written anew
    after `seen_at` is among them.
    """
    check_can_somewhere(actor, Permission.ANSWER)
    if not numbers:
        raise WrongState(N_("Cochez une réponse au moins."))
    _hold_ideas(numbers)
    act, decisions, refusals = draw_act(), list[Decision](), dict[int, RuleBroken]()
    for number in sorted(set(numbers)):
        try:
            decisions.append(_publish(number, act, actor=actor, now=now, seen_at=seen_at))
        except RuleBroken as refusal:
            refusals[number] = _say_first(refusal)
    if refusals:
        raise RefusedAmongSeveral(refusals)
    return decisions


@transaction()
def publish_due(lease: jobs.Lease, *, actor: Actor, now: datetime) -> None:
    """Publish the prepared answer that a job is about, if it is still there and still due.

    That it is published and that the job is done are one commit. Raises why it cannot be published.
    """
    _hold_ideas([int(lease.key)])
    row = db.session.get(PreparedAnswer, int(lease.key), with_for_update=True, populate_existing=True)
    due_at = row.due_at if row is not None else None
    if due_at is None or due_at > now:
        jobs.finish(lease, now=now, outcome={})
        if row is not None:
            _ask(row, actor, now)
        return
    try:
        (decision,) = publish_prepared([int(lease.key)], actor=actor, now=now)
    except RefusedAmongSeveral as refused:
        raise refused.refusals[int(lease.key)] from None
    jobs.finish(lease, now=now, outcome={"decision": decision.id})


@transaction()
def _publish(number: int, act: str, *, actor: Actor, now: datetime, seen_at: datetime | None) -> Decision:
    row = _find(number, actor)
    if seen_at is not None and row.prepared_at > seen_at:
        raise WrongState(N_("Cette réponse a été modifiée depuis que vous l’avez relue."))
    ideas = _list_ideas([number]).get(number, [])
    reply = Reply(**{field.name: getattr(row, field.name) for field in fields(Reply)})
    about = About(ideas, row.cluster_id, seen_step=row.seen_step)
    decision = answer(about, row.outcome, reply, actor=actor, now=now, act=act)
    undo = db.session.get_one(Undo, decision.id)
    undo.changes = {**undo.changes, "prepared": {name: getattr(row, name) for name in NOT_SAID}}
    db.session.delete(row)
    db.session.flush()
    return decision


def bring_back_prepared(changes: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Prepare again, with no hour, the answer that a decision had published and that is taken back."""
    if (kept := changes.get("prepared")) is None:
        return
    numbers = [number for number, _before, _after in changes["handled"]]
    said = db.session.get_one(Answer, changes["handled"][0][2][MOVED.index("answer_id")])
    columns = {field.name: getattr(said, field.name) for field in fields(Reply)} | {"outcome": said.outcome, **kept}
    dated = {"person_id": actor.id, "prepared_at": now, "seen_step": _find_last_step(numbers)}
    row = PreparedAnswer(campaign_id=said.campaign_id, **columns, **dated)
    db.session.add(row)
    db.session.flush()
    db.session.execute(sa.insert(PreparedIdea), [{"prepared_id": row.id, "idea_id": number} for number in numbers])


def _hold_ideas(numbers: Collection[int]) -> None:
    """Hold the ideas of prepared answers before these: whoever writes one anew takes them in this order too."""
    if ideas := {idea for own in _list_ideas(numbers).values() for idea in own}:
        lock_families(*sorted(ideas))


def _find(number: int, actor: Actor) -> PreparedAnswer:
    """Hold a prepared answer; raises `NotFound`, or `NotAllowed` for somebody of another campaign or body."""
    row = db.session.get(PreparedAnswer, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(GONE)
    check_can(actor, Permission.ANSWER, Subject(row.campaign_id, row.body_id))
    return row


def _complete(handled: Handled, outcome: Handling, reply: Reply, now: datetime, due_at: datetime | None) -> Reply:
    """Return a reply that can be published at its hour, or raise `Invalid`."""
    errors: dict[str, RuleBroken] = {}
    if due_at is not None and due_at <= now:
        errors["due_at"] = RuleBroken(N_("Donnez un jour et une heure à venir, ou videz ce champ."))
    try:
        reply = complete_reply(handled, outcome, reply, due_at if due_at and due_at > now else now)
    except Invalid as invalid:
        errors = {**invalid.errors, **errors}
    if errors:
        raise Invalid(errors)
    return replace(reply, producer_id=None) if reply.producer_id == handled.body_id else reply


def _find_last_step(idea_ids: Iterable[int]) -> int:
    newest = sa.select(sa.func.max(HandlingStep.id)).where(HandlingStep.idea_id.in_(idea_ids))
    return db.session.scalar(newest) or 0


def _list_ideas(numbers: Iterable[int]) -> dict[int, list[int]]:
    """Return the ideas of each of these prepared answers."""
    query = sa.select(PreparedIdea.prepared_id, PreparedIdea.idea_id).where(PreparedIdea.prepared_id.in_(numbers))
    ideas: dict[int, list[int]] = {}
    for number, idea_id in db.session.execute(query.order_by(PreparedIdea.prepared_id, PreparedIdea.idea_id)):
        ideas.setdefault(number, []).append(idea_id)
    return ideas


def _ask(row: PreparedAnswer, actor: Actor, now: datetime) -> None:
    """Ask the worker to publish an answer at its hour; one asked for already waits for the new one."""
    if row.due_at is None:
        return
    subject = Subject(row.campaign_id, row.body_id)
    job = jobs.ask(Kind.PUBLISH_ANSWER, row.id, actor=actor, now=now, subject=subject, due_at=row.due_at)
    waits = sa.update(Job).where(Job.id == job.id, Job.state == JobState.WAITING)
    anew = {"due_at": row.due_at, "asked_at": now, "asked_by": actor.id, "attempt_count": 0}
    db.session.execute(waits.values(**anew).execution_options(synchronize_session=False))


def _say_first(refusal: RuleBroken) -> RuleBroken:
    """Return what stands in the way in one sentence: of several fields, the first."""
    return next(iter(refusal.errors.values())) if isinstance(refusal, Invalid) else refusal
