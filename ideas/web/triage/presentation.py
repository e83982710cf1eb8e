"""What the triage page shows: the queue of clusters, the chosen one, nearly equal ideas, decisions that stand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, NotRequired, TypedDict

from flask import g, url_for
from flask_babel import gettext, ngettext

from ideas.domain.clusters import ClusterState
from ideas.domain.errors import N_
from ideas.domain.jobs import PHASE_NAMES, JobState
from ideas.http import paging
from ideas.http.addresses import idea_url
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Cluster, Job, Run
from ideas.store.queries.clusters import ClusterMember, CurrentCluster
from ideas.store.queries.triage import NearPairLine
from ideas.web.clusters.presentation import (
    ClosestPair,
    LineageLine,
    list_words,
    make_closest,
    make_shared,
    name_cluster,
    state_tag,
    tell_lineage,
)
from ideas.web.labels import StateTag
from ideas.web.triage.constraints import list_bonds
from ideas.web.triage.forms import ConstraintForm, RenameForm, make_empty
from ideas.web.undo_notice import DoneNotice

QUEUE = 40
MEMBERS = 25
PAIRS = 10
SOON = timedelta(minutes=1)  # within which a worker takes what is asked for

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


class ClusterActs(NamedTuple):
    """What reviewers need to act on a cluster: what they fill in, what binds each idea, what doubles another."""

    form: ConstraintForm
    rename: RenameForm
    bound: dict[int, list[str]]
    pairs: list[PairCard]


class ClusterPage(TypedDict):
    """What the templates of a living cluster take, by name; `acts` and `done` are for reviewers."""

    cluster: CurrentCluster
    title: str
    words: list[str]
    state: StateTag
    members: list[ClusterMember]
    closest: ClosestPair | None
    lineage: list[LineageLine]
    page: int
    pages: int
    page_url: Callable[[int], str]
    idea_url: Callable[[int, str], str]
    acts: NotRequired[ClusterActs]
    done: NotRequired[DoneNotice | None]


class QueueItem(NamedTuple):
    """A line of the queue."""

    label: str
    url: str
    detail: str
    is_current: bool


def make_page(row: CurrentCluster, campaign: Campaign, page_url: Callable[[int | None], str]) -> ClusterPage:
    """Return what is shown of a living cluster."""
    words = list_words([row], campaign)[row.id]
    page, pages = paging.read_page(row.idea_count, MEMBERS)
    members = queries.clusters.list_members(row.id, campaign.current_run_id, page=page, size=MEMBERS)
    return {
        "cluster": row,
        "title": name_cluster(row.id, row.name, words),
        "words": words,
        "state": state_tag(row.state),
        "members": members,
        "closest": make_closest(row.closest),
        "lineage": tell_lineage(row.id, campaign),
        "page": page,
        "pages": pages,
        "page_url": lambda number: page_url(number if number > 1 else None),
        "idea_url": idea_url,
    }


def make_acts(
    row: CurrentCluster,
    members: list[ClusterMember],
    names: dict[int, str],
    campaign: Campaign,
    *,
    constraint: ConstraintForm | None = None,
    rename: RenameForm | None = None,
) -> ClusterActs:
    """Return what reviewers need to act on a cluster."""
    constraint = constraint or make_empty(ConstraintForm)
    constraint.offer([(number, name) for number, name in names.items() if number != row.id])
    pairs = queries.triage.list_near_pairs(campaign, cluster_id=row.id)
    return ClusterActs(
        form=constraint,
        rename=rename or make_empty(RenameForm, name=row.name),
        bound=list_bonds([member.id for member in members], campaign),
        pairs=[make_pair(pair) for pair in pairs],
    )


def make_queue(
    rows: list[CurrentCluster], names: dict[int, str], chosen: int | None, alone_count: int
) -> list[QueueItem]:
    """Return the beginning of the queue, what is not confirmed, much supported and uncertain first."""
    waiting = [
        QueueItem(names[row.id], url_for("triage.show", regroupement=row.id), _detail(row), row.id == chosen)
        for row in rank(rows)[:QUEUE]
    ]
    alone = ngettext("%(num)s idée", "%(num)s idées", alone_count)
    return [*waiting, QueueItem(gettext("Sans regroupement"), url_for("clusters.alone"), alone, False)]


def rank(rows: list[CurrentCluster]) -> list[CurrentCluster]:
    """Return clusters in the order to review them.

    >>> from types import SimpleNamespace as a
    >>> sure, torn = (
    ...     a(id=1, state="proposed", vote_count=9, cohesion=0.9),
    ...     a(id=2, state="proposed", vote_count=9, cohesion=0.2),
    ... )
    >>> [row.id for row in rank([a(id=3, state="confirmed", vote_count=99, cohesion=0.1), sure, torn])]
    [2, 1, 3]
    """
    return sorted(
        rows, key=lambda row: (row.state == ClusterState.CONFIRMED, -row.vote_count * (1 - row.cohesion), row.id)
    )


def _detail(row: CurrentCluster) -> str:
    ideas = ngettext("%(num)s idée", "%(num)s idées", row.idea_count)
    votes = ngettext("%(num)s soutien", "%(num)s soutiens", row.vote_count)
    seen = gettext("confirmé") if row.state is ClusterState.CONFIRMED else gettext("à revoir")
    return f"{ideas} · {votes} · {seen}"


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
    """Return the cluster that the address asks for, else the next to review."""
    if asked is not None:
        return found(next((row for row in rows if row.id == asked), None))
    return next(iter(rank(rows)), None)


def find_cluster(cluster_id: int) -> Cluster:
    """Return a cluster, the page being of its campaign, or answer 404; its page may still have nothing to show."""
    cluster: Cluster = found(queries.clusters.find(cluster_id))
    g.campaign = found(queries.campaigns.find_of(cluster))
    return cluster
