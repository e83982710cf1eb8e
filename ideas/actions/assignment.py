"""Between two runs, a newly published idea joins the subject that it is like on the whole, or waits alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from ideas.actions.places import bump
from ideas.actions.transaction import transaction
from ideas.domain.clusters import Origin
from ideas.retrieval.index_files import Hit
from ideas.retrieval.similar import find_near
from ideas.runs.bindings import Bindings, read_bindings
from ideas.runs.inputs import idea_text, read_picture
from ideas.store.database import db, give_way, reading
from ideas.store.models import Campaign, Idea, Membership, NearIdeas, Run
from ideas.store.visibility import listed

NEAREST = 100  # of those looked at: the mean over a larger subject is taken over so many
SHOWN_NEAR = 5
PIECE = 20  # ideas placed in one transaction
MOST = 200  # ideas a beat: after a large import a run is due anyway


def place_new_ideas(campaign_id: int, *, var: str) -> int:
    """Place the ideas published since the picture was made, obeying what people decided; return how many joined.

    What takes long, the search, is done while everybody may write. Where each idea goes is then decided by the
    picture and the decisions as they are once nobody else can write.
    """
    with reading():
        new = _list_new(campaign_id, _find_current(campaign_id))
        near = {idea.id: _find_near(idea, var) for idea in new}
        if not near:
            return 0
    numbers, count = sorted(near), 0
    for first in range(0, len(numbers), PIECE):
        count += _place_piece(campaign_id, {number: near[number] for number in numbers[first : first + PIECE]})
        give_way()
    return count


@transaction()
def _place_piece(campaign_id: int, near: dict[int, list[Hit]]) -> int:
    # A run that is accepted now waits: it would otherwise turn the campaign between the look and the writing.
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()).one()
    run = _find_current(campaign_id)
    if run is None:
        return 0
    assignment = _Assignment(run, read_bindings(campaign_id), *read_picture(run.id))
    for idea in _list_new(campaign_id, run, only=near):
        _note_near(run.id, idea.id, near[idea.id])
        assignment.place(idea.id, near[idea.id])
    db.session.add_all(assignment.joined)
    bump({member.cluster_id for member in assignment.joined})
    return len(assignment.joined)


@dataclass
class _Assignment:
    """The picture while new ideas come into it, each in view of those before."""

    run: Run
    bindings: Bindings
    subjects: dict[int, int]
    requests: dict[int, int]
    joined: list[Membership] = field(default_factory=list)

    def place(self, idea: int, near: list[Hit]) -> None:
        """Put an idea where a person wants it, else in the subject whose mean likeness reaches the cut, or nowhere."""
        likeness = {number: likeness for number, likeness, _words in near}
        subject, mean = self._choose(idea, likeness)
        if subject is None:
            return
        cut = self.run.parameters.get("requests", 1.0)
        inside = {number: value for number, value in likeness.items() if self.subjects.get(number) == subject}
        request, _mean = _find_best(inside, self.requests, cut)
        self.subjects[idea] = subject
        if request is not None:
            self.requests[idea] = request
        place = {"run_id": self.run.id, "idea_id": idea, "cluster_id": subject, "request_id": request}
        self.joined.append(Membership(**place, origin=Origin.PLACED, likeness=mean))

    def _choose(self, idea: int, likeness: dict[int, float]) -> tuple[int | None, float]:
        wanted = self.bindings.signed.get(idea) or self.bindings.put.get(idea)
        if wanted is not None:
            return wanted.cluster_id, 0.0
        if idea in self.bindings.out:
            return None, 0.0
        for other in _find_others(idea, self.bindings.together):
            if other in self.subjects:
                return self.subjects[other], 0.0
        barred = {self.subjects.get(other) for other in _find_others(idea, self.bindings.apart)}
        open_ = {number: value for number, value in likeness.items() if self.subjects.get(number) not in barred}
        return _find_best(open_, self.subjects, self.run.parameters.get("subjects", 1.0))


def _find_best(likeness: dict[int, float], groups: dict[int, int], cut: float) -> tuple[int | None, float]:
    """Find the group of largest mean likeness, a member that was not found counting for nothing."""
    sums: defaultdict[int, float] = defaultdict(float)
    for number, value in likeness.items():
        if number in groups:
            sums[groups[number]] += value
    sizes = Counter(groups.values())
    means = {group: total / min(sizes[group], NEAREST) for group, total in sums.items()}
    best = max(means, key=lambda group: (means[group], -group), default=None)
    return (best, means[best]) if best is not None and means[best] >= cut else (None, 0.0)


def _find_others(idea: int, pairs: Iterable[tuple[int, int, int]]) -> list[int]:
    return [other for one, two, _decision in pairs for other in (one, two) if idea in (one, two) and other != idea]


def _find_current(campaign_id: int) -> Run | None:
    current = sa.select(Run).join(Campaign, Campaign.current_run_id == Run.id).where(Campaign.id == campaign_id)
    return db.session.scalar(current)


def _list_new(campaign_id: int, run: Run | None, *, only: Iterable[int] | None = None) -> list[Idea]:
    """List the published ideas of a campaign that the current run could not know, and that nobody looked at since."""
    if run is None:
        return []
    seen = sa.exists().where(NearIdeas.run_id == run.id, NearIdeas.idea_id == Idea.id)
    placed = sa.exists().where(Membership.run_id == run.id, Membership.idea_id == Idea.id)
    new = sa.select(Idea).where(Idea.campaign_id == campaign_id, listed(), Idea.published_at >= run.started_at)
    if only is not None:
        new = new.where(Idea.id.in_(list(only)))
    return list(db.session.scalars(new.where(~placed, ~seen).order_by(Idea.id).limit(MOST)))


def _find_near(idea: Idea, var: str) -> list[Hit]:
    text = idea_text(idea.title, idea.data_wanted, idea.planned_use)
    return [hit for hit in find_near(text, idea.campaign_id, var, NEAREST + 1) if hit[0] != idea.id][:NEAREST]


def _note_near(run_id: int, idea_id: int, near: list[Hit]) -> None:
    """Keep the ideas most like it, which also tells that this one was looked at."""
    listed_near = [[number, round(likeness, 4), words] for number, likeness, words in near[:SHOWN_NEAR]]
    joined = {"joined_to_id": near[0][0], "joined_at_likeness": round(near[0][1], 6)} if near else {}
    db.session.add(NearIdeas(run_id=run_id, idea_id=idea_id, near=listed_near, **joined))
