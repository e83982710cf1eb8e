"""Asking the author of an idea what it lacks before it is published: it waits meanwhile, and nobody else reads it."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.handling import check_words
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import ReplyState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Decision, Idea, Question, Undo
from ideas.store.visibility import Actor, visible_to


@transaction()
def ask_before_review(idea_id: int, text: str, *, actor: Actor, now: datetime) -> Decision:
    """Ask the author of an idea that waits for review; the register says that it was asked, not what.

    Raises `NotFound`, `Invalid`, or `WrongState` when it waits no more, has no author, or a question stands already.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    kept = sa.select(Idea).where(Idea.id == idea_id, visible_to(actor)).with_for_update()
    idea = db.session.scalar(kept.execution_options(populate_existing=True))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if idea.publication is not Publication.AWAITING_REVIEW:
        raise WrongState(N_("Cette idée a changé entre-temps : rechargez la page avant de décider."))
    if idea.author_id is None:
        raise WrongState(N_("Cette idée n’a pas d’auteur à qui poser une question."))
    _check_none_stands(idea_id)
    text = check_words(text, N_("Écrivez la question."))
    given = {"permission": Permission.MODERATE, "campaign_id": idea.campaign_id, "now": now, "idea_id": idea_id}
    decision = record_decision(DecisionKind.ASK, actor, **given)
    question = Question(idea_id=idea_id, decision_id=decision.id, text=text, asked_at=now)
    db.session.add(question)
    db.session.flush()
    db.session.add(Undo(decision_id=decision.id, changes={"handled": [], "questions": [question.id]}))
    tell(EventKind.QUESTION, [idea_id], by=actor.id, now=now, decision_id=decision.id)
    return decision


def _check_none_stands(idea_id: int) -> None:
    active = sa.select(Question.id).where(
        Question.idea_id == idea_id, Question.withdrawn_at.is_(None), Question.reply_state == ReplyState.AWAITED
    )
    if db.session.scalar(active.limit(1)) is not None:
        raise AlreadyDone(N_("Une question attend déjà la réponse de l’auteur."))
