"""What a supporter would do with the data: written beside their vote, taken back with it, read by the team first."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.limiting import count_hit
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.campaigns import check_open
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.domain.limits import USES_OF_PERSON
from ideas.domain.lines import LineState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.uses import NOT_A_SUPPORTER, check_use, check_use_verdict
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Undo, Vote, VoteUse
from ideas.store.visibility import Actor, visible_to


@transaction()
def write_use(idea_id: int, text: str | None, *, person_id: int, now: datetime) -> VoteUse:
    """Keep what a supporter of an idea would do with the data, for review; a line that was there is written over.

    Raises `Invalid` beside the field, `WrongState` for who does not support the idea, `Closed`, and `TooOften`.
    """
    line = check_use(text)
    vote = _find_vote(idea_id, person_id)
    if vote is None:
        raise WrongState(NOT_A_SUPPORTER)
    campaign = sa.select(Campaign).join(Idea, Idea.campaign_id == Campaign.id).where(Idea.id == vote.idea_id)
    check_open(db.session.scalars(campaign).one(), now)
    count_hit(USES_OF_PERSON, person_id, now=now)
    use = db.session.scalar(sa.select(VoteUse).where(VoteUse.vote_id == vote.id)) or VoteUse(vote_id=vote.id)
    use.text, use.state, use.reason, use.written_at = line, LineState.WAITING, "", now
    use.decided_at = None
    db.session.add(use)
    db.session.flush()
    return use


@transaction()
def take_back_use(idea_id: int, *, person_id: int) -> bool:
    """Delete what a person said they would do with the data of an idea; False when they said nothing."""
    own = sa.select(Vote.id).join(Idea, Idea.id == Vote.idea_id).where(Vote.person_id == person_id)
    own = own.where(sa.or_(Idea.id == idea_id, Idea.canonical_id == idea_id))
    deleted = db.session.scalars(sa.delete(VoteUse).where(VoteUse.vote_id.in_(own)).returning(VoteUse.id)).all()
    return bool(deleted)


@transaction()
def decide_use(use_id: int, *, is_published: bool, actor: Actor, now: datetime, reason: str = "") -> Decision:
    """Publish what a supporter would do with the data, or refuse it, saying why; raises `NotFound`, or `WrongState`."""
    check_can_somewhere(actor, Permission.MODERATE)
    use = db.session.get(VoteUse, use_id, with_for_update=True, populate_existing=True)
    idea = _find_idea(use, actor) if use else None
    if use is None or idea is None:
        raise NotFound(N_("Cette ligne a été retirée par la personne qui l’avait écrite."))
    then = check_use_verdict(use.state, is_published=is_published, reason=reason)
    use.reason = "" if is_published else reason
    decision = record_decision(
        DecisionKind.PUBLISH_USE if is_published else DecisionKind.REFUSE_USE,
        actor,
        permission=Permission.MODERATE,
        campaign_id=idea.campaign_id,
        now=now,
        idea_id=idea.id,
        reason=use.reason,
    )
    changes = {"handled": [], "uses": [[use.id, use.state.value, then.value]]}
    use.state, use.decided_at = then, now
    _tell(use, idea, decision, by=actor.id)
    db.session.add(Undo(decision_id=decision.id, changes=changes))
    db.session.flush()
    return decision


def take_back_verdicts(changes: list[tuple[int, str, str]]) -> None:
    """Lead lines back to where a decision found them; raises `WrongState` when one was written again or taken away."""
    for number, before, after in changes:
        use = db.session.get(VoteUse, number, with_for_update=True, populate_existing=True)
        if use is None or use.state != after:
            raise WrongState(N_("Cette ligne a changé depuis : la décision ne s’annule plus."))
        use.state, use.reason, use.decided_at = LineState(before), "", None


def _find_vote(idea_id: int, person_id: int) -> Vote | None:
    """Return the vote by which a person counts for an idea: on itself, else on one that was merged into it."""
    counted = (
        sa.select(Vote)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(sa.or_(Idea.id == idea_id, Idea.canonical_id == idea_id), Vote.person_id == person_id)
        .order_by(sa.case((Vote.idea_id == idea_id, 0), else_=1), Vote.idea_id)
    )
    return db.session.scalars(counted.with_for_update(of=Vote)).first()


def _tell(use: VoteUse, idea: Idea, decision: Decision, *, by: int | None) -> None:
    """Tell of a verdict about a line: on the page that shows it first, then on the idea that was supported."""
    kind = EventKind.USE_PUBLISHED if use.state is LineState.PUBLISHED else EventKind.USE_REFUSED
    numbers = dict.fromkeys((idea.canonical_id or idea.id, idea.id))
    tell(kind, numbers, by=by, now=decision.decided_at, decision_id=decision.id, use_id=use.id)


def _find_idea(use: VoteUse, actor: Actor) -> Idea | None:
    idea = sa.select(Idea).join(Vote, Vote.idea_id == Idea.id).where(Vote.id == use.vote_id, visible_to(actor))
    return db.session.scalar(idea)
