"""Taking back what was decided about the publication of ideas: each stands again where the decision found it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.actions.families import lock_families
from ideas.actions.handled import DEPENDED_ON
from ideas.actions.telling import tell
from ideas.domain.errors import RefusedAmongSeveral, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import Handling
from ideas.domain.publication import Publication
from ideas.domain.signals import Signal, is_unread
from ideas.store.database import db
from ideas.store.models import Decision, Event, Idea, Merge, Notice

# What its author is told when they had already been told of what is taken back.
TOLD = {
    Publication.AWAITING_REVIEW: EventKind.REVIEWED_AGAIN,
    Publication.PUBLISHED: EventKind.RESTORED,
    Publication.HIDDEN: EventKind.HIDDEN,
    Publication.REFUSED: EventKind.REFUSED,
}


class PublicState(NamedTuple):
    """Where an idea stands: its state, when it was first published, and whether nobody has read it since."""

    state: Publication
    published_at: datetime | None
    is_unread: bool = False


def note_move(idea_id: int, before: PublicState, after: PublicState) -> dict[str, Any]:
    """Return what a decision about publication changed, as it is kept to be taken back."""
    return {"publication": [idea_id, _write(before), _write(after)]}


def take_back_publications(decided: Mapping[int, Mapping[str, Any]]) -> None:
    """Lead ideas back to where decisions, given by number, found them; raises `RefusedAmongSeveral` for what cannot.

    What left a family by being hidden comes back alone: each merge that was undone then is a decision of its own.
    """
    moves = {number: changes["publication"] for number, changes in decided.items()}
    numbers = sorted({idea_id for idea_id, _, _ in moves.values()})
    lock_families(*numbers)
    ideas = {idea.id: idea for idea in db.session.scalars(sa.select(Idea).where(Idea.id.in_(numbers)))}
    joined = sa.select(Merge.into_id).where(Merge.into_id.in_(numbers), Merge.undone_at.is_(None))
    kept = set(db.session.scalars(joined))
    refusals: dict[int, RuleBroken] = {
        number: WrongState(DEPENDED_ON)
        for number, (idea_id, before, after) in moves.items()
        if not _can_go_back(ideas[idea_id], Publication(before[0]), after, kept)
    }
    if refusals:
        raise RefusedAmongSeveral(refusals)
    for idea_id, before, _after in moves.values():
        idea = ideas[idea_id]
        idea.publication = Publication(before[0])
        idea.published_at = datetime.fromisoformat(before[1]) if before[1] else None
        idea.signals = idea.signals & ~int(Signal.UNREAD) | (int(Signal.UNREAD) if before[2:] else 0)
    db.session.flush()


def _can_go_back(idea: Idea, then: Publication, after: list[str | None], kept: Collection[int]) -> bool:
    is_asked = then is Publication.AWAITING_REVIEW and idea.handling is not Handling.RECEIVED
    is_kept = then is not Publication.PUBLISHED and idea.id in kept
    stands = PublicState(idea.publication, idea.published_at, is_unread(idea.signals))
    return _write(stands) == after and not is_asked and not is_kept


def tell_taken_back(undone: Mapping[int, Decision], decided: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    """Tell authors of what is taken back, if they had heard of it; else they hear of neither.

    `undone` has the decision that takes back each of those that `decided` has by number.
    """
    heard = sa.select(Event.decision_id).join(Notice, Notice.event_id == Event.id)
    told = set(db.session.scalars(heard.where(Event.decision_id.in_(undone))))
    for number in sorted(undone.keys() & told):
        idea_id, before, _after = decided[number]["publication"]
        undoing = undone[number]
        tell(TOLD[Publication(before[0])], [idea_id], by=undoing.person_id, now=now, decision_id=undoing.id)


def _write(stood: PublicState) -> list[str | None]:
    """Return a stand as it is kept; what was read says nothing of it, as before anything could be online unread."""
    published_at = stood.published_at.isoformat() if stood.published_at else None
    return [stood.state.value, published_at, *(["unread"] if stood.is_unread else [])]
