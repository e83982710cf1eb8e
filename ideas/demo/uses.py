"""What supporters of the demonstration would do with the data: published, waiting and refused lines, and their news."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.uses import decide_use, write_use
from ideas.demo.notices import note_heard
from ideas.demo.rows import Loading
from ideas.domain.accounts import Operator
from ideas.domain.events import Part
from ideas.domain.lines import LineState
from ideas.store.database import db
from ideas.store.models import Event, Idea, Vote, VoteUse


def add_uses(loading: Loading) -> None:
    """Write each line some time after its vote, and decide of those that do not wait."""
    for told in loading.content.uses:
        person_id, idea_id = loading.people[told["by"]], loading.ideas[told["idea"]]
        use = write_use(idea_id, told["text"], person_id=person_id, now=_draw_moment(loading, told))
        state = LineState(told["state"])
        if state is not LineState.WAITING:
            is_published = state is LineState.PUBLISHED
            decide_use(use.id, is_published=is_published, reason=told["reason"], actor=Operator(), now=loading.now)
            _note(use, person_id, idea_id, loading.now)


def _draw_moment(loading: Loading, told: Mapping[str, Any]) -> datetime:
    whose = (Vote.idea_id == loading.ideas[told["idea"]], Vote.person_id == loading.people[told["by"]])
    cast_at = db.session.scalars(sa.select(Vote.cast_at).where(*whose)).one()
    return cast_at + (loading.now - cast_at) * random.Random(told["text"]).uniform(0.1, 0.9)


def _note(use: VoteUse, writer_id: int, idea_id: int, now: datetime) -> None:
    event = db.session.scalars(sa.select(Event).where(Event.use_id == use.id)).one()
    author_id = db.session.get_one(Idea, idea_id).author_id
    is_published = use.state is LineState.PUBLISHED
    note_heard(event, {Part.WRITER: writer_id, Part.AUTHOR: author_id if is_published else None}, now)
