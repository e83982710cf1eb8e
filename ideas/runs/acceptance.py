"""What the public picture becomes when a proposal is accepted: what people decided meanwhile stays as it is."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from ideas.runs.bindings import Bindings
from ideas.runs.inputs import read_picture
from ideas.store.database import db
from ideas.store.models import Cluster, Decision, Run, Undo


class Scene(NamedTuple):
    """A proposal and what it meets: the pictures, idea → subject and request; what people acted on and ended since."""

    present: Mapping[int, int]
    present_requests: Mapping[int, int]
    proposed: Mapping[int, int]
    proposed_requests: Mapping[int, int]
    touched: Collection[int]
    ended: Collection[int]


class Settled(NamedTuple):
    """Where each idea is from now on."""

    subjects: dict[int, int]
    requests: dict[int, int]


def read_scene(run: Run, current_run_id: int | None) -> Scene:
    """Read a proposal and the picture it would replace."""
    since = sa.or_(Undo.decision_id > run.last_decision_id, Undo.undone_by_id > run.last_decision_id)
    changes = sa.select(Undo.changes).join(Decision, Decision.id == Undo.decision_id)
    acts = db.session.scalars(changes.where(Decision.campaign_id == run.campaign_id, since))
    touched = {number for changed in acts for number in changed.get("touched", [])}
    ended = sa.select(Cluster.id).where(Cluster.campaign_id == run.campaign_id, Cluster.dissolved_run_id.is_not(None))
    return Scene(*read_picture(current_run_id), *read_picture(run.id), touched, set(db.session.scalars(ended)))


def settle(scene: Scene, bindings: Bindings) -> Settled:
    """Return the picture to show: the proposal, but for subjects that people acted on since, which stay as they are.

    An idea that the run could not know stays where it was placed, if that subject lives on.
    """
    subjects = {
        idea: cluster
        for idea, cluster in scene.proposed.items()
        if scene.present.get(idea) not in scene.touched and cluster not in scene.ended and idea not in bindings.out
    }
    living = set(subjects.values()) | set(scene.touched)
    for idea, cluster in scene.present.items():
        if cluster in scene.touched or (idea not in scene.proposed and cluster in living):
            subjects.setdefault(idea, cluster)
    _obey(subjects, bindings)
    return Settled(*_drop_small(subjects, _choose_requests(scene, subjects), scene.touched, bindings))


def _obey(subjects: dict[int, int], bindings: Bindings) -> None:
    """Take away what a decision of the meantime forbids: it waits alone for the next run."""
    for pair in bindings.apart:
        here = subjects.get(pair.one)
        if here is not None and here == subjects.get(pair.other):
            leaving = pair.other if pair.other not in bindings.signed else pair.one
            subjects.pop(leaving)


def _choose_requests(scene: Scene, subjects: dict[int, int]) -> dict[int, int]:
    """Keep the request that goes with the place of each idea: the proposal's, or the present one."""
    chosen = {}
    for idea, cluster in subjects.items():
        is_proposed = scene.proposed.get(idea) == cluster and scene.present.get(idea) not in scene.touched
        request = (scene.proposed_requests if is_proposed else scene.present_requests).get(idea)
        if request is not None:
            chosen[idea] = request
    return chosen


def _drop_small(
    subjects: dict[int, int], requests: dict[int, int], touched: Collection[int], bindings: Bindings
) -> tuple[dict[int, int], dict[int, int]]:
    """Leave alone who has no company left; a request lies in one subject, where most of it is."""
    sizes = Counter(subjects.values())
    kept = set(touched) | {subjects[idea] for idea in bindings.signed.keys() | bindings.put.keys() if idea in subjects}
    subjects = {idea: cluster for idea, cluster in subjects.items() if sizes[cluster] > 1 or cluster in kept}
    lie_in = Counter((requests[idea], subjects[idea]) for idea in requests if idea in subjects)
    parents: dict[int, int] = {}
    for (request, cluster), _count in sorted(lie_in.items(), key=lambda one: (-one[1], one[0])):
        parents.setdefault(request, cluster)
    inside = {idea: request for idea, request in requests.items() if subjects.get(idea) == parents.get(request)}
    sizes = Counter(inside.values())
    return subjects, {idea: request for idea, request in inside.items() if sizes[request] > 1}
