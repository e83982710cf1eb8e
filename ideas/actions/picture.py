"""The picture of the subjects that everybody sees, as one act changes it.

All that an act changes is noted, before and after, so that it can be taken back exactly; the campaign's row is held
meanwhile, so that of two acts at once the second sees what the first did. An act that leaves a decision in force
disobeyed is refused with the numbers of the decisions.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.places import PLACE, bump, read_texts, write_place
from ideas.domain.clusters import PLACED, ConstraintKind, Event, Level, Origin, ReviewKind
from ideas.domain.errors import N_, ContradictsDecisions, NotFound, WrongState
from ideas.runs.bindings import Bindings, read_bindings
from ideas.runs.inputs import read_picture
from ideas.similarity.clustering.branch_words import tell_apart
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Constraint,
    Decision,
    Idea,
    Lineage,
    Membership,
    Review,
    ReviewMember,
    RunCluster,
    Undo,
)
from ideas.store.visibility import listed

CHANGED = N_("Ce sujet a changé entre-temps : relisez-le avant de décider.")
NO_PICTURE = N_("Aucun sujet n’existe encore dans cette campagne.")
FIELDS = ("name", "state", "dissolved_run_id")
Expected = Mapping[int, int] | None


class Picture:
    """What everybody sees of a campaign's subjects, held until the end of the act."""

    def __init__(self, campaign_id: int, expected: Expected = None) -> None:
        """Hold the picture; raises `WrongState` when a subject is no longer as `expected` (number → version)."""
        held = sa.select(Campaign.current_run_id).where(Campaign.id == campaign_id).with_for_update()
        self.campaign_id = campaign_id
        self.run_id = db.session.scalar(held)
        db.session.expire_all()
        for number, version in (expected or {}).items():
            if find_living(number).version != version:
                raise WrongState(CHANGED)
        self.subjects, self.requests = read_picture(self.run_id)
        published = sa.select(Idea.id).where(Idea.campaign_id == campaign_id, listed())
        self.published = set(db.session.scalars(published))
        self.bindings = read_bindings(campaign_id)
        self._broken = self._list_broken(self.bindings)
        self.changes: dict[str, list[Any]] = {}
        self.touched: set[int] = set()

    def list_members(self, cluster_id: int) -> list[int]:
        """Return the numbers of the ideas of a subject, whether they are online or not."""
        return sorted(idea for idea, cluster in self.subjects.items() if cluster == cluster_id)

    def list_published(self, cluster_id: int) -> list[int]:
        """Return the numbers of the ideas of a subject that are online."""
        return [idea for idea in self.list_members(cluster_id) if idea in self.published]

    def place(
        self,
        ideas: Collection[int],
        cluster_id: int | None,
        *,
        requests: Mapping[int, int] | None = None,
        origin: Origin = Origin.MOVED,
    ) -> None:
        """Put ideas in a subject, or in none; a request that goes whole goes with them."""
        if self.run_id is None:
            raise WrongState(NO_PICTURE)
        kept = requests if requests is not None else self._find_whole_requests(set(ideas))
        rows = {row.idea_id: row for row in self._find_rows(ideas)}
        for idea in sorted(ideas):
            row, before = rows.get(idea), self.subjects.get(idea)
            if before == cluster_id and (row is None or row.request_id == kept.get(idea)):
                continue
            self.touched |= {number for number in (before, cluster_id) if number is not None}
            self._move(row, idea, cluster_id, kept.get(idea), origin)
        for request in {kept[idea] for idea in ideas if idea in kept}:
            self._set_parent(request, cluster_id)

    def _find_rows(self, ideas: Collection[int]) -> Iterable[Membership]:
        own = sa.select(Membership).where(Membership.run_id == self.run_id, Membership.idea_id.in_(ideas))
        return db.session.scalars(own)

    def _move(
        self, row: Membership | None, idea: int, cluster_id: int | None, request_id: int | None, origin: Origin
    ) -> None:
        before = None if row is None else [getattr(row, name) for name in PLACE]
        after = None
        if cluster_id is not None:
            is_same = row is not None and row.cluster_id == cluster_id
            likeness = row.likeness if is_same and row is not None else 0.0
            after = [cluster_id, request_id, origin.value, likeness, None, 0.0]
        write_place(self.run_id, idea, after)
        self.note("places", [idea, before, after])
        for picture, number in ((self.subjects, cluster_id), (self.requests, request_id)):
            picture.pop(idea, None)
            if number is not None:
                picture[idea] = number

    def _find_whole_requests(self, ideas: set[int]) -> dict[int, int]:
        moving = Counter(request for idea, request in self.requests.items() if idea in ideas)
        sizes = Counter(self.requests.values())
        whole = {request for request, count in moving.items() if count == sizes[request]}
        return {idea: request for idea, request in self.requests.items() if idea in ideas and request in whole}

    def _set_parent(self, request_id: int, cluster_id: int | None) -> None:
        row = db.session.get(RunCluster, (self.run_id, request_id))
        if row is not None and row.parent_id != cluster_id:
            self.note("parents", [request_id, row.parent_id, cluster_id])
            row.parent_id = cluster_id

    def add_subject(
        self, ideas: Collection[int], *, now: datetime, name: str = "", beside: Collection[int] = ()
    ) -> int:
        """Make a subject of some ideas, named after the most supported unless it has a name; return its number.

        Its words are those that tell it apart from the ideas `beside`, which it leaves.
        """
        cluster = Cluster(
            campaign_id=self.campaign_id, level=Level.SUBJECT, born_run_id=self.run_id, accepted_at=now, name=name
        )
        db.session.add(cluster)
        db.session.flush()
        best = sa.select(Idea).where(Idea.id.in_(ideas)).order_by(Idea.vote_count.desc(), Idea.id).limit(1)
        titled = db.session.scalars(best).one()
        db.session.add(
            RunCluster(
                run_id=self.run_id,
                cluster_id=cluster.id,
                title=titled.title,
                named_after_id=titled.id,
                keywords=tell_apart(read_texts(ideas), read_texts(beside)),
                size=len(ideas),
                cohesion=0.0,
                robustness=1.0,  # a person made it: nothing of it is owed to chance
            )
        )
        self.note("born", cluster.id)
        self.place(ideas, cluster.id)
        return cluster.id

    def edit(self, cluster: Cluster, **values: Any) -> None:
        """Change the name, the state or the end of a subject."""
        before = {name: getattr(cluster, name) for name in FIELDS}
        for name, value in values.items():
            setattr(cluster, name, value)
        self.note("clusters", [cluster.id, before, {name: getattr(cluster, name) for name in FIELDS}])
        self.touched.add(cluster.id)

    def sign(self, cluster_id: int, kind: ReviewKind, ideas: Collection[int], decision: Decision) -> None:
        """Note the members that a person signs."""
        review = Review(cluster_id=cluster_id, kind=kind, decision_id=decision.id, reviewed_at=decision.decided_at)
        db.session.add(review)
        db.session.flush()
        rows = [{"review_id": review.id, "idea_id": idea} for idea in sorted(ideas)]
        if rows:
            db.session.execute(sa.insert(ReviewMember), rows)
        self.note("reviews", review.id)
        self.touched.add(cluster_id)

    def end_reviews(self, cluster_id: int, now: datetime, kinds: Iterable[ReviewKind] = tuple(ReviewKind)) -> None:
        """End what was signed of a subject."""
        active = sa.select(Review).where(
            Review.cluster_id == cluster_id, Review.ended_at.is_(None), Review.kind.in_(list(kinds))
        )
        for review in db.session.scalars(active):
            review.ended_at = now
            self.note("ended", review.id)

    def impose(self, decision: Decision, kind: ConstraintKind, idea: int, **given: Any) -> None:
        """Bind later runs to what is decided about an idea."""
        constraint = Constraint(
            campaign_id=self.campaign_id,
            kind=kind,
            idea_id=idea,
            decision_id=decision.id,
            imposed_at=decision.decided_at,
            **given,
        )
        db.session.add(constraint)
        db.session.flush()
        self.note("constraints", constraint.id)
        self.touched |= {self.subjects[one] for one in (idea, given.get("other_idea_id")) if one in self.subjects}

    def lift(self, which: sa.ColumnElement[bool], now: datetime) -> int:
        """Free later runs from some constraints; return how many stood."""
        active = sa.select(Constraint).where(
            Constraint.campaign_id == self.campaign_id, Constraint.lifted_at.is_(None), which
        )
        lifted = list(db.session.scalars(active))
        for constraint in lifted:
            constraint.lifted_at = now
            self.note("lifted", constraint.id)
            ideas = (constraint.idea_id, constraint.other_idea_id)
            self.touched |= {self.subjects[idea] for idea in ideas if idea is not None and idea in self.subjects}
        return len(lifted)

    def retarget(self, ideas: Collection[int], before: int, after: int) -> None:
        """Turn to another subject what put these ideas in this one: they leave with those they were put among."""
        active = sa.select(Constraint).where(
            Constraint.cluster_id == before, Constraint.lifted_at.is_(None), Constraint.kind.in_(PLACED)
        )
        for constraint in db.session.scalars(active):
            if constraint.idea_id in ideas:
                constraint.cluster_id = after
                self.note("retargeted", [constraint.id, before, after])

    def tell(self, event: Event, cluster_id: int, other_id: int | None, decision: Decision) -> None:
        """Note what becomes of a subject."""
        line = Lineage(
            run_id=self.run_id, cluster_id=cluster_id, event=event, from_cluster_id=other_id, decision_id=decision.id
        )
        db.session.add(line)
        db.session.flush()
        self.note("lineage", line.id)

    def keep(self, decision: Decision) -> Decision:
        """Check that all decisions are obeyed, and keep what is needed to take this one back."""
        db.session.flush()
        bindings = read_bindings(self.campaign_id)
        check(bindings)
        broken = self._list_broken(bindings) - self._broken - {decision.id}
        if broken:
            raise ContradictsDecisions(sorted(broken))
        bump(self.touched)
        db.session.add(
            Undo(decision_id=decision.id, changes={**self.changes, "touched": sorted(self.touched), "run": self.run_id})
        )
        db.session.flush()
        return decision

    def note(self, kind: str, change: Any) -> None:
        """Keep what is needed to take a change back."""
        self.changes.setdefault(kind, []).append(change)

    def _list_broken(self, bindings: Bindings) -> set[int]:
        """List the decisions that the picture does not obey; what is no longer online binds nobody."""
        online = bindings.restrict(self.published)
        places = {**online.put, **online.signed}
        where = self.subjects.get
        broken = {place.decision_id for idea, place in places.items() if where(idea) != place.cluster_id}
        broken |= {pair.decision_id for pair in online.together if where(pair.one) != where(pair.other)}
        broken |= {
            pair.decision_id
            for pair in online.apart
            if where(pair.one) is not None and where(pair.one) == where(pair.other)
        }
        return broken | {decision for idea, decision in online.out.items() if where(idea) is not None}


def check(bindings: Bindings) -> None:
    """Raise `ContradictsDecisions` when these decisions cannot all hold."""
    from ideas.similarity.clustering.constraints import Contradiction

    try:
        bindings.check()
    except Contradiction as contradiction:
        raise ContradictsDecisions([number for number in contradiction.chain if isinstance(number, int)]) from None


def find_living(cluster_id: int) -> Cluster:
    """Return a subject that was accepted and not dissolved, or raise why nothing can be done with it."""
    cluster = db.session.get(Cluster, cluster_id)
    if cluster is None or cluster.accepted_at is None or cluster.level is not Level.SUBJECT:
        raise NotFound(N_("Ce sujet n’existe pas."))
    if cluster.dissolved_run_id is not None:
        raise WrongState(N_("Ce sujet a été dissous : il ne reçoit plus d’idées."))
    return cluster
