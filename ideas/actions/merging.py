"""Making two ideas one without moving a vote, and undoing it exactly.

Standing merges form a forest: each merged idea has one parent, and `canonical_id` of every member of a tree
is its root. Both acts rewrite the roots of the subtree that moved and recount the two families.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.ideas import change_state
from ideas.actions.publication import find_for_staff
from ideas.actions.transaction import transaction
from ideas.actions.voting import recount
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, WrongState
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
    _lock(idea_id, into_id)
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
            previous_publication=state.value,
            decision_id=decision.id,
            merged_at=now,
        )
    )
    _set_root(sa.select(Idea.id).where(Idea.canonical_id == idea_id), into_id)
    recount(into_id)
    return decision


@transaction()
def undo_merge(idea_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Undo the standing merge of an idea: its state, its own followers and both counts come back."""
    check_can_somewhere(actor, Permission.MODERATE)
    root_id = db.session.scalar(sa.select(Idea.canonical_id).where(Idea.id == idea_id)) or idea_id
    _lock(idea_id, root_id)
    merge = db.session.scalar(sa.select(Merge).where(Merge.idea_id == idea_id, Merge.undone_at.is_(None)))
    idea = find_for_staff(idea_id, actor)
    if merge is None or idea.canonical_id != root_id:
        raise WrongState(N_("Cette idée n’est réunie à aucune autre."))
    return _undo(merge, idea.campaign_id, root_id, actor=actor, now=now, note=note, permission=Permission.MODERATE)


def release_followers(root_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo every merge into an idea that leaves, so that what others wrote stays in sight.

    Whoever may make the idea leave may do this, and the caller has checked it.
    """
    _lock(root_id, *db.session.scalars(_followers(root_id)))
    standing = sa.select(Merge, Idea.campaign_id).join(Idea, Idea.id == Merge.into_id)
    standing = standing.where(Merge.into_id == root_id, Merge.undone_at.is_(None)).order_by(Merge.id)
    for merge, campaign_id in db.session.execute(standing).all():
        _undo(merge, campaign_id, root_id, actor=actor, now=now, note="", permission=None)


def _undo(
    merge: Merge,
    campaign_id: int,
    root_id: int,
    *,
    actor: Actor,
    now: datetime,
    note: str,
    permission: Permission | None,
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
    _set_root(_followers(merge.idea_id), merge.idea_id)
    recount(root_id)
    recount(merge.idea_id)
    return decision


def _lock(*idea_ids: int) -> None:
    """Hold the rows of ideas until the end, in one order for everybody, so that two merges never wait in a ring."""
    db.session.execute(sa.select(Idea.id).where(Idea.id.in_(idea_ids)).order_by(Idea.id).with_for_update()).all()
    db.session.expire_all()


def _followers(idea_id: int) -> sa.Select[Any]:
    """Return the numbers of all that was merged, directly or not, into an idea."""
    standing = Merge.undone_at.is_(None)
    tree = sa.select(Merge.idea_id).where(Merge.into_id == idea_id, standing).cte("tree", recursive=True)
    tree = tree.union(sa.select(Merge.idea_id).where(Merge.into_id == tree.c.idea_id, standing))
    return sa.select(tree.c.idea_id)


def _set_root(members: sa.Select[Any], root_id: int) -> None:
    numbers = list(db.session.scalars(members))
    db.session.execute(
        sa.update(Idea)
        .where(Idea.id.in_(numbers))
        .values(canonical_id=root_id)
        .execution_options(synchronize_session=False)
    )
