"""What the triage page shows: the queue of subjects, the chosen one with its ideas, nearly equal ideas."""

from datetime import datetime, timedelta
from typing import NamedTuple, TypedDict

from flask import g, url_for
from flask_babel import gettext, ngettext

from ideas.domain.clusters import Standing
from ideas.domain.errors import N_
from ideas.domain.jobs import PHASE_NAMES, JobState
from ideas.domain.texts import excerpt
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Job, Run
from ideas.store.queries.clusters import ClusterMember, CurrentCluster
from ideas.store.queries.subjects import FoundSubject
from ideas.store.queries.triage import NearPairLine
from ideas.web.subjects.presentation import make_shared, name_subjects
from ideas.web.triage.constraints import list_bonds

QUEUE = 40
MEMBERS = 25
PAIRS = 10
SOON = timedelta(minutes=1)  # within which a worker takes what is asked for
SHOWN_TEXT = 220
WEAK = 0.08  # likeness of two members below which the pair may be a mistake, and is told

FIGURES = (
    ("pair_precision", N_("Paires proposées que l’équipe accepte (précision)")),
    ("pair_recall", N_("Paires acceptées que la machine trouve (rappel)")),
    ("adjusted_rand", N_("Accord au-delà du hasard (Rand ajusté)")),
    ("acts_per_text", N_("Gestes par idée pour arriver au classement accepté")),
)


class NumberedIdea(NamedTuple):
    """One of two nearly equal ideas."""

    id: int
    title: str
    vote_count: int


class PairCard(NamedTuple):
    """Two nearly equal ideas: the one that would be kept, and the other."""

    kept: NumberedIdea
    other: NumberedIdea
    likeness: float
    words: list[str]


class MemberRow(NamedTuple):
    """An idea of the chosen subject, with what a reviewer weighs; `weakest` is told only when it is weak."""

    id: int
    title: str
    url: str
    lang: str
    text: str
    vote_count: int
    likeness: float
    is_new: bool
    bonds: list[str]
    weakest_id: int | None
    weakest_likeness: float


class QueueItem(NamedTuple):
    """A line of the queue."""

    label: str
    url: str
    detail: str
    is_current: bool


def make_members(members: list[ClusterMember], row: CurrentCluster, campaign: Campaign) -> list[MemberRow]:
    """Return the ideas of a page of the chosen subject."""
    bonds = list_bonds([member.id for member in members], campaign)
    return [_make_member(member, row, bonds.get(member.id, [])) for member in members]


def _make_member(member: ClusterMember, row: CurrentCluster, bonds: list[str]) -> MemberRow:
    is_weak = member.weakest_id is not None and member.weakest_likeness < WEAK
    return MemberRow(
        id=member.id,
        title=member.title,
        url=idea_url(member.id, member.title),
        lang=foreign(member.language),
        text=excerpt(member.data_wanted, SHOWN_TEXT),
        vote_count=member.vote_count,
        likeness=member.likeness,
        is_new=bool(row.signed_count) and not member.is_seen,
        bonds=bonds,
        weakest_id=member.weakest_id if is_weak else None,
        weakest_likeness=member.weakest_likeness,
    )


def make_queue(
    rows: list[CurrentCluster], names: dict[int, str], chosen: int | None, alone_count: int
) -> list[QueueItem]:
    """Return the beginning of the queue, newcomers first, then what is much supported and uncertain."""
    waiting = [
        QueueItem(names[row.id], url_for("triage.show", sujet=row.id), _detail(row), row.id == chosen)
        for row in rank(rows)[:QUEUE]
    ]
    alone = ngettext("%(num)s idée", "%(num)s idées", alone_count)
    return [*waiting, QueueItem(gettext("Sans sujet"), url_for("triage.alone"), alone, False)]


TURNS = {Standing.CHANGED: 0, Standing.JOINED: 0, Standing.PROPOSED: 1, Standing.CONFIRMED: 2}


def rank(rows: list[CurrentCluster]) -> list[CurrentCluster]:
    """Return subjects in the order to review them.

    >>> from types import SimpleNamespace as a
    >>> sure, torn, grown, done = (
    ...     a(id=1, standing=Standing.PROPOSED, vote_count=9, cohesion=0.9, robustness=None),
    ...     a(id=2, standing=Standing.PROPOSED, vote_count=9, cohesion=0.9, robustness=0.1),
    ...     a(id=3, standing=Standing.JOINED, vote_count=0, cohesion=0.9, robustness=None),
    ...     a(id=4, standing=Standing.CONFIRMED, vote_count=99, cohesion=0.1, robustness=None),
    ... )
    >>> [row.id for row in rank([done, sure, torn, grown])]
    [3, 2, 1, 4]
    """
    return sorted(rows, key=lambda row: (TURNS[row.standing], -row.vote_count * (1 - _find_sureness(row)), row.id))


def _find_sureness(row: CurrentCluster) -> float:
    return row.cohesion if row.robustness is None else row.robustness


def _detail(row: CurrentCluster) -> str:
    ideas = ngettext("%(num)s idée", "%(num)s idées", row.idea_count)
    votes = ngettext("%(num)s soutien", "%(num)s soutiens", row.vote_count)
    return f"{ideas} · {votes} · {_say_standing(row)}"


def _say_standing(row: CurrentCluster) -> str:
    if row.unseen_count:
        return ngettext("%(num)s arrivée à relire", "%(num)s arrivées à relire", row.unseen_count)
    seen = {
        Standing.PROPOSED: gettext("jamais relu"),
        Standing.CONFIRMED: gettext("relu"),
        Standing.JOINED: gettext("relu"),
        Standing.CHANGED: gettext("à revoir"),
    }
    return seen[row.standing]


def make_pair(pair: NearPairLine) -> PairCard:
    """Return two nearly equal ideas, the more supported one first: it is kept by default."""
    first = NumberedIdea(pair.first_id, pair.first_title, pair.first_votes)
    second = NumberedIdea(pair.second_id, pair.second_title, pair.second_votes)
    kept, other = (second, first) if second.vote_count > first.vote_count else (first, second)
    return PairCard(kept, other, pair.likeness, make_shared(pair.shared.get("words", [])))


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


def choose(rows: list[CurrentCluster], asked: int | None) -> CurrentCluster | None:
    """Return the subject that the address asks for, else the next to review."""
    if asked is not None:
        return found(next((row for row in rows if row.id == asked), None))
    return next(iter(rank(rows)), None)


def load_subject(cluster_id: int) -> FoundSubject:
    """Return a subject, the page being of its campaign, or answer 404; its page may still have nothing to show."""
    subject: FoundSubject = found(queries.subjects.find(cluster_id))
    g.campaign = subject.campaign
    return subject


def name_living(campaign: Campaign, *, but: int | None = None) -> dict[int, str]:
    """Return what each living subject is called, for whoever types its name."""
    names = name_subjects(queries.clusters.list_current(campaign), campaign)
    return {number: name for number, name in names.items() if number != but}
