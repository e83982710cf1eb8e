"""Who hears of what was done while the demonstration was loaded: their accounts tell of it, and no mail leaves."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.events import Part
from ideas.store.database import db
from ideas.store.models import Event, Notice


def note_heard(event: Event, heard: Mapping[Part, int | None], now: datetime) -> None:
    """Note that people have heard of an event, each once, and that no mail is left to write: they have no mailbox."""
    event.told_at = now
    parts: dict[int, Part] = {}
    for part, person_id in heard.items():
        if person_id is not None:
            parts.setdefault(person_id, part)
    usual = {"event_id": event.id, "act": event.act, "mailed_at": now}
    db.session.add_all(Notice(person_id=person_id, part=part, **usual) for person_id, part in parts.items())
    db.session.flush()


@transaction(is_public=False)
def tell_nobody_else(now: datetime) -> None:
    """Have no mail written of all that was done: the people of the demonstration have no mailbox."""
    db.session.execute(sa.update(Event).where(Event.told_at.is_(None)).values(told_at=now))
