"""What people say under ideas of the demonstration: comments on line, waiting, refused, one that a reader reported."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.comments import decide_comment, write_comment
from ideas.actions.reporting import report_comment
from ideas.demo.notices import note_heard
from ideas.demo.rows import Loading, find_member
from ideas.domain.accounts import Role
from ideas.domain.events import ABOUT_COMMENTS, Part
from ideas.domain.lines import LineState
from ideas.domain.reports import ReportReason
from ideas.store.database import db
from ideas.store.models import Comment, Event, Idea


def add_comments(loading: Loading) -> None:
    """Write each comment some time after its idea was on line, and decide of those that do not wait."""
    moderator = find_member(Role.MODERATOR)
    for place, told in enumerate(loading.content.comments, start=1):
        since = loading.reviewed[told["idea"]]
        at = since + (loading.now - since) * (place / (len(loading.content.comments) + 1))
        person_id, idea_id = loading.people[told["by"]], loading.ideas[told["idea"]]
        comment = write_comment(idea_id, told["text"], person_id=person_id, now=at)
        state = LineState(told["state"])
        if state is not LineState.WAITING:
            given = {"is_published": state is LineState.PUBLISHED, "reason": told["reason"]}
            decide_comment(comment.id, **given, actor=moderator, now=loading.now)
            _note(comment, loading.now)
        if told["report"]:
            _report(comment.id, told["report"], loading)


def _report(comment_id: int, told: Mapping[str, Any], loading: Loading) -> None:
    said = ReportReason(told["reason"]), told["note"]
    report_comment(comment_id, *said, person_id=loading.people[told["by"]], source=told["by"], now=loading.now)


def _note(comment: Comment, now: datetime) -> None:
    author_id = db.session.get_one(Idea, comment.idea_id).author_id
    people = {Part.COMMENTER: comment.person_id, Part.HOST: author_id}
    for event in db.session.scalars(sa.select(Event).where(Event.comment_id == comment.id)):
        part = ABOUT_COMMENTS[event.kind]
        note_heard(event, {part: people[part]}, now)
