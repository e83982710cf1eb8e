"""What each verb does in each state of a request, for whom, for several ideas at once, and taken back exactly."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.answers import Reply, answer, correct_answer, withdraw_answer
from ideas.actions.handled import About
from ideas.actions.handling import ask_author, decide_reply, reopen, reply_to_question, route
from ideas.actions.publication import decide_idea
from ideas.actions.undoing import undo_decision
from ideas.domain.accounts import Role
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, WrongState
from ideas.domain.handling import CLOSED, NEED_ADDRESS, TRANSITIONS, Handling, ReplyState
from ideas.domain.publication import Publication, Verdict
from ideas.store.database import db
from ideas.store.models import Answer, Appointment, Decision, HandlingStep, Question
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_person, make_producer, now

H = Handling
ADDRESS = "https://www.data.gouv.fr/datasets/horaires/"
SAID = Reply(text="Voici ce que nous pouvons dire.")
ANSWERED = (*CLOSED, H.SCHEDULED, H.POSTPONED)


def reply_for(outcome):
    return Reply(
        text="Voici ce que nous pouvons dire.",
        dataset_url=ADDRESS if outcome in NEED_ADDRESS else "",
        promised_on=now().date() + timedelta(days=9) if outcome is H.SCHEDULED else None,
        reason="security" if outcome is H.REFUSED else "",
    )


def make_in(state, **given):
    """An idea whose request is in a state, with an answer where one leads there."""
    answered = {"answer_id": make_answer(outcome=state, text="Avant.").id} if state in ANSWERED else {}
    return make_idea(handling=state, **answered, **given)


VERBS = {
    "route": (lambda idea, **given: route(About([idea.id]), make_producer().id, **given), {H.ROUTED}),
    "ask": (lambda idea, **given: ask_author(About([idea.id]), "De quelle année ?", **given), {H.QUESTION_TO_AUTHOR}),
    "reopen": (lambda idea, **given: reopen(About([idea.id]), **given), {H.AWAITING_PRODUCER}),
    "correct": (lambda idea, **given: correct_answer(About([idea.id]), reply_for(idea.handling), **given), set()),
    "withdraw": (lambda idea, **given: withdraw_answer(About([idea.id]), **given), {H.AWAITING_PRODUCER}),
    **{
        outcome.value: (
            lambda idea, outcome=outcome, **given: answer(About([idea.id]), outcome, reply_for(outcome), **given),
            {outcome},
        )
        for outcome in ANSWERED
    },
}


def expect(state, verb):
    """Where a verb leads a request in a state, None when it is refused."""
    if verb == "correct":
        return state if state in ANSWERED else None
    if (verb == "withdraw" and state not in ANSWERED) or (verb == "reopen" and state not in CLOSED):
        return None
    (then,) = VERBS[verb][1]
    return then if then in TRANSITIONS[state] else None


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", Handling)
def test_each_verb_in_each_state_and_back(app, state, verb):
    make_campaign()
    idea, given = make_in(state), {"actor": make_moderator(), "now": now()}
    before, act = (state, idea.answer_id), VERBS[verb][0]
    then = expect(state, verb)
    if then is None:
        with pytest.raises(WrongState):
            act(idea, **given)
        db.session.expire_all()
        assert (idea.handling, idea.answer_id) == before
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(HandlingStep))
        return
    decision = act(idea, **given)
    db.session.expire_all()
    assert idea.handling is then
    step = db.session.scalars(sa.select(HandlingStep)).one()
    assert (step.idea_id, step.handling, step.decision_id, step.undone_at) == (idea.id, then, decision.id, None)
    assert (idea.answer_id is not None) == (idea.handling in ANSWERED and verb != "withdraw")
    undo_decision(decision.id, **given)
    db.session.expire_all()
    assert (idea.handling, idea.answer_id, idea.routed_to_id, idea.routed_at) == (*before, None, None)
    assert step.undone_at is not None
    with pytest.raises(AlreadyDone):
        undo_decision(decision.id, **given)


@pytest.mark.parametrize("state", [one for one in Publication if one is not Publication.PUBLISHED])
def test_nothing_is_answered_about_what_is_not_on_line(app, state):
    canonical = make_idea().id if state is Publication.MERGED else None
    idea = make_idea(publication=state, canonical_id=canonical)
    hidden = state in (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
    with pytest.raises(NotFound if hidden else WrongState):
        answer(About([idea.id]), H.NOT_HELD, SAID, actor=make_moderator(), now=now())


@pytest.mark.parametrize(
    "outcome, given, fields",
    [
        (H.OPENED, {}, {"dataset_url"}),
        (H.PARTLY_OPENED, {"dataset_url": "data.gouv.fr"}, {"dataset_url"}),
        (H.ALREADY_OPEN, {"text": ""}, {"text", "dataset_url"}),
        (H.SCHEDULED, {}, {"promised_on"}),
        (H.REFUSED, {}, {"reason"}),
        (H.REFUSED, {"reason": "not_held"}, {"reason"}),
        (H.NOT_HELD, {"passed_to_id": 999}, {"passed_to_id"}),
        (H.OUT_OF_SCOPE, {"text": "x" * 5_001}, {"text"}),
        (H.ROUTED, {}, None),
    ],
)
def test_an_answer_that_lacks_something_says_what(app, outcome, given, fields):
    idea, reply = make_idea(), Reply(**{"text": "Voici."} | given)
    with pytest.raises(Invalid) as refused:
        answer(About([idea.id]), outcome, reply, actor=make_moderator(), now=now())
    assert refused.value.errors.keys() == (fields or {"outcome"})
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Answer))


def test_a_refusal_rests_on_the_article_of_its_reason(app):
    idea = make_idea()
    answer(About([idea.id]), H.REFUSED, reply_for(H.REFUSED), actor=make_moderator(), now=now())
    row = db.session.scalars(sa.select(Answer)).one()
    assert row.reason == "security" and "L. 311-5" in row.legal_basis


def test_what_an_outcome_does_not_say_is_not_kept(app):
    idea, body = make_idea(), make_producer()
    full = Reply(text="Voici.", dataset_url=ADDRESS, promised_on=now().date(), reason="security", passed_to_id=body.id)
    answer(About([idea.id]), H.OUT_OF_SCOPE, full, actor=make_moderator(), now=now())
    row = db.session.scalars(sa.select(Answer)).one()
    assert (row.dataset_url, row.promised_on, row.reason, row.legal_basis, row.passed_to_id) == ("", None, "", "", None)


def test_the_body_that_was_asked_is_the_one_that_speaks(app):
    idea, body, given = make_idea(), make_producer(), {"actor": make_moderator(), "now": now()}
    route(About([idea.id]), body.id, **given)
    answer(About([idea.id]), H.NOT_HELD, SAID, **given)
    assert db.session.scalars(sa.select(Answer.producer_id)).one() == body.id
    other = make_idea()
    route(About([other.id]), body.id, **given)
    with pytest.raises(AlreadyDone):
        route(About([other.id]), body.id, **given)


def test_a_producer_answers_for_their_body_alone_and_by_that_role(app):
    ours, theirs, person = make_producer(), make_producer(), make_person()
    db.session.add(Appointment(person_id=person.id, role=Role.PRODUCER, producer_id=ours.id, appointed_at=now()))
    db.session.commit()
    mine, other, nobodys = make_idea(routed_to_id=ours.id), make_idea(routed_to_id=theirs.id), make_idea()
    given = {"actor": person, "now": now()}
    decision = answer(About([mine.id]), H.NOT_HELD, SAID, **given)
    assert (decision.role, decision.kind) == (Role.PRODUCER, DecisionKind.ANSWER)
    for foreign in ([other.id], [nobodys.id], [mine.id, other.id]):
        with pytest.raises(NotAllowed):
            reopen(About(foreign), **given)
    undo_decision(decision.id, **given)
    with pytest.raises(NotAllowed):
        undo_decision(answer(About([other.id]), H.NOT_HELD, SAID, actor=make_moderator(), now=now()).id, **given)


def test_a_contributor_answers_nothing(app):
    with pytest.raises(NotAllowed):
        answer(About([make_idea().id]), H.NOT_HELD, SAID, actor=make_person(), now=now())


def test_one_answer_serves_several_ideas_in_one_decision_or_none(app):
    first, second, third = make_idea(), make_idea(), make_in(H.OPENED)
    given = {"actor": make_moderator(), "now": now()}
    with pytest.raises(WrongState):
        answer(About([first.id, third.id]), H.REFUSED, reply_for(H.REFUSED), **given)
    db.session.expire_all()
    assert first.handling is H.RECEIVED
    decision = answer(About([first.id, second.id]), H.NOT_HELD, SAID, **given)
    db.session.expire_all()
    assert first.answer_id == second.answer_id is not None
    assert decision.idea_id is None
    undo_decision(decision.id, **given)
    db.session.expire_all()
    assert (first.handling, second.handling, first.answer_id) == (H.RECEIVED, H.RECEIVED, None)


def test_who_read_an_older_state_is_told_so(app):
    idea, given = make_idea(), {"actor": make_moderator(), "now": now()}
    answer(About([idea.id], seen_step=0), H.NOT_HELD, SAID, **given)
    with pytest.raises(WrongState):
        reopen(About([idea.id], seen_step=0), **given)


def test_what_was_moved_since_is_not_taken_back(app):
    idea, given = make_idea(), {"actor": make_moderator(), "now": now()}
    routed = route(About([idea.id]), make_producer().id, **given)
    answer(About([idea.id]), H.NOT_HELD, SAID, **given)
    with pytest.raises(WrongState):
        undo_decision(routed.id, **given)
    db.session.expire_all()
    assert idea.handling is H.NOT_HELD


def test_a_reply_is_read_by_nobody_before_its_review(app):
    author, moderator = make_person(), make_moderator()
    idea = make_idea(author=author)
    given = {"actor": moderator, "now": now()}
    ask_author(About([idea.id]), "De quelle année ?", **given)
    question = db.session.scalars(sa.select(Question)).one()
    with pytest.raises(NotFound):
        reply_to_question(question.id, "2019", author_id=make_person().id, now=now())
    reply_to_question(question.id, "2019", author_id=author.id, now=now())
    with pytest.raises(AlreadyDone):
        reply_to_question(question.id, "2020", author_id=author.id, now=now())
    with pytest.raises(WrongState):
        decide_reply(question.id, is_published=False, **given)
    decide_reply(question.id, is_published=False, reason="unintelligible", **given)
    db.session.expire_all()
    assert (question.reply_state, idea.handling) == (ReplyState.REFUSED, H.QUESTION_TO_AUTHOR)
    reply_to_question(question.id, "L’année 2019.", author_id=author.id, now=now())
    decision = decide_reply(question.id, is_published=True, **given)
    db.session.expire_all()
    assert (question.reply_state, idea.handling) == (ReplyState.PUBLISHED, H.AWAITING_PRODUCER)
    undo_decision(decision.id, **given)
    db.session.expire_all()
    assert (question.reply_state, idea.handling) == (ReplyState.AWAITING_REVIEW, H.QUESTION_TO_AUTHOR)


def test_a_question_taken_back_takes_no_reply_and_one_that_was_replied_to_stays(app):
    author, given = make_person(), {"actor": make_moderator(), "now": now()}
    idea = make_idea(author=author)
    asked = ask_author(About([idea.id]), "Quand ?", **given)
    question = db.session.scalars(sa.select(Question)).one()
    undo_decision(asked.id, **given)
    with pytest.raises(NotFound):
        reply_to_question(question.id, "2019", author_id=author.id, now=now())
    again = ask_author(About([idea.id]), "Où ?", **given)
    active = db.session.scalars(sa.select(Question).where(Question.withdrawn_at.is_(None))).one()
    reply_to_question(active.id, "Ici.", author_id=author.id, now=now())
    with pytest.raises(WrongState):
        undo_decision(again.id, **given)


def test_an_idea_gathered_elsewhere_has_nobody_to_ask(app):
    with pytest.raises(WrongState):
        ask_author(About([make_idea(author_id=None).id]), "Quand ?", actor=make_moderator(), now=now())


def test_an_answer_stays_with_an_idea_that_is_hidden_and_restored(app):
    idea, given = make_idea(), {"actor": make_moderator(), "now": now()}
    decision = answer(About([idea.id]), H.NOT_HELD, SAID, **given)
    decide_idea(idea.id, Verdict.HIDE, reason="other", **given)
    decide_idea(idea.id, Verdict.RESTORE, **given)
    db.session.expire_all()
    assert idea.handling is H.NOT_HELD
    assert db.session.get(Decision, decision.id).idea_id == idea.id
