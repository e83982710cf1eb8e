"""Running a job that was taken, whatever its kind, and noting how it ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ideas.actions import jobs
from ideas.actions.editions import publish_edition
from ideas.actions.file_imports import work_on_file
from ideas.actions.prepared import publish_due
from ideas.actions.regrouping import Tell, regroup
from ideas.actions.transaction import abandon_act
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import NotAllowed, RuleBroken
from ideas.domain.jobs import Kind
from ideas.domain.permissions import REFUSED, Appointment
from ideas.operations.heartbeat import Heartbeat
from ideas.store import queries
from ideas.store.database import db
from ideas.store.visibility import Actor

_log = logging.getLogger(__name__)


class Means(NamedTuple):
    """What jobs work with: the clock, the folder of the installation, the Dask scheduler when there is one."""

    clock: Callable[[], datetime]
    var: str
    dask: str | None = None


def run_now(
    kind: Kind, key: object, means: Means, *, actor: Actor, parameters: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Take a job and do it here, while somebody waits; return its outcome. Raises `WrongState` while another works."""
    lease = jobs.begin(kind, key, actor=actor, now=means.clock(), parameters=parameters)
    run_job(lease, means, is_last=True)
    done = queries.jobs.find(lease.job_id)
    return done.outcome if done is not None else {}


def run_job(lease: jobs.Lease, means: Means, *, is_last: bool = False) -> None:
    """Do what a job asks for, its lease renewed meanwhile; what stops it is noted, and raised again.

    A rule that says no ends it for good. Anything else may go better at the next attempt, unless this `is_last`. A
    process that is told to stop leaves the job to the next one.
    """
    try:
        with Heartbeat(db.engine, lease, means.clock) as heartbeat:
            _run(lease, means, heartbeat.tell)
    except (RuleBroken, KeyboardInterrupt) as stopped:
        jobs.give_up(lease, now=means.clock(), error=str(stopped) or "interrupted", is_final=True)
        raise
    except Exception as error:
        if not is_last:
            _log.exception("job %s, %s of %s", lease.job_id, lease.kind, lease.key)
        jobs.give_up(lease, now=means.clock(), error=type(error).__name__, is_final=is_last)
        raise
    except BaseException:
        jobs.release(lease, now=means.clock())
        raise


def _run(lease: jobs.Lease, means: Means, tell: Tell) -> None:
    try:
        RUNNERS[lease.kind](lease, means, tell)
    finally:
        abandon_act()  # what it read since, or could not finish, must not keep the last beat waiting


def _regroup(lease: jobs.Lease, means: Means, tell: Tell) -> None:
    regroup(int(lease.key), now=means.clock(), dask=means.dask, lease=lease, tell=tell, **lease.parameters)


def _publish_edition(lease: jobs.Lease, means: Means, _tell: Tell) -> None:
    publish_edition(int(lease.key), actor=_find_actor(lease), now=means.clock(), var=means.var, lease=lease)


def _publish_answer(lease: jobs.Lease, means: Means, _tell: Tell) -> None:
    publish_due(lease, actor=_find_actor(lease), now=means.clock())


def _import_file(lease: jobs.Lease, means: Means, tell: Tell) -> None:
    given = {"lease": lease, "tell": tell, **lease.parameters}
    work_on_file(int(lease.key), actor=_find_actor(lease), now=means.clock(), var=means.var, **given)


@dataclass(frozen=True)
class Asker:
    """Whoever asked for a job, with the rights they have now."""

    id: int
    role: Role
    appointments: tuple[Appointment, ...]


def _find_actor(lease: jobs.Lease) -> Actor:
    if lease.asked_by is None:
        return Operator()
    person = queries.people.find(lease.asked_by)
    if person is None or person.suspended_at is not None:
        raise NotAllowed(REFUSED)
    held = (Appointment(one.role, one.campaign_id, one.producer_id) for one in person.appointments)
    return Asker(person.id, person.role, tuple(held))


RUNNERS: dict[Kind, Callable[[jobs.Lease, Means, Tell], None]] = {
    Kind.REGROUP: _regroup,
    Kind.PUBLISH_EDITION: _publish_edition,
    Kind.IMPORT_FILE: _import_file,
    Kind.PUBLISH_ANSWER: _publish_answer,
}
