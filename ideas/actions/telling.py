"""Writing down that something happened, in the act that does it; who hears of it is worked out afterwards."""

import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from ideas.domain.events import EventKind
from ideas.store.database import db
from ideas.store.models import Event, Notice


def tell(
    kind: EventKind,
    idea_ids: Iterable[int],
    *,
    by: int | None,
    now: datetime,
    decision_id: int | None = None,
    other_idea_id: int | None = None,
    use_id: int | None = None,
    act: str = "",
    comment_id: int | None = None,
) -> None:
    """Add an event for each idea to the transaction under way; whoever has a part in several hears of it once.

    `by` is the person who acts (None: an operator or the machine), who is not told of their own act; `use_id` is the
    line beside a support that it is about. Decisions that are taken together share an `act`, drawn by `draw_act`.
    """
    act = act or draw_act()
    for idea_id in idea_ids:
        db.session.add(
            Event(
                act=act,
                kind=kind,
                idea_id=idea_id,
                other_idea_id=other_idea_id,
                comment_id=comment_id,
                decision_id=decision_id,
                use_id=use_id,
                person_id=by,
                happened_at=now,
            )
        )


def tell_the_rest(decision_id: int) -> None:
    """Have whoever was still to hear of a decision, which is taken back, hear of what else its act did.

    Each person is told once of an act, by the first thing that it did for them: without this one, by the next.
    """
    decided = sa.select(Event.id).where(Event.decision_id == decision_id)
    waiting = sa.delete(Notice).where(Notice.event_id.in_(decided), Notice.mailed_at.is_(None)).returning(Notice.act)
    acts = set(db.session.scalars(waiting.execution_options(synchronize_session=False)))
    rest = sa.update(Event).where(Event.act.in_(acts), Event.decision_id != decision_id).values(told_at=None)
    db.session.execute(rest.execution_options(synchronize_session=False))


def unsay(kind: EventKind, decision_id: int, *, now: datetime) -> list[int]:
    """Have nobody hear of a decision that is taken back; return the ideas whose author had heard of it."""
    events = list(
        db.session.scalars(
            sa.select(Event).where(Event.decision_id == decision_id, Event.kind == kind).with_for_update()
        )
    )
    told = sa.select(Notice.event_id).where(Notice.event_id.in_([one.id for one in events]))
    heard = set(db.session.scalars(told))
    for one in events:
        one.told_at = one.told_at or now
    return [one.idea_id for one in events if one.id in heard]


def draw_act() -> str:
    """Return what marks the events of one act: nobody is told of two of them."""
    return secrets.token_hex(16)
