"""What a clustering run reads: the published ideas, where they were before, and what people imposed."""

import hashlib
from dataclasses import dataclass, field

import sqlalchemy as sa

from ideas.domain.clusters import ClusterState, ConstraintKind
from ideas.similarity import compose
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Constraint, Idea, Membership, Run
from ideas.store.visibility import listed

ALONE = -1


@dataclass(frozen=True)
class Imposed:
    """Standing constraints as places in the list of ideas; each pair carries the decision behind it."""

    together: list[tuple[int, int, int]] = field(default_factory=list)
    apart: list[tuple[int, int, int]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inputs:
    """One list a column, all in the order of the ideas' numbers."""

    ids: list[int]
    texts: list[str]
    languages: list[str]
    previous: list[int]
    imposed: Imposed
    resolution: float | None = None  # of the run before

    def digest(self) -> str:
        """Return the hash of all that decides the result of a run."""
        whole = repr((self.ids, self.texts, self.languages, self.previous, self.imposed, self.resolution))
        return hashlib.sha256(whole.encode()).hexdigest()


def read_inputs(campaign: Campaign) -> Inputs:
    """Read a campaign's published ideas for a run: titles and bodies, places before, constraints."""
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
    rows = db.session.execute(sa.select(*columns).where(Idea.campaign_id == campaign.id, listed()).order_by(Idea.id))
    ids, texts, languages = [], [], []
    for number, title, data_wanted, planned_use, language in rows:
        ids.append(number)
        texts.append(idea_text(title, data_wanted, planned_use))
        languages.append(language)
    places = {number: place for place, number in enumerate(ids)}
    before = _read_places(campaign.current_run_id)
    run = db.session.get(Run, campaign.current_run_id) if campaign.current_run_id else None
    return Inputs(
        ids,
        texts,
        languages,
        [before.get(number, ALONE) for number in ids],
        _read_constraints(campaign.id, places),
        run.parameters.get("resolution") if run else None,
    )


def idea_text(title: str, data_wanted: str, planned_use: str) -> str:
    """Return what the engine reads of an idea."""
    return compose(title, f"{data_wanted}\n{planned_use}")


def read_accepted(campaign: Campaign) -> dict[int, int]:
    """Return idea number → cluster number for what reviewers stand behind: confirmed clusters, moved and pinned."""
    members = sa.select(Membership.idea_id, Membership.cluster_id).join(Cluster, Cluster.id == Membership.cluster_id)
    confirmed = members.where(Membership.run_id == campaign.current_run_id, Cluster.state == ClusterState.CONFIRMED)
    accepted = dict(db.session.execute(confirmed).all())
    placed = sa.select(Constraint.idea_id, Constraint.cluster_id).where(
        Constraint.campaign_id == campaign.id, Constraint.lifted_at.is_(None), Constraint.cluster_id.is_not(None)
    )
    return accepted | {idea: cluster for idea, cluster in db.session.execute(placed) if cluster is not None}


def _read_places(run_id: int | None) -> dict[int, int]:
    rows = db.session.execute(sa.select(Membership.idea_id, Membership.cluster_id).where(Membership.run_id == run_id))
    return dict(rows.all())


def _read_constraints(campaign_id: int, places: dict[int, int]) -> Imposed:
    standing = (
        sa.select(Constraint)
        .where(Constraint.campaign_id == campaign_id, Constraint.lifted_at.is_(None))
        .order_by(Constraint.id)
    )
    imposed = Imposed()
    for constraint in db.session.scalars(standing):
        here = places.get(constraint.idea_id)
        if here is None:
            continue
        if constraint.cluster_id is not None:
            imposed.places[here] = constraint.cluster_id
            continue
        there = places.get(constraint.other_idea_id or 0)
        if there is not None:
            pairs = imposed.together if constraint.kind == ConstraintKind.TOGETHER else imposed.apart
            pairs.append((here, there, constraint.decision_id))
    return imposed
