"""What the pages of triage share: a subject found by its number, what runs measured, where the last one stands."""

from datetime import datetime, timedelta
from typing import TypedDict

from flask import g
from flask_babel import gettext

from ideas.domain.errors import N_
from ideas.domain.jobs import PHASE_NAMES, JobState
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Job, Run
from ideas.store.queries.subjects import FoundSubject
from ideas.web.subjects.presentation import name_subjects

SOON = timedelta(minutes=1)  # within which a worker takes what is asked for

FIGURES = (
    ("pair_precision", N_("Paires proposées que l’équipe accepte (précision)")),
    ("pair_recall", N_("Paires acceptées que la machine trouve (rappel)")),
    ("adjusted_rand", N_("Accord au-delà du hasard (Rand ajusté)")),
    ("acts_per_text", N_("Gestes par idée pour arriver au classement accepté")),
)


def make_figures(run: Run | None) -> list[tuple[str, float]]:
    """Return how near a run came to what reviewers had accepted, when they had accepted anything."""
    quality = run.quality if run else {}
    return [(gettext(name), quality[key]) for key, name in FIGURES if key in quality]


class RunStatus(TypedDict):
    """Where the run that was asked for stands; `percent` of it is done."""

    state: JobState
    since: datetime
    percent: int
    phase: str
    is_late: bool


def make_run_status(job: Job | None, now: datetime) -> RunStatus | None:
    """Return what is said of the run that was asked for last: nothing once it is done, since its result is shown."""
    if job is None or job.state == JobState.DONE:
        return None
    return {
        "state": job.state,
        "since": job.finished_at or (job.state == JobState.RUNNING and job.started_at) or job.asked_at,
        "percent": round(100 * job.progress),
        "phase": gettext(PHASE_NAMES[job.phase]),
        "is_late": now - ((job.state == JobState.RUNNING and job.lease_until) or job.due_at) > SOON,
    }


def load_subject(cluster_id: int) -> FoundSubject:
    """Return a subject, the page being of its campaign, or answer 404; its page may still have nothing to show."""
    subject: FoundSubject = found(queries.subjects.find(cluster_id))
    g.campaign = subject.campaign
    return subject


def name_living(campaign: Campaign, *, but: int | None = None) -> dict[int, str]:
    """Return what each living subject is called, for whoever types its name."""
    names = name_subjects(queries.clusters.list_current(campaign), campaign)
    return {number: name for number, name in names.items() if number != but}
