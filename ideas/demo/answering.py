"""Answers of the demonstration that are not given one by one: prepared, due, published together; models; opinions."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ideas.actions.answer_templates import TemplateText, save_template
from ideas.actions.answers import Reply
from ideas.actions.handled import About
from ideas.actions.opinions import give_opinion
from ideas.actions.prepared import prepare_answer, publish_prepared
from ideas.demo.files import Demonstration
from ideas.demo.rows import find_member
from ideas.domain.accounts import Role
from ideas.domain.handling import Handling
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, PreparedAnswer, Vote

DUE_AFTER = timedelta(days=2)


def prepare_answers(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Keep the models of answers, prepare some, and publish those that go together in one act."""
    reviewer = find_member(Role.REVIEWER)
    for one in content.team["templates"]:
        save_template(campaign.id, TemplateText(**one), actor=reviewer)
    titles = {one["number"]: one["title"] for one in content.ideas}
    together = []
    for one in content.team["prepared"]:
        row = _prepare(_find_idea(campaign, titles[one["idea"]]), one, now)
        together += [row.id] if one["state"] == "published" else []
    publish_prepared(together, actor=reviewer, now=now)


def _prepare(idea: Idea, told: dict[str, Any], now: datetime) -> PreparedAnswer:
    promised = told["promised_in_days"]
    day = None if promised is None else now.date() + timedelta(days=promised)
    reply = Reply(told["text"], dataset_url=told["dataset_url"], promised_on=day)
    about, due_at = About([idea.id]), now + DUE_AFTER if told["state"] == "due" else None
    reviewer = find_member(Role.REVIEWER)
    return prepare_answer(about, Handling(told["outcome"]), reply, actor=reviewer, now=now, due_at=due_at)


def give_opinions(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Have some of those who support an idea say whether its answer was useful."""
    titles = {one["number"]: one["title"] for one in content.ideas}
    for one in content.team["opinions"]:
        idea = _find_idea(campaign, titles[one["idea"]])
        assert idea.answer_id is not None
        voters = db.session.scalars(sa.select(Vote.person_id).where(Vote.idea_id == idea.id).order_by(Vote.id.desc()))
        said = [True] * one["useful"] + [False] * one["useless"]
        for person_id, is_useful in zip(voters, said, strict=False):
            give_opinion(idea.answer_id, is_useful=is_useful, person_id=person_id, now=now)


def _find_idea(campaign: Campaign, title: str) -> Idea:
    return db.session.scalars(sa.select(Idea).where(Idea.campaign_id == campaign.id, Idea.title == title)).one()
