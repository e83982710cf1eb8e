"""One clustering run: read, group, name, and write a proposal that nobody sees until a person accepts it.

The run is worked out with no transaction open, and written in short acts: a proposal half written is never shown. The
first run of a campaign is accepted by itself, since nothing stands that it could overrule.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ideas.actions.proposals import accept_run
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.clusters import Level, RunState
from ideas.domain.errors import N_, WrongState
from ideas.runs.inputs import Inputs, read_inputs
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Cluster, Membership, NearIdeas, NearPair, Run, RunCluster

LEASE = timedelta(hours=1)
PIECE = 500  # rows an act: whoever writes meanwhile waits for one of them, not for the whole run
ALONE = -1
NO_DASK = N_(
    "Dask n’est pas installé, et il partage le travail entre les machines : "
    "lancez `.venv/bin/python -m pip install --editable '.[scale]'`."
)
LIBRARIES = ("numpy", "scipy", "scikit-learn", "numba", "PyStemmer")
Numbers = dict[int, int]


def regroup(
    campaign_id: int,
    *,
    now: datetime,
    subject_cut: float | None = None,
    request_cut: float | None = None,
    accept: bool = False,
    dask: str | None = None,
) -> Run:
    """Propose a clustering of a campaign's published ideas; raises `WrongState` while another run works.

    It is accepted at once when it is the first, or when `accept` says so.
    """
    from ideas.runs.proposal import propose

    if dask and find_spec("distributed") is None:
        raise WrongState(NO_DASK)
    started = time.monotonic()
    run_id = _begin(campaign_id, now)
    try:
        with reading():
            inputs = read_inputs(db.session.get_one(Campaign, campaign_id))
        proposal = propose(inputs, subject_cut=subject_cut, request_cut=request_cut, dask=dask)
        _write(campaign_id, run_id, inputs, proposal)
        seconds = time.monotonic() - started
        run = _offer(run_id, inputs, proposal, finished_at=now + timedelta(seconds=seconds), seconds=seconds)
        if accept or inputs.base_run_id is None:
            accept_run(run_id, actor=Operator(), now=run.finished_at or now)
        return db.session.get_one(Run, run_id, populate_existing=True)
    except BaseException:
        _note_failure(run_id)
        raise


@transaction()
def _begin(campaign_id: int, now: datetime) -> int:
    """Take the campaign's turn: the row of the campaign is held while we look for a run under way."""
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()).one()
    working = sa.select(Run.id).where(
        Run.campaign_id == campaign_id, Run.state == RunState.RUNNING.value, Run.started_at > now - LEASE
    )
    if db.session.scalar(working) is not None:
        raise WrongState(N_("Un regroupement est déjà en cours pour cette campagne."))
    run = Run(campaign_id=campaign_id, started_at=now, versions={name: version(name) for name in LIBRARIES})
    db.session.add(run)
    db.session.flush()
    return run.id


@transaction()
def _note_failure(run_id: int) -> None:
    unfinished = sa.update(Run).where(Run.id == run_id, Run.state == RunState.RUNNING.value)
    db.session.execute(unfinished.values(state=RunState.FAILED))


@transaction()
def _offer(run_id: int, inputs: Inputs, proposal: Any, *, finished_at: datetime, seconds: float) -> Run:
    """Turn what was written into the proposal that waits, in place of one that waited."""
    run = db.session.get_one(Run, run_id)
    waiting = sa.update(Run).where(Run.campaign_id == run.campaign_id, Run.state == RunState.PROPOSED.value)
    db.session.execute(waiting.values(state=RunState.SUPERSEDED))
    run.state = RunState.PROPOSED
    run.finished_at, run.seconds = finished_at, round(seconds, 3)
    run.base_run_id, run.last_decision_id = inputs.base_run_id, inputs.last_decision_id
    run.input_hash, run.parameters = inputs.digest(), _describe_cuts(proposal)
    run.idea_count, run.cluster_count = len(inputs.ids), len(proposal.subjects.summaries)
    run.unclustered_count = proposal.subjects.labels.tolist().count(ALONE)
    run.near_pair_count, run.quality = len(proposal.near_pairs), proposal.quality
    return run


def _describe_cuts(proposal: Any) -> dict[str, Any]:
    cuts = proposal.cuts
    learnt = cuts.learnt._asdict() if cuts.learnt else None
    return {"subjects": cuts.subjects, "requests": cuts.requests, "learnt": learnt}


def _write(campaign_id: int, run_id: int, inputs: Inputs, proposal: Any) -> None:
    """Write all that a run found, piece by piece; what keeps no number is given a new one."""
    subjects = _number(campaign_id, run_id, Level.SUBJECT, proposal.subjects)
    requests = _number(campaign_id, run_id, Level.REQUEST, proposal.requests)
    parents = _find_parents(proposal, subjects, requests)
    _insert(RunCluster, _cluster_rows(run_id, inputs, proposal.subjects, subjects, {}))
    _insert(RunCluster, _cluster_rows(run_id, inputs, proposal.requests, requests, parents))
    _insert(Membership, _member_rows(run_id, inputs, proposal, subjects, requests))
    _insert(NearPair, _pair_rows(run_id, inputs, proposal))
    _insert(NearIdeas, _near_rows(run_id, inputs, proposal))


def _number(campaign_id: int, run_id: int, level: Level, found: Any) -> Numbers:
    numbers = {label: found.numbers[label] for label in found.summaries if label in found.numbers}
    new = [label for label in found.summaries if label not in numbers]
    for piece in _cut_in_pieces(new):
        numbers |= _add_clusters(campaign_id, run_id, level, piece)
    return numbers


@transaction()
def _add_clusters(campaign_id: int, run_id: int, level: Level, labels: list[int]) -> Numbers:
    clusters = [Cluster(campaign_id=campaign_id, born_run_id=run_id, level=level) for _label in labels]
    db.session.add_all(clusters)
    db.session.flush()
    return {label: cluster.id for label, cluster in zip(labels, clusters, strict=True)}


def _find_parents(proposal: Any, subjects: Numbers, requests: Numbers) -> dict[int, int]:
    pairs = zip(proposal.requests.labels.tolist(), proposal.subjects.labels.tolist(), strict=True)
    return {requests[request]: subjects[subject] for request, subject in pairs if request != ALONE}


def _cluster_rows(
    run_id: int, inputs: Inputs, found: Any, numbers: Numbers, parents: dict[int, int]
) -> Iterator[dict[str, Any]]:
    for label, summary in found.summaries.items():
        first, second, likeness, shared = summary.closest
        name = found.names[label]
        yield {
            "run_id": run_id,
            "cluster_id": numbers[label],
            "parent_id": parents.get(numbers[label]),
            "title": name.text,
            "named_after_id": inputs.ids[name.member],
            "keywords": summary.keywords,
            "size": summary.size,
            "cohesion": summary.cohesion,
            "closest": {
                "first": inputs.ids[first],
                "second": inputs.ids[second],
                "likeness": likeness,
                "shared": shared,
            },
        }


def _member_rows(
    run_id: int, inputs: Inputs, proposal: Any, subjects: Numbers, requests: Numbers
) -> Iterator[dict[str, Any]]:
    labels = zip(proposal.subjects.labels.tolist(), proposal.requests.labels.tolist(), strict=True)
    for place, (subject, request) in enumerate(labels):
        if subject == ALONE:
            continue
        member = proposal.subjects.summaries[subject].members[place]
        yield {
            "run_id": run_id,
            "idea_id": inputs.ids[place],
            "cluster_id": subjects[subject],
            "request_id": requests.get(request),
            "likeness": member.likeness,
            "weakest_idea_id": inputs.ids[member.weakest],
            "weakest_likeness": member.weakest_likeness,
        }


def _pair_rows(run_id: int, inputs: Inputs, proposal: Any) -> Iterator[dict[str, Any]]:
    for first, second, likeness, shared in proposal.near_pairs:
        pair = {"first_id": inputs.ids[first], "second_id": inputs.ids[second]}
        yield {"run_id": run_id, **pair, "likeness": likeness, "shared": {"words": shared}}


def _near_rows(run_id: int, inputs: Inputs, proposal: Any) -> Iterator[dict[str, Any]]:
    for place, near in enumerate(proposal.near):
        if near:
            listed = [[inputs.ids[other], likeness, words] for other, likeness, words in near]
            yield {"run_id": run_id, "idea_id": inputs.ids[place], "near": listed}


def _insert(table: type, rows: Iterable[dict[str, Any]]) -> None:
    for piece in _cut_in_pieces(rows):
        _insert_piece(table, piece)


@transaction()
def _insert_piece(table: type, rows: list[dict[str, Any]]) -> None:
    db.session.execute(sa.insert(table), rows)


def _cut_in_pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while piece := list(islice(rows, PIECE)):
        yield piece
