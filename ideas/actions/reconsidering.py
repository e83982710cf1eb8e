"""Taking back what was decided about the publication of an idea: it stands again where the decision found it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.families import list_followers, lock_families
from ideas.actions.handled import DEPENDED_ON
from ideas.actions.ideas import change_state
from ideas.actions.telling import tell
from ideas.domain.errors import WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import Handling
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Decision, Event, Idea, Notice

# What its author is told when they had already been told of what is taken back.
TOLD = {
    Publication.AWAITING_REVIEW: EventKind.REVIEWED_AGAIN,
    Publication.PUBLISHED: EventKind.RESTORED,
    Publication.HIDDEN: EventKind.HIDDEN,
    Publication.REFUSED: EventKind.REFUSED,
}


Stand = tuple[Publication, datetime | None]  # a state, and when the idea was first published


def note_move(idea_id: int, before: Stand, after: Stand) -> dict[str, Any]:
    """Return what a decision about publication changed, as it is kept to be taken back."""
    return {"publication": [idea_id, _write(*before), _write(*after)]}


def take_back_publication(changes: Mapping[str, Any]) -> None:
    """Lead an idea back to the state that a decision found it in; raises `WrongState` when it changed since.

    What left a family by being hidden comes back alone: each merge that was undone then is a decision of its own.
    """
    idea_id, before, after = changes["publication"]
    lock_families(idea_id)
    idea = db.session.get_one(Idea, idea_id, populate_existing=True)
    then = Publication(before[0])
    is_moved = _write(idea.publication, idea.published_at) != after
    is_asked = then is Publication.AWAITING_REVIEW and idea.handling is not Handling.RECEIVED
    if is_moved or is_asked or (then is not Publication.PUBLISHED and list_followers(idea_id)):
        raise WrongState(DEPENDED_ON)
    published_at = datetime.fromisoformat(before[1]) if before[1] else None
    change_state(idea_id, Publication(after[0]), then, published_at=published_at)


def tell_taken_back(decided: Decision, undoing: Decision, changes: Mapping[str, Any], now: datetime) -> None:
    """Tell an author that a decision is taken back, if they had heard of it; else they hear of neither."""
    heard = sa.select(Notice.id).join(Event, Event.id == Notice.event_id).where(Event.decision_id == decided.id)
    if db.session.scalar(heard.limit(1)) is not None:
        idea_id, before, _after = changes["publication"]
        tell(TOLD[Publication(before[0])], [idea_id], by=undoing.person_id, now=now, decision_id=undoing.id)


def _write(state: Publication, published_at: datetime | None) -> list[str | None]:
    return [Publication(state).value, published_at.isoformat() if published_at else None]
