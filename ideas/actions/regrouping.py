"""One clustering run: read, group, name, and write a proposal that nobody sees until a person accepts it.

The run is worked out with no transaction open, and what it found is written in pieces; one short act ends it and offers
it to reviewers. The first run of a campaign is accepted by itself, since nothing stands that it could overrule.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.proposals import accept_run
from ideas.actions.run_pieces import ALONE, sweep_unseen_runs, write_run
from ideas.actions.transaction import transaction
from ideas.actions.waves import keep_waves
from ideas.domain.accounts import Operator
from ideas.domain.clusters import RunState
from ideas.domain.errors import N_, WrongState
from ideas.domain.jobs import Kind, Phase
from ideas.domain.permissions import Subject
from ideas.runs.inputs import Inputs, read_inputs
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Job, Run
from ideas.store.visibility import Actor

NO_DASK = N_(
    "Dask n’est pas installé, et il partage le travail entre les machines : "
    "lancez `.venv/bin/python -m pip install --editable '.[scale]'`."
)
LIBRARIES = ("numpy", "scipy", "scikit-learn", "numba", "PyStemmer")
Tell = Callable[[float, Phase], None]
"""Given how far a run is (0 to 1) and what it does."""


def ask_regroup(campaign_id: int, *, actor: Actor, now: datetime, subject_cut: float | None = None) -> Job:
    """Ask the worker for a proposal, and return what was asked for; one is enough however often it is asked."""
    parameters = {"subject_cut": subject_cut}
    return jobs.ask(
        Kind.REGROUP, campaign_id, actor=actor, subject=Subject(campaign_id), now=now, parameters=parameters
    )


def regroup(
    campaign_id: int,
    *,
    now: datetime,
    subject_cut: float | None = None,
    request_cut: float | None = None,
    accept: bool = False,
    dask: str | None = None,
    lease: jobs.Lease | None = None,
    tell: Tell = lambda _share, _phase: None,
) -> Run:
    """Propose a clustering of a campaign's published ideas; raises `WrongState` while another run works.

    It is accepted at once when it is the first, or when `accept` says so. A list of acts: a run is begun, its result is
    written, then offered, or its failure is noted. Without a `lease` one is taken, that nobody renews: for what is done
    in less time than it lasts.
    """
    from ideas.runs.proposal import propose

    if dask and find_spec("distributed") is None:
        raise WrongState(NO_DASK)
    cuts = {"subject_cut": subject_cut, "request_cut": request_cut}
    ours = lease or jobs.begin(Kind.REGROUP, campaign_id, actor=Operator(), now=now, parameters=cuts)
    started = time.monotonic()
    run_id = _begin(campaign_id, now)
    try:
        sweep_unseen_runs(campaign_id)
        tell(0.0, Phase.READING)
        with reading():
            campaign = db.session.get_one(Campaign, campaign_id)
            inputs, grain = read_inputs(campaign), campaign.grain
        proposal = propose(inputs, grain=grain, dask=dask, tell=tell, **cuts)
        tell(0.9, Phase.WRITING)
        write_run(campaign_id, run_id, inputs, proposal)
        keep_waves(run_id, campaign_id, [[inputs.ids[place] for place in wave] for wave in proposal.waves], now=now)
        seconds = time.monotonic() - started
        found = {"seconds": round(seconds, 3), "finished_at": now + timedelta(seconds=seconds)}
        return _offer(run_id, found | _describe(inputs, proposal), ours, accept=accept or inputs.base_run_id is None)
    except BaseException as error:
        _note_failure(run_id)
        if lease is None:
            jobs.give_up(ours, now=now, error=type(error).__name__, is_final=True)
        raise


@transaction(is_public=False)
def _begin(campaign_id: int, now: datetime) -> int:
    """Add a run, and return its number; those that died under way are known as failed from now on."""
    died = sa.update(Run).where(Run.campaign_id == campaign_id, Run.state == RunState.RUNNING.value)
    db.session.execute(died.values(state=RunState.FAILED))
    run = Run(campaign_id=campaign_id, started_at=now, versions={name: version(name) for name in LIBRARIES})
    db.session.add(run)
    db.session.flush()
    return run.id


@transaction(is_public=False)
def _note_failure(run_id: int) -> None:
    unfinished = sa.update(Run).where(Run.id == run_id, Run.state == RunState.RUNNING.value)
    db.session.execute(unfinished.values(state=RunState.FAILED))


@transaction()
def _offer(run_id: int, found: dict[str, Any], lease: jobs.Lease, *, accept: bool) -> Run:
    """Make a run whose result is written the proposal that waits, unless somebody took the run over."""
    jobs.finish(lease, now=found["finished_at"], outcome={"run": run_id})
    run = db.session.get_one(Run, run_id, populate_existing=True)
    waiting = sa.update(Run).where(Run.campaign_id == run.campaign_id, Run.state == RunState.PROPOSED.value)
    db.session.execute(waiting.values(state=RunState.SUPERSEDED))
    for name, value in found.items():
        setattr(run, name, value)
    run.state = RunState.PROPOSED
    db.session.flush()
    if accept:
        accept_run(run_id, actor=Operator(), now=found["finished_at"])
    return run


def _describe(inputs: Inputs, proposal: Any) -> dict[str, Any]:
    cuts = proposal.cuts
    return {
        "base_run_id": inputs.base_run_id,
        "last_decision_id": inputs.last_decision_id,
        "input_hash": inputs.digest(),
        "parameters": {
            "subjects": cuts.subjects,
            "requests": cuts.requests,
            "learnt": cuts.learnt._asdict() if cuts.learnt else None,
            "grain": cuts.grain,
            "by_grain": cuts.by_grain,
        },
        "idea_count": len(inputs.ids),
        "cluster_count": len(proposal.subjects.summaries),
        "unclustered_count": proposal.subjects.labels.tolist().count(ALONE),
        "near_pair_count": len(proposal.near_pairs),
        "quality": proposal.quality,
    }
