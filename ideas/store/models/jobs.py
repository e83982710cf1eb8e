"""Jobs that the worker runs, and how each of them ended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.jobs import JobState, Kind, Phase
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of

IS_LIVE = sa.text("state IN ('waiting', 'running')")


class Job(Base):
    """Something asked for that nobody waits for; of a kind and key, one at most is live.

    `lease_owner` is drawn anew each time that the job is taken: whoever lost it can write nothing in its name.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", JobState),
        sa.CheckConstraint("progress >= 0 AND progress <= 1", name="progress_is_a_share"),
        sa.Index("uq_jobs_live", "kind", "key", unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
        sa.Index("ix_jobs_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(word_of(Kind, 30))
    key: Mapped[str] = mapped_column(sa.String(80))
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(word_of(JobState, 10), default=JobState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_owner: Mapped[str] = mapped_column(sa.String(32), default="")
    attempt_count: Mapped[int] = mapped_column(default=0)
    progress: Mapped[float] = mapped_column(default=0.0)
    phase: Mapped[Phase] = mapped_column(word_of(Phase, 20), default=Phase.BEGINNING)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
