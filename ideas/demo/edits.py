"""What authors of the demonstration changed in ideas that were on line: published, waiting, refused."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ideas.actions.editing import decide_edit, edit_idea
from ideas.demo.notices import note_heard
from ideas.demo.rows import Loading, find_member
from ideas.domain.accounts import Role
from ideas.domain.events import Part
from ideas.domain.ideas import BY_NAME
from ideas.domain.lines import LineState
from ideas.store.database import db
from ideas.store.models import Event, Idea

AS_IT_WAS = ("producer_id", "territory_code", "dataset_id", "show_organisation")


def add_edits(loading: Loading) -> None:
    """Have authors send what they change, some hours after it was on line, and decide of what does not wait."""
    told, moderator = {one["number"]: one for one in loading.content.ideas}, find_member(Role.MODERATOR)
    for edit in loading.content.edits:
        number = edit["idea"]
        idea = db.session.get_one(Idea, loading.ideas[number])
        author_id = loading.people[told[number]["author"]]
        at = min(loading.reviewed[number] + timedelta(hours=edit["hours"]), loading.now)
        changed = {name: told[number][name] for name in edit["was"]} | edit["becomes"]
        revision = edit_idea(idea.id, _fill_form(idea) | changed, author_id=author_id, now=at)
        state = LineState(edit["state"])
        if state is not LineState.WAITING:
            given = {"is_published": state is LineState.PUBLISHED, "reason": edit["reason"]}
            decision = decide_edit(revision.id, **given, actor=moderator, now=loading.now)
            _note(decision.id, author_id, loading.now)


def _fill_form(idea: Idea) -> dict[str, Any]:
    """Return what the form shows to the author of an idea."""
    return {name: getattr(idea, name) for name in (*BY_NAME, *AS_IT_WAS)} | {"consent": True}


def _note(decision_id: int, author_id: int, now: datetime) -> None:
    for event in db.session.scalars(sa.select(Event).where(Event.decision_id == decision_id)):
        note_heard(event, {Part.AUTHOR: author_id}, now)
