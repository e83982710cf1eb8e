"""Telling authors that a promised day has gone by, once for each promise."""

from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa

from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.events import EventKind
from ideas.domain.handling import Handling
from ideas.store.database import db, reading
from ideas.store.models import Answer, Event, Idea
from ideas.store.visibility import listed

MOST = 500  # ideas in a round


def tell_late(*, now: datetime) -> int:
    """Note that promises were not kept by their day; return of how many ideas."""
    with reading():
        if not _list_late(now):
            return 0
    return _tell_late(now)


@transaction(is_public=False)
def _tell_late(now: datetime) -> int:
    late = defaultdict[int, list[int]](list)
    for idea_id, answer_id in _list_late(now):
        late[answer_id].append(idea_id)
    for numbers in late.values():
        tell(EventKind.LATE, numbers, by=None, now=now)
    return sum(map(len, late.values()))


def _list_late(now: datetime) -> list[tuple[int, int]]:
    """List the ideas whose promised day is over, nobody being told so yet, with the answer that promised it."""
    today = now.astimezone(UTC).date()
    # A promise made anew is for a later day: what was said of the one before does not count.
    told = sa.exists().where(
        Event.idea_id == Idea.id,
        Event.kind == EventKind.LATE,
        sa.func.date(Event.happened_at) > Answer.promised_on,
    )
    query = sa.select(Idea.id, Answer.id).join(Answer, Answer.id == Idea.answer_id)
    query = query.where(Idea.handling == Handling.SCHEDULED, Answer.promised_on < today, listed(), ~told)
    return [(number, answer) for number, answer in db.session.execute(query.order_by(Answer.id, Idea.id).limit(MOST))]
