"""One clustering run: read, group, name, compare with the run before, write, and only then show it.

The run is worked out with no transaction open, and what it found is written in pieces that nobody sees; one short act
ends it and points the campaign to it. A run that stops half way leaves the one before in place.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.erasing import PIECE
from ideas.actions.run_pieces import sweep_failed_runs, write_run
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.clusters import RunState
from ideas.domain.errors import N_, WrongState
from ideas.domain.jobs import Kind, Phase
from ideas.domain.permissions import Subject
from ideas.runs.inputs import ALONE, Inputs, read_accepted, read_inputs
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Cluster, Job, Run
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

    A list of acts: a run is begun, its result is written, then shown, or its failure is noted. Without a `lease`
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
        sweep_failed_runs(campaign_id)
        tell(0.0, Phase.READING)
        with reading():
            campaign = db.session.get_one(Campaign, campaign_id)
            inputs, accepted = read_inputs(campaign), read_accepted(campaign)
            existing = _list_living(campaign_id)
        proposal = propose(inputs, accepted, existing, resolution=resolution, seed=seed, dask=dask, tell=tell)
        tell(0.9, Phase.WRITING)
        write_run(campaign_id, run_id, inputs, proposal)
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
    """End a run whose result is written, and turn the campaign to it, unless somebody took the run over."""
    jobs.finish(lease, now=finished_at, outcome={"run": run_id})
    ended = [event.previous for event in proposal.events if event.kind in ("joined", "dissolved")]
    for numbers in (ended[place : place + PIECE] for place in range(0, len(ended), PIECE)):
        db.session.execute(sa.update(Cluster).where(Cluster.id.in_(numbers)).values(dissolved_run_id=run_id))
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
