"""Writing down that something happened, in the act that does it; who hears of it is worked out afterwards."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from ideas.domain.events import EventKind
from ideas.store.database import db
from ideas.store.models import Event


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


def draw_act() -> str:
    """Return what marks the events of one act: nobody is told of two of them."""
    return secrets.token_hex(16)
