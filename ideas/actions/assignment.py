"""Between two runs, a newly published idea joins the cluster of its nearest, or waits alone."""

from collections.abc import Iterable

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.clusters import ConstraintKind
from ideas.retrieval.similar import find_near
from ideas.runs.inputs import idea_text
from ideas.similarity.clustering.placement import place
from ideas.store.database import db, give_way, reading
from ideas.store.models import Campaign, Constraint, Idea, Membership, Run
from ideas.store.visibility import listed

NEAREST = 10
Near = tuple[int, float]
PIECE = 20  # ideas placed in one transaction
MOST = 200  # ideas a beat: after a large import a run is due anyway


def place_new_ideas(campaign_id: int, *, var: str) -> int:
    """Place the ideas published since the current run began, obeying what people imposed; return how many joined.

    What takes long, the search, is done while everybody may write. Where each idea goes is then decided anew by the
    run, the clusters and the constraints as they are once nobody else can write.
    """
    with reading():
        near = {idea.id: _find_near(idea, var) for idea in _list_new(campaign_id)}
        if not _decide(campaign_id, near):
            return 0
    numbers, count = sorted(near), 0
    for first in range(0, len(numbers), PIECE):
        count += _place_piece(campaign_id, {number: near[number] for number in numbers[first : first + PIECE]})
        give_way()
    return count


@transaction()
def _place_piece(campaign_id: int, near: dict[int, list[Near]]) -> int:
    # A run that ends now waits: it would otherwise turn the campaign to itself between the look and the writing.
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()).one()
    joined = _decide(campaign_id, near)
    db.session.add_all(joined)
    return len(joined)


def _list_new(campaign_id: int, only: Iterable[int] | None = None) -> list[Idea]:
    """List the published ideas of a campaign that its current run could not know, and that joined nothing since."""
    current = sa.select(Run).join(Campaign, Campaign.current_run_id == Run.id).where(Campaign.id == campaign_id)
    run = db.session.scalar(current)
    if run is None:
        return []
    placed = sa.exists().where(Membership.run_id == run.id, Membership.idea_id == Idea.id)
    new = sa.select(Idea).where(Idea.campaign_id == campaign_id, listed(), Idea.published_at >= run.started_at, ~placed)
    if only is not None:
        new = new.where(Idea.id.in_(list(only)))
    return list(db.session.scalars(new.order_by(Idea.id).limit(MOST)))


def _find_near(idea: Idea, var: str) -> list[Near]:
    text = idea_text(idea.title, idea.data_wanted, idea.planned_use)
    return [hit for hit in find_near(text, idea.campaign_id, var, NEAREST + 1) if hit[0] != idea.id][:NEAREST]


def _decide(campaign_id: int, near: dict[int, list[Near]]) -> list[Membership]:
    """Return the places of the new ideas whose nearest are known, each in view of those before it."""
    run_id = db.session.scalar(sa.select(Campaign.current_run_id).where(Campaign.id == campaign_id))
    joined: dict[int, Membership] = {}
    for idea in _list_new(campaign_id, only=near):
        found = _place(idea, near[idea.id], run_id or 0, joined)
        if found is not None:
            joined[idea.id] = found
    return list(joined.values())


def _place(idea: Idea, near: list[Near], run_id: int, joined: dict[int, Membership]) -> Membership | None:
    clusters = _clusters_of([number for number, _likeness in near], run_id, joined)
    barred = _clusters_of(_opposites(idea), run_id, joined).values()
    cluster_id = place([(clusters.get(number, -1), likeness) for number, likeness in near], barred)
    if cluster_id < 0:
        return None
    inside = [likeness for number, likeness in near if clusters.get(number) == cluster_id]
    likeness = sum(inside) / len(inside)
    return Membership(run_id=run_id, idea_id=idea.id, cluster_id=cluster_id, likeness=likeness)


def _clusters_of(numbers: list[int], run_id: int, joined: dict[int, Membership]) -> dict[int, int]:
    rows = sa.select(Membership.idea_id, Membership.cluster_id).where(
        Membership.run_id == run_id, Membership.idea_id.in_(numbers)
    )
    just = {number: joined[number].cluster_id for number in numbers if number in joined}
    return just | dict(db.session.execute(rows).all())


def _opposites(idea: Idea) -> list[int]:
    """List the ideas that a person keeps apart from this one."""
    standing = sa.select(Constraint.idea_id, Constraint.other_idea_id).where(
        Constraint.kind == ConstraintKind.APART.value,
        Constraint.lifted_at.is_(None),
        sa.or_(Constraint.idea_id == idea.id, Constraint.other_idea_id == idea.id),
    )
    return [number for pair in db.session.execute(standing) for number in pair if number and number != idea.id]
