"""Making two ideas one without moving a vote, and undoing it exactly.

Active merges form a forest: each merged idea has one parent, and `canonical_id` of every member of a tree
is its root. Both acts rewrite the roots of the subtree that moved and recount the two families.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.families import list_followers, lock_families, recount, set_root
from ideas.actions.ideas import change_state, find_for_staff
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.domain.merging import check_merge
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication, Verdict, decide
from ideas.store.database import db
from ideas.store.models import Decision, Idea, Merge
from ideas.store.visibility import Actor


@transaction()
def merge_ideas(idea_id: int, into_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Merge an idea into the one that is kept; raises `NotFound` or `WrongState` when it cannot be."""
    check_can_somewhere(actor, Permission.MODERATE)
    lock_families(idea_id, into_id)
    idea, into = find_for_staff(idea_id, actor), find_for_staff(into_id, actor)
    state = Publication(idea.publication)
    check_merge(
        idea_id=idea.id,
        into_id=into.id,
        same_campaign=idea.campaign_id == into.campaign_id,
        into_state=Publication(into.publication),
    )
    decision = record_decision(
        DecisionKind.MERGE,
        actor,
        permission=Permission.MODERATE,
        campaign_id=idea.campaign_id,
        now=now,
        idea_id=idea_id,
        other_idea_id=into_id,
        note=note,
    )
    change_state(idea_id, state, decide(state, Verdict.MERGE), canonical_id=into_id)
    db.session.add(
        Merge(
            idea_id=idea_id,
            into_id=into_id,
            previous_publication=state,
            decision_id=decision.id,
            merged_at=now,
        )
    )
    set_root(list_followers(idea_id), into_id)
    recount(into_id)
    tell(EventKind.MERGED, [idea_id], by=actor.id, now=now, decision_id=decision.id, other_idea_id=into_id)
    return decision


@transaction()
def leave_merge(idea_id: int, *, author: Actor, now: datetime) -> Decision:
    """Take an idea out of the one it was merged into, as its author asks: what they meant is theirs to say.

    Raises `NotFound` when it is not theirs, `WrongState` when it is merged into none.
    """
    root_id = lock_families(idea_id).get(idea_id, idea_id)
    idea = db.session.scalar(sa.select(Idea).where(Idea.id == idea_id, Idea.author_id == author.id))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    merge = db.session.scalar(sa.select(Merge).where(Merge.idea_id == idea_id, Merge.undone_at.is_(None)))
    if merge is None or idea.canonical_id != root_id:
        raise WrongState(N_("Cette idée n’est réunie à aucune autre."))
    return _undo(merge, idea.campaign_id, root_id, actor=author, now=now, note="", permission=None)


@transaction()
def undo_merge(idea_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Undo the merge of an idea that is in force: its state, its own followers and both counts come back."""
    check_can_somewhere(actor, Permission.MODERATE)
    root_id = lock_families(idea_id).get(idea_id, idea_id)
    merge = db.session.scalar(sa.select(Merge).where(Merge.idea_id == idea_id, Merge.undone_at.is_(None)))
    idea = find_for_staff(idea_id, actor)
    if merge is None or idea.canonical_id != root_id:
        raise WrongState(N_("Cette idée n’est réunie à aucune autre."))
    return _undo(merge, idea.campaign_id, root_id, actor=actor, now=now, note=note, permission=Permission.MODERATE)


def leave_family(
    idea_id: int, state: Publication, *, actor: Actor, now: datetime, permission: Permission | None
) -> Publication:
    """Undo the merge of an idea that leaves the public, and those into it; return the state it has then.

    What others wrote stays in sight, and the voices of what left are no longer shown. `permission` is what making the
    idea leave needs: None when its author does.
    """
    root_id = lock_families(idea_id).get(idea_id, idea_id)
    own = Merge.idea_id == idea_id if state is Publication.MERGED else sa.false()
    active = sa.select(Merge, Idea.campaign_id).join(Idea, Idea.id == Merge.into_id)
    active = active.where(sa.or_(own, Merge.into_id == idea_id), Merge.undone_at.is_(None))
    for merge, campaign_id in db.session.execute(active.order_by(Merge.idea_id != idea_id, Merge.id)).all():
        given: dict[str, Any] = {"actor": actor, "now": now, "note": "", "permission": permission}
        if merge.idea_id == idea_id:
            state = Publication(merge.previous_publication)
            # What becomes of it is told by the act that makes it leave.
            _undo(merge, campaign_id, root_id, is_told=False, **given)
        else:
            _undo(merge, campaign_id, idea_id, **given)
    return state


def _undo(
    merge: Merge,
    campaign_id: int,
    root_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str,
    permission: Permission | None,
    is_told: bool = True,
) -> Decision:
    merge.undone_at = now
    decision = record_decision(
        DecisionKind.UNDO_MERGE,
        actor,
        permission=permission,
        campaign_id=campaign_id,
        now=now,
        idea_id=merge.idea_id,
        other_idea_id=merge.into_id,
        note=note,
    )
    change_state(merge.idea_id, Publication.MERGED, Publication(merge.previous_publication), canonical_id=None)
    set_root(list_followers(merge.idea_id), merge.idea_id)
    recount(root_id)
    recount(merge.idea_id)
    if is_told:
        tell(EventKind.UNMERGED, [merge.idea_id], by=actor.id, now=now, decision_id=decision.id)
    return decision
