"""What people decided about subjects, as it binds ideas: read from the rows, and whether one more can hold with it."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.clusters import PLACED, ConstraintKind, ReviewKind
from ideas.store.database import db
from ideas.store.models import Cluster, Constraint, Review, ReviewMember


class Pair(NamedTuple):
    """Two ideas, and the decision about them."""

    one: int
    other: int
    decision_id: int


class SubjectPlace(NamedTuple):
    """The subject where a person put an idea, and the decision."""

    cluster_id: int
    decision_id: int


@dataclass(frozen=True)
class Bindings:
    """Decisions that stand.

    `signed`: the subject of each idea that a person signed there, or put in a signed subject. `put`: of each put in a
    subject that nobody signed; it stays with the largest part of the `anchors` of that subject. `out`: ideas left
    without subject, with their decision.
    """

    together: list[Pair] = field(default_factory=list)
    apart: list[Pair] = field(default_factory=list)
    distinct: list[Pair] = field(default_factory=list)
    signed: dict[int, SubjectPlace] = field(default_factory=dict)
    put: dict[int, SubjectPlace] = field(default_factory=dict)
    anchors: dict[int, set[int]] = field(default_factory=dict)
    out: dict[int, int] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)

    def check(self) -> None:
        """Raise `Contradiction`, with the chain of decisions, when these cannot all hold."""
        # The engine's libraries are heavy: a web process that decides nothing does without them.
        from ideas.similarity.clustering.constraints import check_consistent

        alone: dict[Hashable, tuple[Hashable, Hashable]] = {
            idea: (("out", idea), decision) for idea, decision in self.out.items()
        }
        # An idea that is out is in nobody's company: whoever is kept with it would be put somewhere else.
        bound = {idea for pair in self.together for idea in pair[:2] if self.out.keys() & set(pair[:2])}
        elsewhere: dict[Hashable, tuple[Hashable, Hashable]] = {
            idea: (("with others", idea), None) for idea in bound - self.out.keys()
        }
        placed: dict[Hashable, tuple[Hashable, Hashable]] = dict((self.put | self.signed).items())
        check_consistent(self.together, self.apart, elsewhere | placed | alone)

    def restrict(self, known: Iterable[int]) -> "Bindings":
        """Return the decisions about ideas that are still online."""
        known = set(known)

        def of_pairs(pairs: list[Pair]) -> list[Pair]:
            return [pair for pair in pairs if pair.one in known and pair.other in known]

        return Bindings(
            of_pairs(self.together),
            of_pairs(self.apart),
            of_pairs(self.distinct),
            {idea: place for idea, place in self.signed.items() if idea in known},
            {idea: place for idea, place in self.put.items() if idea in known},
            {cluster: ideas & known for cluster, ideas in self.anchors.items()},
            {idea: decision for idea, decision in self.out.items() if idea in known},
            {idea: cluster for idea, cluster in self.confirmed.items() if idea in known},
        )

    def list_sets(self) -> list[list[int]]:
        """List the members of each subject that a person confirmed, that no other decision took away since."""
        sets: dict[int, list[int]] = {}
        for idea, cluster in self.confirmed.items():
            if self.signed.get(idea, SubjectPlace(cluster, 0)).cluster_id == cluster and idea not in self.out:
                sets.setdefault(cluster, []).append(idea)
        return [sorted(ideas) for _cluster, ideas in sorted(sets.items())]


def read_bindings(campaign_id: int) -> Bindings:
    """Read the decisions that stand in a campaign."""
    found = Bindings()
    constraints = list(
        db.session.scalars(
            sa.select(Constraint)
            .where(Constraint.campaign_id == campaign_id, Constraint.lifted_at.is_(None))
            .order_by(Constraint.id)
            .execution_options(populate_existing=True)
        )
    )
    pairs = {K.TOGETHER: found.together, K.APART: found.apart, K.DISTINCT: found.distinct}
    for one in constraints:
        if one.kind in pairs and one.other_idea_id is not None:
            pairs[one.kind].append(Pair(one.idea_id, one.other_idea_id, one.decision_id))
        elif one.kind == K.OUT:
            found.out[one.idea_id] = one.decision_id
    _read_reviews(campaign_id, found)
    signed = {place.cluster_id for place in found.signed.values()}
    for one in constraints:
        if one.kind in PLACED and one.cluster_id is not None:
            places = found.signed if one.cluster_id in signed else found.put
            found.signed.pop(one.idea_id, None)
            places[one.idea_id] = SubjectPlace(one.cluster_id, one.decision_id)
    for idea in found.out:
        found.signed.pop(idea, None)
    return found


K = ConstraintKind


def _read_reviews(campaign_id: int, found: Bindings) -> None:
    """Read what was signed, the latest last: of two subjects that hold the same idea, the latter has it."""
    members = (
        sa.select(Review.kind, Review.cluster_id, Review.decision_id, ReviewMember.idea_id)
        .join(ReviewMember, ReviewMember.review_id == Review.id)
        .join(Cluster, Cluster.id == Review.cluster_id)
        .where(Cluster.campaign_id == campaign_id, Review.ended_at.is_(None), Cluster.dissolved_run_id.is_(None))
        .order_by(Review.id, ReviewMember.idea_id)
    )
    for kind, cluster, decision, idea in db.session.execute(members):
        if kind == ReviewKind.ANCHORS:
            found.anchors.setdefault(cluster, set()).add(idea)
            continue
        found.signed[idea] = SubjectPlace(cluster, decision)
        if kind == ReviewKind.CONFIRMED:
            found.confirmed[idea] = cluster
