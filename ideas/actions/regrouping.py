"""One clustering run: read, group, name, compare with the run before, write, and only then show it.

The run is worked out with no transaction open; all it found is written in one, at whose end the campaign points
at it. A run that stops half way leaves the one before in place.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.clusters import RunState
from ideas.domain.errors import N_, WrongState
from ideas.domain.jobs import Kind, Phase
from ideas.domain.permissions import Subject
from ideas.runs.inputs import ALONE, Inputs, read_accepted, read_inputs
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Cluster, Job, Lineage, Membership, NearPair, Run, RunCluster
from ideas.store.visibility import Actor

NO_DASK = N_(
    "Dask n’est pas installé, et il partage le travail entre les machines : "
    "lancez `.venv/bin/python -m pip install --editable '.[scale]'`."
)
LIBRARIES = ("numpy", "scipy", "scikit-learn", "numba", "igraph", "PyStemmer")
Tell = Callable[[float, Phase], None]
"""Given how far a run is (0 to 1) and what it does."""


def ask_regroup(campaign_id: int, *, actor: Actor, now: datetime, resolution: float = 1.0) -> Job:
    """Ask the worker for a run, and return what was asked for; one is enough however often it is asked."""
    parameters = {"resolution": resolution}
    return jobs.ask(
        Kind.REGROUP, campaign_id, actor=actor, subject=Subject(campaign_id), now=now, parameters=parameters
    )


def regroup(
    campaign_id: int,
    *,
    now: datetime,
    resolution: float = 1.0,
    seed: int = 0,
    dask: str | None = None,
    lease: jobs.Lease | None = None,
    tell: Tell = lambda _share, _phase: None,
) -> Run:
    """Cluster a campaign's published ideas anew and show the result; raises `WrongState` while another run works.

    A list of three acts: a run is begun, its result is written and shown, or its failure is noted. Without a `lease`
    one is taken, that nobody renews: for what is done in less time than it lasts.
    """
    from ideas.runs.proposal import propose

    if dask and find_spec("distributed") is None:
        raise WrongState(NO_DASK)
    parameters = {"resolution": resolution}
    ours = lease or jobs.begin(Kind.REGROUP, campaign_id, actor=Operator(), now=now, parameters=parameters)
    started = time.monotonic()
    run_id = _begin(campaign_id, now, seed, parameters)
    try:
        tell(0.0, Phase.READING)
        with reading():
            campaign = db.session.get_one(Campaign, campaign_id)
            inputs, accepted = read_inputs(campaign), read_accepted(campaign)
            existing = _list_living(campaign_id)
        proposal = propose(inputs, accepted, existing, resolution=resolution, seed=seed, dask=dask, tell=tell)
        tell(0.9, Phase.WRITING)
        seconds = time.monotonic() - started
        finished_at = now + timedelta(seconds=seconds)
        return _show(campaign_id, run_id, inputs, proposal, finished_at=finished_at, seconds=seconds, lease=ours)
    except BaseException as error:
        _note_failure(run_id)
        if lease is None:
            jobs.give_up(ours, now=now, error=type(error).__name__, is_final=True)
        raise


@transaction()
def _show(
    campaign_id: int,
    run_id: int,
    inputs: Inputs,
    proposal: Any,
    *,
    finished_at: datetime,
    seconds: float,
    lease: jobs.Lease,
) -> Run:
    """Write all that a run found, and turn the campaign to it, unless somebody took the run over."""
    jobs.finish(lease, now=finished_at, outcome={"run": run_id})
    _write(campaign_id, run_id, inputs, proposal)
    db.session.execute(
        sa.update(Run)
        .where(Run.id == run_id)
        .values(
            state=RunState.DONE,
            finished_at=finished_at,
            seconds=round(seconds, 3),
            input_hash=inputs.digest(),
            idea_count=len(inputs.ids),
            cluster_count=len(proposal.clusters),
            unclustered_count=proposal.labels.count(ALONE),
            near_pair_count=len(proposal.near_pairs),
            quality=proposal.quality,
        )
    )
    db.session.execute(sa.update(Campaign).where(Campaign.id == campaign_id).values(current_run_id=run_id))
    return db.session.get_one(Run, run_id, populate_existing=True)


@transaction()
def _note_failure(run_id: int) -> None:
    db.session.execute(sa.update(Run).where(Run.id == run_id).values(state=RunState.FAILED))


@transaction()
def _begin(campaign_id: int, now: datetime, seed: int, parameters: dict[str, Any]) -> int:
    """Add a run, and return its number; those that died under way are known as failed from now on."""
    died = sa.update(Run).where(Run.campaign_id == campaign_id, Run.state == RunState.RUNNING.value)
    db.session.execute(died.values(state=RunState.FAILED))
    versions = {name: version(name) for name in LIBRARIES}
    run = Run(campaign_id=campaign_id, started_at=now, seed=seed, parameters=parameters, versions=versions)
    db.session.add(run)
    db.session.flush()
    return run.id


def _list_living(campaign_id: int) -> list[int]:
    living = sa.select(Cluster.id).where(Cluster.campaign_id == campaign_id, Cluster.dissolved_run_id.is_(None))
    return list(db.session.scalars(living.order_by(Cluster.id)))


def _write(campaign_id: int, run_id: int, inputs: Inputs, proposal: Any) -> None:
    """Write all that a run found; numbers that the proposal made up become numbers of new clusters."""
    numbers = _number_clusters(campaign_id, run_id, proposal)
    _insert(RunCluster, _cluster_rows(run_id, inputs, proposal, numbers))
    _insert(Membership, _member_rows(run_id, inputs, proposal, numbers))
    _insert(NearPair, _pair_rows(run_id, inputs, proposal))
    _insert(Lineage, _lineage_rows(run_id, proposal, numbers))
    ended = [event.previous for event in proposal.events if event.kind in ("joined", "dissolved")]
    if ended:
        db.session.execute(sa.update(Cluster).where(Cluster.id.in_(ended)).values(dissolved_run_id=run_id))


def _number_clusters(campaign_id: int, run_id: int, proposal: Any) -> dict[int, int]:
    numbers = {}
    for label in proposal.clusters:
        if label in proposal.existing:
            numbers[label] = label
            continue
        cluster = Cluster(campaign_id=campaign_id, born_run_id=run_id)
        db.session.add(cluster)
        db.session.flush()
        numbers[label] = cluster.id
    return numbers


def _cluster_rows(run_id: int, inputs: Inputs, proposal: Any, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    for label, found in proposal.clusters.items():
        first, second, likeness, shared = found.closest
        closest = {"first": inputs.ids[first], "second": inputs.ids[second], "likeness": likeness, "shared": shared}
        yield {
            "run_id": run_id,
            "cluster_id": numbers[label],
            "keywords": found.keywords,
            "size": found.size,
            "cohesion": found.cohesion,
            "closest": closest,
        }


def _member_rows(run_id: int, inputs: Inputs, proposal: Any, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    for place, label in enumerate(proposal.labels):
        if label == ALONE:
            continue
        member = proposal.members[place]
        yield {
            "run_id": run_id,
            "idea_id": inputs.ids[place],
            "cluster_id": numbers[label],
            "likeness": member.likeness,
            "weakest_idea_id": inputs.ids[member.weakest],
            "weakest_likeness": member.weakest_likeness,
        }


def _pair_rows(run_id: int, inputs: Inputs, proposal: Any) -> Iterator[dict[str, Any]]:
    for first, second, likeness, shared in proposal.near_pairs:
        pair = {"first_id": inputs.ids[first], "second_id": inputs.ids[second]}
        yield {"run_id": run_id, **pair, "likeness": likeness, "shared": {"words": shared}}


def _lineage_rows(run_id: int, proposal: Any, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    for event in proposal.events:
        here = event.current if event.kind not in ("joined", "dissolved") else event.previous
        there = event.previous if event.kind == "split" else event.current if event.kind == "joined" else None
        yield {
            "run_id": run_id,
            "cluster_id": numbers.get(here, here),
            "event": event.kind,
            "from_cluster_id": numbers.get(there, there) if there is not None else None,
            "overlap": event.share_of_current if event.kind in ("kept", "split") else event.share_of_previous,
        }


def _insert(table: type, rows: Iterator[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        db.session.execute(sa.insert(table), listed)
