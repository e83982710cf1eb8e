"""What moderators decide about an idea, or about several at once; each idea has a decision of its own.

Several are decided by a handful of statements, however many they are: a hundred take less than a second.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.actions.decisions import make_decision, record_all
from ideas.actions.families import lock_families
from ideas.actions.ideas import hash_answers
from ideas.actions.merging import leave_family
from ideas.actions.reconsidering import PublicState, note_move
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, RefusedAmongSeveral, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication, Verdict, check_reason, decide
from ideas.domain.signals import Signal, is_unread
from ideas.store.database import db
from ideas.store.models import Decision, Idea, Merge, Undo
from ideas.store.visibility import Actor, visible_to

KINDS = {
    Verdict.PUBLISH: DecisionKind.PUBLISH,
    Verdict.APPROVE: DecisionKind.APPROVE,
    Verdict.REFUSE: DecisionKind.REFUSE,
    Verdict.HIDE: DecisionKind.HIDE,
    Verdict.RESTORE: DecisionKind.RESTORE,
}

# Its author was told of their idea when it was put online: that it stays there is no news.
EVENTS = {
    Verdict.PUBLISH: EventKind.PUBLISHED,
    Verdict.REFUSE: EventKind.REFUSED,
    Verdict.HIDE: EventKind.HIDDEN,
    Verdict.RESTORE: EventKind.RESTORED,
}


class Move(NamedTuple):
    """An idea of a campaign led from one state to another; `before_at` is when it was first published, if ever.

    `is_unread`: nobody of the team had read it when it was put online.
    """

    idea_id: int
    campaign_id: int
    state: Publication
    then: Publication
    before_at: datetime | None
    is_unread: bool


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
    seen: str = "",
) -> Decision:
    """Publish, refuse, hide or restore an idea; `expected` is the state that the moderator had before their eyes.

    `seen` is the hash of the answers that they read (`hash_answers`): a text that its author corrected meanwhile is
    not published unread.

    Raises `NotAllowed`, `NotFound`, or `WrongState` when the idea changed meanwhile or a reason is missing.
    """
    lock_families(idea_id)
    idea = db.session.get(Idea, idea_id) if seen else None
    if idea is not None and not hash_answers(idea).startswith(seen):
        raise WrongState(N_("Son auteur a corrigé cette idée pendant que vous la lisiez : relisez-la."))
    try:
        (decision,) = decide_ideas(
            [idea_id], verdict, actor=actor, now=now, expected=expected, reason=reason, note=note
        )
    except RefusedAmongSeveral as several:
        raise several.refusals[idea_id] from None
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
    check_reason(verdict, reason)
    numbers = sorted(set(idea_ids))
    lock_families(*numbers)
    moves = _prepare(numbers, verdict, actor, expected)
    if verdict is Verdict.HIDE:
        moves = _leave_families(moves, actor=actor, now=now)
    _move(moves, now)
    decisions = [
        make_decision(
            KINDS[verdict],
            actor,
            permission=Permission.MODERATE,
            campaign_id=move.campaign_id,
            now=now,
            idea_id=move.idea_id,
            reason=reason,
            note=note,
        )
        for move in moves
    ]
    record_all(decisions)
    for move, decision in zip(moves, decisions, strict=True):
        if verdict in EVENTS:
            tell(EVENTS[verdict], [move.idea_id], by=actor.id, now=now, decision_id=decision.id)
        before = PublicState(move.state, move.before_at, move.is_unread)
        changes = note_move(move.idea_id, before, PublicState(move.then, _published_at(move, now)))
        db.session.add(Undo(decision_id=decision.id, changes=changes))
    return decisions


def _prepare(numbers: list[int], verdict: Verdict, actor: Actor, expected: Publication | None) -> list[Move]:
    """Return where each idea would go, or raise `RefusedAmongSeveral` with every one that cannot."""
    rows = db.session.execute(
        sa.select(Idea.id, Idea.campaign_id, Idea.publication, Idea.published_at, Idea.signals)
        .where(Idea.id.in_(numbers), visible_to(actor))
        .order_by(Idea.id)
    )
    known = {row.id: row for row in rows}
    moves, refusals = [], dict[int, RuleBroken]()
    for number in numbers:
        try:
            if number not in known:
                raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
            _, campaign_id, state, before_at, signals = known[number]
            then = decide(expected or state, verdict)
            if state is not (expected or state):
                raise WrongState(N_("Cette idée a changé entre-temps : rechargez la page avant de décider."))
            if verdict is Verdict.APPROVE and not is_unread(signals):
                raise WrongState(N_("Cette idée a déjà été relue."))
            moves.append(Move(number, campaign_id, state, then, before_at, is_unread(signals)))
        except RuleBroken as refusal:
            refusals[number] = refusal
    if refusals:
        raise RefusedAmongSeveral(refusals)
    return moves


def _leave_families(moves: list[Move], *, actor: Actor, now: datetime) -> list[Move]:
    """Take what is hidden out of its family, and free what was merged into it; return where each then stands."""
    joined = sa.select(Merge.into_id).where(Merge.into_id.in_([move.idea_id for move in moves]))
    kept: Collection[int] = set(db.session.scalars(joined.where(Merge.undone_at.is_(None))))
    left = []
    for move in moves:
        state = move.state
        if state is Publication.MERGED or move.idea_id in kept:
            state = leave_family(move.idea_id, state, actor=actor, now=now, permission=Permission.MODERATE)
        left.append(move._replace(state=state))
    return left


def _move(moves: list[Move], now: datetime) -> None:
    """Write the states, or raise that one of them changed meanwhile."""
    for state, then in {(move.state, move.then) for move in moves}:
        numbers = [move.idea_id for move in moves if (move.state, move.then) == (state, then)]
        columns: dict[str, Any] = {"publication": then, "signals": Idea.signals.op("&")(~int(Signal.UNREAD))}
        if then is Publication.PUBLISHED:
            columns["published_at"] = sa.func.coalesce(Idea.published_at, now)
        moved = sa.update(Idea).where(Idea.id.in_(numbers), Idea.publication == state).values(columns)
        done = db.session.scalars(moved.returning(Idea.id).execution_options(synchronize_session=False)).all()
        if len(done) < len(numbers):
            raise WrongState(N_("Cette idée a changé entre-temps : rechargez la page avant de décider."))
    db.session.expire_all()


def _published_at(move: Move, now: datetime) -> datetime | None:
    return move.before_at or now if move.then is Publication.PUBLISHED else move.before_at
