"""The requests for data of some ideas, held while one act moves them: of one idea, or of a whole subject at once.

All that an act changes is noted, before and after, so that it can be taken back exactly (`take_back`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.families import lock_families
from ideas.actions.picture import CHANGED as SUBJECT_CHANGED
from ideas.actions.picture import find_living
from ideas.actions.telling import tell
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import Handling, ReplyState, check_transition
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, HandlingStep, Idea, Membership, Producer, Question, Undo
from ideas.store.visibility import Actor, visible_to

CHANGED = N_("Cette demande a changé entre-temps : relisez-la avant de décider.")
CHOOSE = N_("Choisissez une idée au moins.")
DEPENDED_ON = N_("Une décision plus récente dépend de celle-ci : annulez-la d’abord.")
MOVED = ("handling", "answer_id", "routed_to_id", "routed_at")


@dataclass(frozen=True)
class About:
    """The ideas that an act is about, and what whoever acts had read of them.

    `cluster_id` is the subject whose ideas they are, some left aside perhaps, and `version` the one that was read;
    `seen_step` is the last step of these ideas that was read: a newer one means that they have changed.
    """

    idea_ids: Collection[int]
    cluster_id: int | None = None
    version: int | None = None
    seen_step: int | None = None


class Handled:
    """The ideas that an act is about, held until its end."""

    def __init__(self, about: About, actor: Actor) -> None:
        """Hold the ideas; raises `NotFound`, `NotAllowed`, or `WrongState` when they are not as they were read."""
        check_can_somewhere(actor, Permission.ANSWER)
        numbers = sorted(set(about.idea_ids))
        if not numbers:
            raise WrongState(CHOOSE)
        lock_families(*numbers)
        kept = sa.select(Idea).where(Idea.id.in_(numbers), visible_to(actor)).order_by(Idea.id)
        self.ideas = list(db.session.scalars(kept))
        if len(self.ideas) < len(numbers):
            raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
        self.actor, self.about, self.campaign_id = actor, about, self.ideas[0].campaign_id
        self.body_id = self._check()
        self.changes: dict[str, list[Any]] = {"handled": []}

    def _check(self) -> int | None:
        """Return the one body that all these ideas are addressed to, None when there are several or none."""
        if any(idea.publication is not Publication.PUBLISHED for idea in self.ideas):
            raise WrongState(N_("Cette idée n’est pas en ligne : rien ne peut lui être répondu."))
        if len({idea.campaign_id for idea in self.ideas}) > 1:
            raise WrongState(N_("Ces deux idées n’appartiennent pas à la même campagne."))
        bodies = {idea.routed_to_id or idea.producer_id for idea in self.ideas}
        for body in bodies:
            check_can(self.actor, Permission.ANSWER, Subject(self.campaign_id, body))
        self._check_seen()
        if self.about.cluster_id is not None:
            self._check_subject(self.about.cluster_id)
        return bodies.pop() if len(bodies) == 1 else None

    def _check_seen(self) -> None:
        numbers = [idea.id for idea in self.ideas]
        newest = sa.select(sa.func.max(HandlingStep.id)).where(HandlingStep.idea_id.in_(numbers))
        if self.about.seen_step is not None and (db.session.scalar(newest) or 0) > self.about.seen_step:
            raise WrongState(CHANGED)

    def _check_subject(self, cluster_id: int) -> None:
        """Hold the picture of the subjects, and see that these ideas are in this one as it was read.

        Only their own places are read: a hundred answers published together would read the whole picture each.
        """
        held = sa.select(Campaign.current_run_id).where(Campaign.id == self.campaign_id).with_for_update()
        run_id = db.session.scalar(held)
        cluster = find_living(cluster_id)
        db.session.refresh(cluster)
        if self.about.version is not None and cluster.version != self.about.version:
            raise WrongState(SUBJECT_CHANGED)
        numbers = [idea.id for idea in self.ideas]
        inside = sa.select(sa.func.count()).select_from(Membership)
        inside = inside.where(Membership.run_id == run_id, Membership.cluster_id == cluster_id)
        if db.session.scalar(inside.where(Membership.idea_id.in_(numbers))) != len(numbers):
            raise WrongState(N_("Une de ces idées n’est plus dans ce sujet : relisez-le avant de décider."))

    def record(self, kind: DecisionKind, now: datetime, *, reason: str = "", note: str = "") -> Decision:
        """Add the decision that this act is."""
        alone = self.ideas[0].id if len(self.ideas) == 1 and self.about.cluster_id is None else None
        return record_decision(
            kind,
            self.actor,
            permission=Permission.ANSWER,
            campaign_id=self.campaign_id,
            producer_id=self.body_id,
            now=now,
            idea_id=alone,
            cluster_id=self.about.cluster_id,
            reason=reason,
            note=note,
        )

    def check(self, then: Handling) -> None:
        """Raise `WrongState` unless all these ideas may go to `then`."""
        for idea in self.ideas:
            check_transition(idea.handling, then)

    def move(self, decision: Decision, then: Handling, *, producer_id: int | None = None, **columns: Any) -> None:
        """Lead every idea to `then`, each with a step of its history; `producer_id` is the body that the step names."""
        for idea in self.ideas:
            before = read_handled(idea)
            for name, value in {"handling": then, **columns}.items():
                setattr(idea, name, value)
            self.changes["handled"].append([idea.id, before, read_handled(idea)])
            db.session.add(
                HandlingStep(
                    idea_id=idea.id,
                    decision_id=decision.id,
                    handling=then,
                    answer_id=columns.get("answer_id"),
                    producer_id=producer_id,
                    taken_at=decision.decided_at,
                )
            )

    def keep(self, decision: Decision, told: EventKind | None = None, *, act: str = "") -> Decision:
        """Keep what was changed, so that it can be taken back; whoever hears of it is told, once an `act`."""
        if told is not None:
            numbers = [idea.id for idea in self.ideas]
            tell(told, numbers, by=self.actor.id, now=decision.decided_at, decision_id=decision.id, act=act)
        db.session.add(Undo(decision_id=decision.id, changes=self.changes))
        db.session.flush()
        return decision


def read_handled(idea: Idea) -> list[Any]:
    """Return where the request of an idea stands, as it is kept to be compared and written back."""
    at = idea.routed_at
    return [idea.handling.value, idea.answer_id, idea.routed_to_id, at.isoformat() if at else None]


def find_body(producer_id: int | None) -> Producer:
    """Return a body of the directory, or raise `WrongState`."""
    body = db.session.get(Producer, producer_id) if producer_id else None
    if body is None:
        raise WrongState(N_("Choisissez un organisme de la liste."))
    return body


def hold_bodies(changes: Mapping[str, list[Any]]) -> set[int | None]:
    """Hold the ideas that a decision moved; return the bodies that were asked when it found them."""
    asked = {number: before[MOVED.index("routed_to_id")] for number, before, _after in changes["handled"]}
    lock_families(*asked)
    named = sa.select(Idea.id, Idea.producer_id).where(Idea.id.in_(asked))
    return {asked[number] or holder for number, holder in db.session.execute(named)}


def take_back(decision_id: int, changes: Mapping[str, list[Any]], now: datetime) -> None:
    """Lead each idea back to where a decision found it; raises `WrongState` when something happened to it since."""
    numbers = [number for number, _before, _after in changes["handled"]]
    ideas = {idea.id: idea for idea in db.session.scalars(sa.select(Idea).where(Idea.id.in_(numbers)))}
    for number, before, after in changes["handled"]:
        if read_handled(ideas[number]) != after:
            raise WrongState(DEPENDED_ON)
        handling, answer_id, routed_to_id, routed_at = before
        ideas[number].handling = Handling(handling)
        ideas[number].answer_id, ideas[number].routed_to_id = answer_id, routed_to_id
        ideas[number].routed_at = datetime.fromisoformat(routed_at) if routed_at else None
    _take_back_questions(changes, now)
    steps = sa.update(HandlingStep).where(HandlingStep.decision_id == decision_id)
    db.session.execute(steps.values(undone_at=now))


def _take_back_questions(changes: Mapping[str, list[Any]], now: datetime) -> None:
    for number in changes.get("questions", []):
        question = db.session.get_one(Question, number)
        if question.reply_state is not ReplyState.AWAITED:
            raise WrongState(DEPENDED_ON)
        question.withdrawn_at = now
    for number, before, after in changes.get("replies", []):
        question = db.session.get_one(Question, number)
        if question.reply_state != after:
            raise WrongState(DEPENDED_ON)
        question.reply_state = ReplyState(before)
