"""What the team of the demonstration does at its desk: replies read, a passage taken out, a report, notes."""

from typing import Any

import sqlalchemy as sa

from ideas.actions.handled import About
from ideas.actions.handling import decide_reply, reply_to_question
from ideas.actions.high_value import flag_high_value
from ideas.actions.internal_notes import write_note
from ideas.actions.redacting import redact_passage
from ideas.actions.reporting import report_idea
from ideas.demo.rows import Loading, find_member
from ideas.domain.accounts import Role
from ideas.domain.high_value import HighValue
from ideas.domain.reports import ReportReason
from ideas.store.database import db
from ideas.store.models import Idea, Question


def add_team_acts(loading: Loading) -> None:
    """Have authors reply and a reader report, then the team do its part."""
    for question in loading.content.questions:
        if question["sent"]:
            _reply(loading, question)
    told, now = loading.content.team, loading.now
    for one in told["reports"]:
        said = ReportReason(one["reason"]), one["note"]
        report_idea(loading.ideas[one["idea"]], *said, person_id=loading.people[one["by"]], source=one["by"], now=now)
    for one in told["high_value"]:
        about, theme = About([loading.ideas[one["idea"]]]), HighValue(one["theme"])
        flag_high_value(about, theme, actor=find_member(Role.REVIEWER), now=now)
    for one in told["redactions"]:
        given = {"reason": one["reason"], "actor": find_member(Role.MODERATOR), "now": now}
        redact_passage(loading.ideas[one["idea"]], one["passage"], **given)
    for one in told["notes"]:
        if "idea" in one:
            write_note(one["text"], idea_id=loading.ideas[one["idea"]], actor=find_member(Role(one["role"])), now=now)


def _reply(loading: Loading, told: dict[str, Any]) -> None:
    """Send the reply of an author to a question of the team, which is refused, or waits to be read."""
    idea = db.session.get_one(Idea, loading.ideas[told["idea"]])
    question_id = db.session.scalars(sa.select(Question.id).where(Question.idea_id == idea.id)).one()
    assert idea.author_id is not None
    reply_to_question(question_id, told["sent"]["text"], author_id=idea.author_id, now=loading.now)
    if reason := told["sent"]["refused_for"]:
        moderator = find_member(Role.MODERATOR)
        decide_reply(question_id, is_published=False, reason=reason, actor=moderator, now=loading.now)
