"""What becomes of an idea once its author is known: it waits to be read, or is online before that where it may."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import Author, record_decision
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.events import EventKind
from ideas.domain.publication import Publication, receive
from ideas.domain.signals import PERSONAL, Signal
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Vote


def receive_idea(idea: Idea, campaign: Campaign, *, now: datetime) -> None:
    """Count the author of an idea that was just sent as its first supporter, and put it where its campaign has it."""
    assert idea.author_id is not None
    db.session.execute(sa.insert(Vote).values(idea_id=idea.id, person_id=idea.author_id, cast_at=now))
    looks_personal = bool(idea.signals & PERSONAL)
    if receive(Publication.DRAFT, campaign.moderation, looks_personal=looks_personal) is Publication.PUBLISHED:
        _put_online(idea, Author(idea.author_id), now)
    else:
        tell(EventKind.RECEIVED, [idea.id], by=idea.author_id, now=now)


@transaction()
def _put_online(idea: Idea, author: Author, now: datetime) -> None:
    """Publish an idea that nobody has read; the register says so, which is also how every search hears of it."""
    idea.publication, idea.published_at = Publication.PUBLISHED, now
    idea.signals |= int(Signal.UNREAD)
    about = {"campaign_id": idea.campaign_id, "idea_id": idea.id}
    decision = record_decision(DecisionKind.PUBLISH_UNREAD, author, permission=None, now=now, **about)
    tell(EventKind.ONLINE, [idea.id], by=author.id, now=now, decision_id=decision.id)
