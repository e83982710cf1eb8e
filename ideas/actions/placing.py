"""Between two runs, a newly published idea joins the cluster of its nearest, or waits alone."""

import sqlalchemy as sa

from ideas.actions.run_inputs import idea_text
from ideas.actions.similar import find_near
from ideas.domain.clusters import ConstraintKind
from ideas.similarity.placement import place
from ideas.store.database import db
from ideas.store.models import Campaign, Constraint, Idea, Membership, Run
from ideas.store.visibility import listed

NEAREST = 10
MOST = 200  # ideas a beat: after a large import a run is due anyway


def place_new_ideas(campaign_id: int, *, var: str) -> int:
    """Place the ideas published since the current run began, obeying what people imposed; return how many joined."""
    campaign = db.session.get_one(Campaign, campaign_id)
    run = db.session.get(Run, campaign.current_run_id) if campaign.current_run_id else None
    if run is None:
        return 0
    placed = sa.exists().where(Membership.run_id == run.id, Membership.idea_id == Idea.id)
    new = sa.select(Idea).where(Idea.campaign_id == campaign_id, listed(), Idea.published_at >= run.started_at, ~placed)
    joined = sum(_place(idea, run.id, var) for idea in db.session.scalars(new.order_by(Idea.id).limit(MOST)).all())
    db.session.commit()
    return joined


def _place(idea: Idea, run_id: int, var: str) -> bool:
    text = idea_text(idea.title, idea.data_wanted, idea.planned_use)
    near = [hit for hit in find_near(text, idea.campaign_id, var, NEAREST + 1) if hit[0] != idea.id][:NEAREST]
    clusters = _clusters_of([number for number, _likeness in near], run_id)
    barred = _clusters_of(_opposites(idea), run_id).values()
    cluster_id = place([(clusters.get(number, -1), likeness) for number, likeness in near], barred)
    if cluster_id < 0:
        return False
    inside = [likeness for number, likeness in near if clusters.get(number) == cluster_id]
    likeness = sum(inside) / len(inside)
    db.session.add(Membership(run_id=run_id, idea_id=idea.id, cluster_id=cluster_id, likeness=likeness))
    db.session.flush()
    return True


def _clusters_of(numbers: list[int], run_id: int) -> dict[int, int]:
    rows = sa.select(Membership.idea_id, Membership.cluster_id).where(
        Membership.run_id == run_id, Membership.idea_id.in_(numbers)
    )
    return dict(db.session.execute(rows).all())


def _opposites(idea: Idea) -> list[int]:
    """List the ideas that a person keeps apart from this one."""
    standing = sa.select(Constraint.idea_id, Constraint.other_idea_id).where(
        Constraint.kind == ConstraintKind.APART.value,
        Constraint.lifted_at.is_(None),
        sa.or_(Constraint.idea_id == idea.id, Constraint.other_idea_id == idea.id),
    )
    return [number for pair in db.session.execute(standing) for number in pair if number and number != idea.id]
