"""What became of the requests of the demonstration: routed, asked about, promised and answered, each on its day."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ideas.actions.answers import Reply, answer
from ideas.actions.handled import About
from ideas.demo.rows import Loading, insert
from ideas.domain.accounts import Operator
from ideas.domain.decisions import DecisionKind
from ideas.domain.handling import OUTCOMES, Handling, ReplyState, can_follow
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, HandlingStep, Idea, Membership, Question
from ideas.store.visibility import listed

KINDS = {Handling.SCHEDULED: DecisionKind.PROMISE, Handling.POSTPONED: DecisionKind.POSTPONE}
LEAST_NOTICE = timedelta(days=4)  # from a promise to the day that is promised
# Ideas whose answer is given to their whole subject, by their numbers in the file.
FOR_SUBJECTS = (27, 122, 130)


def answered_at(loading: Loading, told: Mapping[str, Any]) -> datetime:
    """Return when an idea was answered: some days after its publication, and before the day that is promised."""
    published = loading.reviewed[told["number"]]
    drawn = published + (loading.now - published) * random.Random(told["number"]).uniform(0.4, 1)
    if told["promised_in_days"] is None:
        return drawn
    return min(drawn, loading.now + timedelta(days=told["promised_in_days"]) - LEAST_NOTICE)


def routed_at(loading: Loading, told: Mapping[str, Any]) -> datetime:
    """Return when the request of an idea was sent to the body that holds the data."""
    published = loading.reviewed[told["number"]]
    until = answered_at(loading, told) if told["answer"] else loading.now
    return published + (until - published) * random.Random(-told["number"]).uniform(0.05, 0.3)


def is_routed(told: Mapping[str, Any]) -> bool:
    """Tell whether an idea was sent to a body."""
    return told["producer"] is not None and told["handling"] not in (None, Handling.RECEIVED)


def tell_acts(loading: Loading, told: Mapping[str, Any]) -> Iterable[tuple[DecisionKind, datetime, str]]:
    """Yield what was decided about the request of an idea: the kind, when, and the reason."""
    if is_routed(told):
        yield DecisionKind.ROUTE, routed_at(loading, told), ""
    asked = routed_at(loading, told) + (loading.now - routed_at(loading, told)) / 3
    if told["number"] in _questions(loading):
        yield DecisionKind.ASK, asked, ""
        if _questions(loading)[told["number"]]["reply"]:
            yield DecisionKind.PUBLISH_REPLY, asked + (loading.now - asked) / 2, ""
    if told["handling"] in OUTCOMES:
        kind = KINDS.get(Handling(told["handling"]), DecisionKind.ANSWER)
        yield kind, answered_at(loading, told), told["handling"]


def add_steps(loading: Loading, decisions: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Write the step that each decision about a request was, and the questions; decisions come with their numbers."""
    told = {loading.ideas[one["number"]]: one for one in loading.content.all_ideas}
    columns = sa.select(Idea.id, Idea.answer_id, Idea.routed_to_id).where(Idea.id.in_(told))
    rows = {row.id: row for row in db.session.execute(columns)}
    steps, questions = [], []
    for number, decision in decisions:
        idea = told[decision["idea_id"]]
        handling = _find_handling(decision["kind"], idea)
        if handling is None:
            continue
        row = rows[decision["idea_id"]]
        is_answer = handling in OUTCOMES
        names_body = is_answer or decision["kind"] is DecisionKind.ROUTE
        steps.append(
            {
                "idea_id": row.id,
                "decision_id": number,
                "handling": handling,
                "answer_id": row.answer_id if is_answer else None,
                "producer_id": row.routed_to_id if names_body else None,
                "taken_at": decision["decided_at"],
            }
        )
        if decision["kind"] is DecisionKind.ASK:
            questions.append(_question_row(loading, idea["number"], row.id, number, decision["decided_at"]))
    insert(HandlingStep, steps)
    insert(Question, questions)


def _find_handling(kind: DecisionKind, told: Mapping[str, Any]) -> Handling | None:
    """Return where a decision led the request of an idea, None for one that did not move it."""
    if kind is DecisionKind.ROUTE:
        return Handling.ROUTED
    if kind is DecisionKind.ASK:
        return Handling.QUESTION_TO_AUTHOR
    if kind is DecisionKind.PUBLISH_REPLY:
        return Handling.AWAITING_PRODUCER
    return Handling(told["handling"]) if kind in {*KINDS.values(), DecisionKind.ANSWER} else None


def _question_row(loading: Loading, number: int, idea_id: int, decision_id: int, at: datetime) -> dict[str, object]:
    told = _questions(loading)[number]
    return {
        "idea_id": idea_id,
        "decision_id": decision_id,
        "text": told["question"],
        "asked_at": at,
        "reply": told["reply"] or "",
        "reply_state": ReplyState.PUBLISHED if told["reply"] else ReplyState.AWAITED,
        "replied_at": at + (loading.now - at) / 4 if told["reply"] else None,
    }


def _questions(loading: Loading) -> dict[int, dict[str, Any]]:
    return {one["idea"]: one for one in loading.content.questions}


def answer_subjects(campaign: Campaign, titles: Iterable[str], *, now: datetime) -> int:
    """Give the answer of some ideas, found by their titles, to the other ideas of their subject; return to how many."""
    count = 0
    for title in titles:
        row = db.session.execute(
            sa.select(Idea.handling, Answer, Membership.cluster_id)
            .join(Answer, Answer.id == Idea.answer_id)
            .join(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == campaign.current_run_id))
            .where(Idea.campaign_id == campaign.id, Idea.title == title, listed())
        ).one_or_none()
        count += _answer_subject(*row, run_id=campaign.current_run_id, now=now) if row else 0
    return count


def _answer_subject(handling: Handling, said: Answer, cluster_id: int, *, run_id: int | None, now: datetime) -> int:
    member = (Membership.idea_id == Idea.id) & (Membership.run_id == run_id) & (Membership.cluster_id == cluster_id)
    fellows = db.session.execute(sa.select(Idea.id, Idea.handling).join(Membership, member).where(listed())).all()
    served = [number for number, state in fellows if can_follow(state, handling)]
    if len(served) < 2:
        return 0
    names = ("text", "dataset_url", "promised_on", "reason", "legal_basis", "producer_id")
    reply = Reply(**{name: getattr(said, name) for name in names})
    answer(About(served, cluster_id), handling, reply, actor=Operator(), now=now)
    return len(served)
