"""Questions about clustering runs: the one that is shown, the one that waits for an answer, and how they differ."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.clusters import Event, Level, RunState
from ideas.domain.lineage import Change, compare
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Idea, Membership, NearIdeas, Run, RunCluster
from ideas.store.visibility import listed


def find(run_id: int | None) -> Run | None:
    """Return a run by its number."""
    return db.session.get(Run, run_id) if run_id else None


def find_pending(campaign_id: int) -> Run | None:
    """Return the proposal that waits for an answer."""
    waiting = sa.select(Run).where(Run.campaign_id == campaign_id, Run.state == RunState.PROPOSED)
    return db.session.scalar(waiting.order_by(Run.id.desc()).limit(1))


def find_last(campaign_id: int) -> Run | None:
    """Return the run of a campaign that was finished last, whatever people made of it."""
    done = sa.select(Run).where(Run.campaign_id == campaign_id, Run.finished_at.is_not(None))
    return db.session.scalar(done.order_by(Run.id.desc()).limit(1))


def find_last_start(campaign_id: int) -> datetime | None:
    """Return when the last run of a campaign began, whatever became of it."""
    return db.session.scalar(sa.select(sa.func.max(Run.started_at)).where(Run.campaign_id == campaign_id))


def count_new(campaign: Campaign) -> int:
    """Return how many ideas came online since the picture that is shown was made."""
    run = find(campaign.current_run_id)
    mine = sa.select(sa.func.count()).select_from(Idea).where(Idea.campaign_id == campaign.id, listed())
    return db.session.scalar(mine if run is None else mine.where(Idea.published_at >= run.started_at)) or 0


class ProposedSubject(NamedTuple):
    """What a proposal does to one subject; `reason`: the words that what joins it shares with those that were in it."""

    cluster_id: int
    name: str
    event: Event
    is_same: bool
    others: tuple[int, ...]
    joining: tuple[int, ...]
    leaving: tuple[int, ...]
    kept_count: int
    reason: list[str]


def compare_proposal(run: Run, campaign: Campaign) -> list[ProposedSubject]:
    """Compare a proposal with what is public, published ideas only; what does not change comes last."""
    before, after = _read_picture(campaign.current_run_id), _read_picture(run.id)
    changes = compare(before, after)
    names = _list_names(run.id, campaign.current_run_id, [change.cluster_id for change in changes])
    moved = [idea for change in changes if not change.is_same for idea in change.joining]
    near = _list_near(run.id, moved)
    told = [_tell(change, names, near, after) for change in changes]
    return sorted(told, key=lambda one: (one.is_same, -len(one.joining) - len(one.leaving), one.cluster_id))


def _tell(change: Change, names: dict[int, str], near: dict[int, NearIdeas], after: dict[int, int]) -> ProposedSubject:
    counted: dict[str, int] = {}
    for idea in change.joining:
        shared = {
            word
            for number, _likeness, words in (near[idea].near if idea in near else ())
            if after.get(number) == change.cluster_id
            for word in words
        }
        for word in shared:
            counted[word] = counted.get(word, 0) + 1
    reason = sorted(counted, key=lambda word: (-counted[word], word))[:5]
    given = change._asdict() | {"is_same": change.is_same, "name": names.get(change.cluster_id, ""), "reason": reason}
    return ProposedSubject(**given)


def _read_picture(run_id: int | None) -> dict[int, int]:
    members = (
        sa.select(Membership.idea_id, Membership.cluster_id)
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == run_id, listed())
    )
    return {idea: cluster for idea, cluster in db.session.execute(members)}  # noqa: C416


def _list_names(run_id: int, current_run_id: int | None, numbers: Iterable[int]) -> dict[int, str]:
    """Return what each subject is called by a person, else by the machine, in the proposal or in what is shown."""
    names = sa.select(RunCluster.cluster_id, Cluster.name, RunCluster.title, RunCluster.run_id == run_id)
    query = (
        names.join(Cluster, Cluster.id == RunCluster.cluster_id)
        .where(RunCluster.run_id.in_([run_id, current_run_id]), Cluster.id.in_(list(numbers)))
        .where(Cluster.level == Level.SUBJECT)
        .order_by(RunCluster.run_id == run_id)
    )
    return {number: name or title for number, name, title, _is_proposed in db.session.execute(query)}


def _list_near(run_id: int, ideas: Iterable[int]) -> dict[int, NearIdeas]:
    rows = sa.select(NearIdeas).where(NearIdeas.run_id == run_id, NearIdeas.idea_id.in_(list(ideas)))
    return {row.idea_id: row for row in db.session.scalars(rows)}
