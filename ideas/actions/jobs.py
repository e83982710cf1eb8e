"""Asking for work that nobody waits for, taking it, keeping it, and saying how it ended.

Our own table rather than a library of queues: a job is asked for in the transaction of the act that wants it, on
either database, one of a kind and key at a time, and is taken over when its holder dies. Libraries keep queues of
their own, and forget what a killed process had taken.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, WrongState
from ideas.domain.jobs import (
    ATTEMPTS,
    DISAGREEMENT,
    LEASE,
    PERMISSIONS,
    WAITS,
    WORKING,
    JobState,
    Kind,
    Phase,
    find_wait,
    is_held,
)
from ideas.domain.permissions import EVERYWHERE, Subject, check_can
from ideas.store.database import advisory_lock, db, reading, writing
from ideas.store.models import Job
from ideas.store.visibility import Actor

TAKEN_AWAY = N_("Ce travail a été repris par un autre processus.")
KILLED = "killed"


class LeaseLost(WrongState):
    """Somebody else took the job over: nothing may be written in its name."""


@dataclass(frozen=True)
class Lease:
    """A job that is ours while we renew it."""

    job_id: int
    owner: str
    kind: Kind
    key: str
    parameters: dict[str, Any]
    asked_by: int | None


@transaction(is_public=False)
def ask(
    kind: Kind,
    key: object,
    *,
    actor: Actor,
    now: datetime,
    subject: Subject = EVERYWHERE,
    parameters: dict[str, Any] | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Ask for a job, and return it; the one that is live already when there is one. Raises `NotAllowed`."""
    check_can(actor, PERMISSIONS[kind], subject)
    job = Job(
        kind=kind,
        key=str(key),
        parameters=parameters or {},
        asked_at=now,
        asked_by=actor.id,
        due_at=due_at or now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        job = db.session.scalars(_live(kind, key)).one()
    return job


@transaction(is_public=False)
def begin(kind: Kind, key: object, *, actor: Actor, now: datetime, parameters: dict[str, Any] | None = None) -> Lease:
    """Take a job now, asked for before or not; raises `WrongState` while somebody alive works on it."""
    check_can(actor, PERMISSIONS[kind], EVERYWHERE)
    advisory_lock(f"job {kind} {key}")
    job = db.session.scalar(_live(kind, key).with_for_update())
    if job is not None and job.state == JobState.RUNNING and is_held(job.lease_until, now):
        raise WrongState(WORKING[kind])
    if job is None:
        job = Job(kind=kind, key=str(key), asked_at=now, due_at=now, attempt_count=0)
        db.session.add(job)
    job.asked_by, job.parameters = actor.id, parameters or {}
    job.attempt_count += 1
    for name, value in _taken(now).items():
        setattr(job, name, value)
    db.session.flush()
    return _lease_of(job)


def claim_next(*, now: datetime) -> Lease | None:
    """Take the job that has been due for longest, or whose holder died; one that killed too many is given up."""
    waiting = sa.and_(Job.state == JobState.WAITING, _is_due(now))
    dead = sa.and_(Job.state == JobState.RUNNING, _is_free(now))
    with reading():  # a look every second keeps no writer waiting
        if db.session.scalar(sa.select(Job.id).where(sa.or_(waiting, dead)).limit(1)) is None:
            return None
    return _claim(waiting, dead, now)


@transaction(is_public=False)
def _claim(waiting: sa.ColumnElement[bool], dead: sa.ColumnElement[bool], now: datetime) -> Lease | None:
    ended = {"state": JobState.FAILED, "error": KILLED, "finished_at": now, "lease_owner": ""}
    _update(sa.update(Job).where(dead, Job.attempt_count >= ATTEMPTS).values(**ended))
    free = sa.or_(waiting, sa.and_(dead, Job.attempt_count < ATTEMPTS))
    first = sa.select(Job.id).where(free).order_by(Job.due_at, Job.id).limit(1).scalar_subquery()
    taking = sa.update(Job).where(Job.id == first, free).values(attempt_count=Job.attempt_count + 1, **_taken(now))
    row = _update(taking.returning(*Job.__table__.c)).one_or_none()
    return _lease_of(row) if row is not None else None


def find_lease(job_id: int, owner: str) -> Lease:
    """Return the lease that another process took for us; raises `LeaseLost` when it is no longer ours."""
    with reading():
        job = db.session.scalar(sa.select(Job).where(*_is_ours(job_id, owner)))
        if job is None:
            raise LeaseLost(TAKEN_AWAY)
        return _lease_of(job)


def renew(engine: sa.Engine, lease: Lease, *, now: datetime, progress: float, phase: Phase) -> bool:
    """Keep a job for another while and note how far it is; False when it is no longer ours.

    It has a connection of its own: the thread that calls it shares no session with the one that works.
    """
    kept = sa.update(Job).where(*_is_ours(lease.job_id, lease.owner))
    values = {"lease_until": now + LEASE, "progress": progress, "phase": phase}
    with writing(), engine.begin() as connection:
        return bool(connection.execute(kept.values(**values)).rowcount)


@transaction(is_public=False)
def finish(lease: Lease, *, now: datetime, outcome: dict[str, Any]) -> None:
    """Note, in the transaction of what is done, that it is done, or raise `LeaseLost`."""
    values = {"state": JobState.DONE, "progress": 1.0, "outcome": outcome, "error": "", "finished_at": now}
    if not _leave(lease, **values):
        raise LeaseLost(TAKEN_AWAY)


@transaction(is_public=False)
def give_up(lease: Lease, *, now: datetime, error: str, is_final: bool) -> None:
    """Note why a job failed; unless it is final it waits for its next attempt, when one is left."""
    job = db.session.get_one(Job, lease.job_id, populate_existing=True)
    wait = None if is_final else find_wait(job.attempt_count)
    if wait is None:
        _leave(lease, state=JobState.FAILED, error=error, finished_at=now)
    else:
        _leave(lease, state=JobState.WAITING, error=error, due_at=now + wait)


@transaction(is_public=False)
def release(lease: Lease, *, now: datetime) -> None:
    """Leave a job to whoever works next, as if it had not been tried: our process is told to stop."""
    _leave(lease, state=JobState.WAITING, due_at=now, attempt_count=Job.attempt_count - 1)


def is_live(kind: Kind, key: object) -> bool:
    """Tell whether a job of a kind and key waits or runs."""
    return db.session.scalar(_live(kind, key)) is not None


def _live(kind: Kind, key: object) -> sa.Select[Job]:
    live = (JobState.WAITING, JobState.RUNNING)
    return sa.select(Job).where(Job.kind == kind, Job.key == str(key), Job.state.in_(live))


def _taken(now: datetime) -> dict[str, Any]:
    return {
        "state": JobState.RUNNING,
        "lease_owner": secrets.token_hex(16),
        "lease_until": now + LEASE,
        "started_at": now,
        "progress": 0.0,
        "phase": Phase.BEGINNING,
    }


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Say that a job's time has come, or was written by a clock that has gone back since."""
    too_late = sa.case((Job.attempt_count == 0, Job.asked_at), else_=Job.due_at)
    return sa.or_(Job.due_at <= now, too_late > now + max(WAITS) + DISAGREEMENT)


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Job.lease_until.is_(None), Job.lease_until <= now, Job.lease_until > now + DISAGREEMENT)


def _is_ours(job_id: int, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.id == job_id, Job.lease_owner == owner, Job.state == JobState.RUNNING


def _leave(lease: Lease, **values: Any) -> bool:
    left = {"lease_owner": "", "lease_until": None, **values}
    done = _update(sa.update(Job).where(*_is_ours(lease.job_id, lease.owner)).values(**left))
    return bool(done.rowcount)


def _update(statement: Any) -> Any:
    return db.session.execute(statement.execution_options(synchronize_session=False))


def _lease_of(job: Any) -> Lease:
    return Lease(job.id, job.lease_owner, job.kind, job.key, dict(job.parameters), job.asked_by)
