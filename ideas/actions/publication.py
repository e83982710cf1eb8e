"""What moderators decide about an idea, or about several at once; each idea has a decision of its own."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from ideas.actions.decisions import record_decision
from ideas.actions.ideas import change_state, find_for_staff
from ideas.actions.merging import leave_family
from ideas.actions.reconsidering import note_move
from ideas.actions.several import do_to_all
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.events import EventKind
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication, Verdict, check_reason, decide
from ideas.store.database import db
from ideas.store.models import Decision, Undo
from ideas.store.visibility import Actor

KINDS = {
    Verdict.PUBLISH: DecisionKind.PUBLISH,
    Verdict.REFUSE: DecisionKind.REFUSE,
    Verdict.HIDE: DecisionKind.HIDE,
    Verdict.RESTORE: DecisionKind.RESTORE,
}

EVENTS = {
    Verdict.PUBLISH: EventKind.PUBLISHED,
    Verdict.REFUSE: EventKind.REFUSED,
    Verdict.HIDE: EventKind.HIDDEN,
    Verdict.RESTORE: EventKind.RESTORED,
}


@transaction()
def decide_idea(
    idea_id: int,
    verdict: Verdict,
    *,
    actor: Actor,
    now: datetime,
    expected: Publication | None = None,
    reason: str = "",
    note: str = "",
) -> Decision:
    """Publish, refuse, hide or restore an idea; `expected` is the state that the moderator had before their eyes.

    Raises `NotAllowed`, `NotFound`, or `WrongState` when the idea changed meanwhile or a reason is missing.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    idea = find_for_staff(idea_id, actor)
    state = expected or Publication(idea.publication)
    then = decide(state, verdict)
    check_reason(verdict, reason)
    before_at = idea.published_at
    published_at = before_at or now if then is Publication.PUBLISHED else before_at
    if verdict is Verdict.HIDE:
        state = leave_family(idea_id, state, actor=actor, now=now, permission=Permission.MODERATE)
    campaign_id = idea.campaign_id
    change_state(idea_id, state, then, published_at=published_at)
    decision = record_decision(
        KINDS[verdict],
        actor,
        permission=Permission.MODERATE,
        campaign_id=campaign_id,
        now=now,
        idea_id=idea_id,
        reason=reason,
        note=note,
    )
    tell(EVENTS[verdict], [idea_id], by=actor.id, now=now, decision_id=decision.id)
    changes = note_move(idea_id, (state, before_at), (then, published_at))
    db.session.add(Undo(decision_id=decision.id, changes=changes))
    return decision


@transaction()
def decide_ideas(
    idea_ids: Iterable[int],
    verdict: Verdict,
    *,
    actor: Actor,
    now: datetime,
    expected: Publication | None = None,
    reason: str = "",
    note: str = "",
) -> list[Decision]:
    """Give several ideas one verdict, each a decision of its own, or none: raises `RefusedAmongSeveral`."""
    check_can_somewhere(actor, Permission.MODERATE)
    given: dict[str, Any] = {
        "verdict": verdict,
        "actor": actor,
        "now": now,
        "expected": expected,
        "reason": reason,
        "note": note,
    }
    return do_to_all(partial(decide_idea, **given), idea_ids)
