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
from ideas.domain.clusters import Level, RunState
from ideas.runs.inputs import Inputs
from ideas.store.database import db, give_way
from ideas.store.models import Cluster, Constraint, Decision, Lineage, Membership, NearIdeas, NearPair, Run, RunCluster

Rows = Iterator[dict[str, Any]]
Numbers = dict[int, int]
ALONE = -1


def write_run(campaign_id: int, run_id: int, inputs: Inputs, proposal: Any) -> None:
    """Write all that a run found; raises `LeaseLost` as soon as another run has begun."""
    subjects = _number(campaign_id, run_id, Level.SUBJECT, proposal.subjects)
    requests = _number(campaign_id, run_id, Level.REQUEST, proposal.requests)
    parents = _find_parents(proposal, subjects, requests)
    for table, rows in (
        (RunCluster, _cluster_rows(run_id, inputs, proposal.subjects, subjects, {})),
        (RunCluster, _cluster_rows(run_id, inputs, proposal.requests, requests, parents)),
        (Membership, _member_rows(run_id, inputs, proposal, subjects, requests)),
        (NearPair, _pair_rows(run_id, inputs, proposal)),
        (NearIdeas, _near_rows(run_id, inputs, proposal)),
    ):
        for piece in _cut(rows):
            _insert(run_id, table, piece)
            give_way()


def sweep_unseen_runs(campaign_id: int) -> None:
    """Remove what runs that failed, or proposals that nobody accepted, had written; their own line stays."""
    unseen = sa.select(Run.id).where(
        Run.campaign_id == campaign_id,
        Run.accepted_at.is_(None),
        Run.state.in_((RunState.FAILED, RunState.DROPPED, RunState.SUPERSEDED)),
    )
    for table in (NearPair, NearIdeas, Lineage, Membership, RunCluster):
        erase(table, table.run_id.in_(unseen))
    named = [Cluster.id.in_(sa.select(one.cluster_id).where(one.cluster_id.is_not(None))) for one in _NAMING]
    erase(Cluster, sa.and_(Cluster.born_run_id.in_(unseen), Cluster.accepted_at.is_(None), ~sa.or_(*named)))


# What people may have said of a cluster by its number alone, before it was ever shown.
_NAMING: tuple[Any, ...] = (Constraint, Decision)


def _number(campaign_id: int, run_id: int, level: Level, found: Any) -> Numbers:
    """Return the numbers of the clusters by label: what keeps no number is given a new one."""
    numbers: Numbers = {label: found.numbers[label] for label in found.summaries if label in found.numbers}
    for labels in _cut([label for label in found.summaries if label not in numbers]):
        rows = [{"campaign_id": campaign_id, "born_run_id": run_id, "level": level}] * len(labels)
        numbers |= zip(labels, _insert_clusters(run_id, rows), strict=True)
        give_way()
    return numbers


@transaction(is_public=False)
def _insert_clusters(run_id: int, rows: list[dict[str, Any]]) -> list[int]:
    check_goes_on(run_id)
    return list(db.session.scalars(sa.insert(Cluster).returning(Cluster.id, sort_by_parameter_order=True), rows))


@transaction(is_public=False)
def _insert(run_id: int, table: Any, rows: list[dict[str, Any]]) -> None:
    check_goes_on(run_id)
    db.session.execute(sa.insert(table), rows)


def check_goes_on(run_id: int) -> None:
    """Raise `LeaseLost` when another run has begun since."""
    if db.session.scalar(sa.select(Run.state).where(Run.id == run_id)) != RunState.RUNNING:
        raise LeaseLost(TAKEN_AWAY)


def _cut(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while piece := list(islice(waiting, PIECE)):
        yield piece


def _find_parents(proposal: Any, subjects: Numbers, requests: Numbers) -> dict[int, int]:
    pairs = zip(proposal.requests.labels.tolist(), proposal.subjects.labels.tolist(), strict=True)
    return {requests[request]: subjects[subject] for request, subject in pairs if request != ALONE}


def _cluster_rows(run_id: int, inputs: Inputs, found: Any, numbers: Numbers, parents: dict[int, int]) -> Rows:
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
            "robustness": found.robustness.get(label),
            "closest": {
                "first": inputs.ids[first],
                "second": inputs.ids[second],
                "likeness": likeness,
                "shared": shared,
            },
        }


def _member_rows(run_id: int, inputs: Inputs, proposal: Any, subjects: Numbers, requests: Numbers) -> Rows:
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


def _pair_rows(run_id: int, inputs: Inputs, proposal: Any) -> Rows:
    for first, second, likeness, shared in proposal.near_pairs:
        pair = {"first_id": inputs.ids[first], "second_id": inputs.ids[second]}
        yield {"run_id": run_id, **pair, "likeness": likeness, "shared": {"words": shared}}


def _near_rows(run_id: int, inputs: Inputs, proposal: Any) -> Rows:
    found = zip(inputs.ids, proposal.near, proposal.own_groups, proposal.joined, proposal.reading_places, strict=True)
    for idea, near, group, joined, place in found:
        listed = [[inputs.ids[other], likeness, words] for other, likeness, words in near]
        head, alike = (inputs.ids[joined[0]], joined[1]) if joined else (None, None)
        yield {
            "run_id": run_id,
            "idea_id": idea,
            "near": listed,
            "own_group": group,
            "joined_to_id": head,
            "joined_at_likeness": alike,
            "reading_place": place,
        }
