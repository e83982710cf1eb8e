"""Leading a request to the body that can answer it: routing, asking its author, looking at it again."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.handled import About, Handled, find_body, read_handled
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import CLOSED, Handling, ReplyState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import REASONS, Publication
from ideas.domain.texts import check_text, clean_text
from ideas.store.database import db
from ideas.store.models import Decision, HandlingStep, Idea, Question, Undo
from ideas.store.visibility import Actor, visible_to

LONGEST_QUESTION = 2_000
H = Handling


@transaction()
def route(about: About, producer_id: int | None, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Address a request to the body that holds the data, or pass it on to another: its delay begins."""
    handled = Handled(about, actor)
    body = find_body(producer_id)
    if all(idea.handling is H.ROUTED and idea.routed_to_id == body.id for idea in handled.ideas):
        raise AlreadyDone(N_("Cette demande est déjà transmise à cet organisme."))
    handled.check(H.ROUTED)
    decision = handled.record(DecisionKind.ROUTE, now, note=note)
    handled.move(decision, H.ROUTED, producer_id=body.id, routed_to_id=body.id, routed_at=now, answer_id=None)
    return handled.keep(decision, EventKind.ROUTED)


@transaction()
def ask_author(about: About, text: str, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Ask the author of each idea what the request lacks; they reply on a page of the idea."""
    handled = Handled(about, actor)
    handled.check(H.QUESTION_TO_AUTHOR)
    text = check_words(text, N_("Écrivez la question : elle sera publique."))
    if any(idea.author_id is None for idea in handled.ideas):
        raise WrongState(N_("Cette idée n’a pas d’auteur à qui poser une question."))
    decision = handled.record(DecisionKind.ASK, now, note=note or text)
    questions = [Question(idea_id=idea.id, decision_id=decision.id, text=text, asked_at=now) for idea in handled.ideas]
    db.session.add_all(questions)
    db.session.flush()
    handled.changes["questions"] = [question.id for question in questions]
    handled.move(decision, H.QUESTION_TO_AUTHOR)
    return handled.keep(decision, EventKind.QUESTION)


@transaction()
def reopen(about: About, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Look again at a request that was closed: it waits for its body once more, and its answer goes to the history."""
    handled = Handled(about, actor)
    if any(idea.handling not in CLOSED for idea in handled.ideas):
        raise WrongState(N_("Cette demande n’est pas close."))
    handled.check(H.AWAITING_PRODUCER)
    decision = handled.record(DecisionKind.REOPEN, now, note=note)
    handled.move(decision, H.AWAITING_PRODUCER, answer_id=None)
    return handled.keep(decision, EventKind.REOPENED)


@transaction(is_public=False)
def reply_to_question(question_id: int, text: str, *, author_id: int, now: datetime) -> Question:
    """Keep what an author replies: nobody but the staff reads it before it is reviewed. A refused one is written again.

    Raises `NotFound` unless the question is theirs and still stands.
    """
    question = db.session.scalar(
        sa.select(Question)
        .join(Idea, Idea.id == Question.idea_id)
        .where(Question.id == question_id, Question.withdrawn_at.is_(None), Idea.author_id == author_id)
        .with_for_update(of=Question)
    )
    if question is None:
        raise NotFound(N_("Aucune question ne vous est posée ici."))
    if question.reply_state not in (ReplyState.AWAITED, ReplyState.REFUSED):
        raise AlreadyDone(N_("Vous avez déjà répondu à cette question."))
    question.reply = check_words(text, N_("Écrivez votre réponse."))
    question.reply_state, question.replied_at = ReplyState.AWAITING_REVIEW, now
    return question


@transaction()
def decide_reply(
    question_id: int, *, is_published: bool, actor: Actor, now: datetime, reason: str = "", note: str = ""
) -> Decision:
    """Publish the reply of an author, and the request waits for its body again; or refuse it, saying why."""
    check_can_somewhere(actor, Permission.MODERATE)
    question = db.session.get(Question, question_id, with_for_update=True, populate_existing=True)
    idea = (
        db.session.scalar(sa.select(Idea).where(Idea.id == question.idea_id, visible_to(actor))) if question else None
    )
    if question is None or idea is None:
        raise NotFound(N_("Cette question n’existe pas."))
    if question.reply_state is not ReplyState.AWAITING_REVIEW:
        raise WrongState(N_("Cette précision a déjà été relue."))
    if not is_published and reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))
    decision = record_decision(
        DecisionKind.PUBLISH_REPLY if is_published else DecisionKind.REFUSE_REPLY,
        actor,
        permission=Permission.MODERATE,
        campaign_id=idea.campaign_id,
        now=now,
        idea_id=idea.id,
        reason="" if is_published else reason,
        note=note,
    )
    then = ReplyState.PUBLISHED if is_published else ReplyState.REFUSED
    replies, handled = [[question.id, question.reply_state.value, then.value]], []
    question.reply_state = then
    if is_published and idea.handling is H.QUESTION_TO_AUTHOR and idea.publication is Publication.PUBLISHED:
        before, idea.handling = read_handled(idea), H.AWAITING_PRODUCER
        handled.append([idea.id, before, read_handled(idea)])
        db.session.add(HandlingStep(idea_id=idea.id, decision_id=decision.id, handling=idea.handling, taken_at=now))
    told = EventKind.REPLY_PUBLISHED if is_published else EventKind.REPLY_REFUSED
    tell(told, [idea.id], by=actor.id, now=now, decision_id=decision.id)
    db.session.add(Undo(decision_id=decision.id, changes={"handled": handled, "replies": replies}))
    db.session.flush()
    return decision


def check_words(text: str, empty: str) -> str:
    """Return a text of staff or of an author as it is kept, or raise `Invalid`; `empty` says that there is none."""
    text = clean_text(text)
    if not text:
        raise Invalid({"text": RuleBroken(empty)})
    try:
        check_text(text, longest=LONGEST_QUESTION)
    except RuleBroken as refusal:
        raise Invalid({"text": refusal}) from refusal
    return text
