"""Writing what a run found, a few hundred rows at a time: whoever votes meanwhile waits for one piece at most.

Nothing of it is seen before the campaign points to the run. What a run that died has left is swept when the next one
begins.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ideas.actions.erasing import PIECE, erase
from ideas.actions.jobs import TAKEN_AWAY, LeaseLost
from ideas.actions.transaction import transaction
from ideas.domain.clusters import RunState
from ideas.runs.inputs import ALONE, Inputs
from ideas.store.database import db, give_way
from ideas.store.models import Cluster, Constraint, Decision, Lineage, Membership, NearPair, Run, RunCluster

Rows = Iterator[dict[str, Any]]


def write_run(campaign_id: int, run_id: int, inputs: Inputs, proposal: Any) -> None:
    """Write all that a run found; raises `LeaseLost` as soon as another run has begun."""
    numbers = _number_clusters(campaign_id, run_id, proposal)
    for table, rows in (
        (RunCluster, _cluster_rows(run_id, inputs, proposal, numbers)),
        (Membership, _member_rows(run_id, inputs, proposal, numbers)),
        (NearPair, _pair_rows(run_id, inputs, proposal)),
        (Lineage, _lineage_rows(run_id, proposal, numbers)),
    ):
        for piece in _cut(rows):
            _insert(run_id, table, piece)
            give_way()


def sweep_failed_runs(campaign_id: int) -> None:
    """Remove what runs that failed had written of their result; their own line stays."""
    failed = sa.select(Run.id).where(Run.campaign_id == campaign_id, Run.state == RunState.FAILED)
    for table in (NearPair, Lineage, Membership, RunCluster):
        erase(table, table.run_id.in_(failed))
    named = [Cluster.id.in_(sa.select(one.cluster_id).where(one.cluster_id.is_not(None))) for one in _NAMING]
    erase(Cluster, sa.and_(Cluster.born_run_id.in_(failed), ~sa.or_(*named)))


# What people may have said of a cluster by its number alone, before it was ever shown.
_NAMING: tuple[Any, ...] = (Constraint, Decision)


def _number_clusters(campaign_id: int, run_id: int, proposal: Any) -> dict[int, int]:
    """Return the numbers of the clusters by label: those that the proposal made up become new ones."""
    numbers = {label: label for label in proposal.clusters if label in proposal.existing}
    for labels in _cut(label for label in proposal.clusters if label not in proposal.existing):
        rows = [{"campaign_id": campaign_id, "born_run_id": run_id}] * len(labels)
        numbers |= zip(labels, _insert_clusters(run_id, rows), strict=True)
        give_way()
    return numbers


@transaction()
def _insert_clusters(run_id: int, rows: list[dict[str, Any]]) -> list[int]:
    _check_goes_on(run_id)
    return list(db.session.scalars(sa.insert(Cluster).returning(Cluster.id, sort_by_parameter_order=True), rows))


@transaction()
def _insert(run_id: int, table: Any, rows: list[dict[str, Any]]) -> None:
    _check_goes_on(run_id)
    db.session.execute(sa.insert(table), rows)


def _check_goes_on(run_id: int) -> None:
    if db.session.scalar(sa.select(Run.state).where(Run.id == run_id)) != RunState.RUNNING:
        raise LeaseLost(TAKEN_AWAY)


def _cut(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while piece := list(islice(waiting, PIECE)):
        yield piece


def _cluster_rows(run_id: int, inputs: Inputs, proposal: Any, numbers: dict[int, int]) -> Rows:
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


def _member_rows(run_id: int, inputs: Inputs, proposal: Any, numbers: dict[int, int]) -> Rows:
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


def _pair_rows(run_id: int, inputs: Inputs, proposal: Any) -> Rows:
    for first, second, likeness, shared in proposal.near_pairs:
        pair = {"first_id": inputs.ids[first], "second_id": inputs.ids[second]}
        yield {"run_id": run_id, **pair, "likeness": likeness, "shared": {"words": shared}}


def _lineage_rows(run_id: int, proposal: Any, numbers: dict[int, int]) -> Rows:
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
