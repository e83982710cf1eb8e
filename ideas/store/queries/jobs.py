"""Questions about the jobs: what the last one of a kind became, and which of them nobody works on."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.domain.jobs import DISAGREEMENT, JobState, Kind
from ideas.store.database import db
from ideas.store.models import Job


def find(job_id: int) -> Job | None:
    """Return the job of that number."""
    return db.session.get(Job, job_id)


def find_latest(kind: Kind, key: object) -> Job | None:
    """Return the job of a kind and key that was asked for last."""
    query = sa.select(Job).where(Job.kind == kind, Job.key == str(key))
    return db.session.scalar(query.order_by(Job.id.desc()).limit(1))


def list_neglected(*, now: datetime, since: timedelta) -> list[Job]:
    """List the jobs that have been due, or without a living holder, for longer than `since`."""
    waiting = sa.and_(Job.state == JobState.WAITING, Job.due_at < now - since)
    dead = sa.and_(
        Job.state == JobState.RUNNING,
        sa.or_(Job.lease_until < now - since, Job.lease_until > now + DISAGREEMENT),
    )
    return list(db.session.scalars(sa.select(Job).where(sa.or_(waiting, dead)).order_by(Job.id)))


def list_long(*, now: datetime, since: timedelta) -> list[Job]:
    """List the jobs that have run for longer than `since`."""
    long = sa.select(Job).where(Job.state == JobState.RUNNING, Job.started_at < now - since)
    return list(db.session.scalars(long.order_by(Job.id)))


def list_failed(*, now: datetime, since: timedelta) -> list[Job]:
    """List the jobs that were given up in the last `since` and not done since."""
    later = aliased(Job)
    done = sa.exists().where(
        later.kind == Job.kind, later.key == Job.key, later.id > Job.id, later.state == JobState.DONE
    )
    failed = sa.select(Job).where(Job.state == JobState.FAILED, Job.finished_at > now - since, ~done)
    return list(db.session.scalars(failed.order_by(Job.id)))


def count_live() -> dict[JobState, int]:
    """Return how many jobs wait and how many run."""
    states = (JobState.WAITING, JobState.RUNNING)
    rows = sa.select(Job.state, sa.func.count()).where(Job.state.in_(states)).group_by(Job.state)
    return dict.fromkeys(states, 0) | dict(db.session.execute(rows).all())
