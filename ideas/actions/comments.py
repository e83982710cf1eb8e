"""What people say under an idea: read by the team before anybody else, taken back by its writer."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.limiting import count_hit
from ideas.actions.reporting import close_comment_reports
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.comments import check_comment, check_comment_verdict, check_takes_comments
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.domain.limits import COMMENTS_OF_PERSON
from ideas.domain.lines import LineState
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.store.database import db
from ideas.store.models import Campaign, Comment, Decision, Idea, Undo
from ideas.store.visibility import Actor, listed, visible_to

GONE = N_("Ce commentaire a été retiré par la personne qui l’avait écrit.")


@transaction(is_public=False)
def write_comment(idea_id: int, text: str | None, *, person_id: int, now: datetime) -> Comment:
    """Keep a comment on an idea that is online, for review.

    Raises `Invalid` beside the field, `NotFound`, `Closed` when the campaign takes none, and `TooOften`.
    """
    said = check_comment(text)
    online = sa.select(Idea.id, Campaign).join(Campaign, Campaign.id == Idea.campaign_id)
    found = db.session.execute(online.where(Idea.id == idea_id, listed())).one_or_none()
    if found is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    check_takes_comments(found.Campaign, now)
    count_hit(COMMENTS_OF_PERSON, person_id, now=now)
    comment = Comment(idea_id=idea_id, person_id=person_id, text=said, written_at=now)
    db.session.add(comment)
    db.session.flush()
    return comment


@transaction()
def take_back_comment(comment_id: int, *, person_id: int) -> int:
    """Delete a comment for whoever wrote it; return the number of the idea that it was about. Raises `NotFound`."""
    own = sa.delete(Comment).where(Comment.id == comment_id, Comment.person_id == person_id).returning(Comment.idea_id)
    idea_id = db.session.scalar(own)
    if idea_id is None:
        raise NotFound(N_("Ce commentaire n’est pas le vôtre, ou il est déjà retiré."))
    return idea_id


@transaction()
def decide_comment(comment_id: int, *, is_published: bool, actor: Actor, now: datetime, reason: str = "") -> Decision:
    """Publish a comment, refuse it, or take one that is online away, saying why; its writer is told.

    Raises `NotFound`, `NotAllowed` unless `actor` moderates the campaign, `WrongState` when it was decided already.
    """
    comment = db.session.get(Comment, comment_id, with_for_update=True, populate_existing=True)
    seen = sa.select(Idea).where(Idea.id == comment.idea_id, visible_to(actor)) if comment else None
    idea = db.session.scalar(seen) if seen is not None else None
    if comment is None or idea is None:
        raise NotFound(GONE)
    check_can(actor, Permission.MODERATE, Subject(campaign_id=idea.campaign_id))
    before, then = comment.state, check_comment_verdict(comment.state, is_published=is_published, reason=reason)
    comment.state, comment.reason, comment.decided_at = then, "" if is_published else reason, now
    decision = record_decision(
        _name_decision(before, then),
        actor,
        permission=Permission.MODERATE,
        campaign_id=idea.campaign_id,
        now=now,
        idea_id=idea.id,
        reason=comment.reason,
    )
    if not is_published:
        close_comment_reports(comment_id, actor=actor, now=now)
    _tell(comment, idea, decision, now)
    changes = {"handled": [], "comments": [[comment.id, before.value, then.value]]}
    db.session.add(Undo(decision_id=decision.id, changes=changes))
    db.session.flush()
    return decision


def take_back_comments(changes: list[tuple[int, str, str]]) -> None:
    """Lead comments back to where a decision found them; raises `WrongState` when one was decided again or went."""
    for number, before, after in changes:
        comment = db.session.get(Comment, number, with_for_update=True, populate_existing=True)
        if comment is None or comment.state != after:
            raise WrongState(N_("Ce commentaire a changé depuis : la décision ne s’annule plus."))
        comment.state, comment.reason = LineState(before), ""
        if comment.state is LineState.WAITING:
            comment.decided_at = None


def _name_decision(before: LineState, then: LineState) -> DecisionKind:
    if then is LineState.PUBLISHED:
        return DecisionKind.PUBLISH_COMMENT
    return DecisionKind.REFUSE_COMMENT if before is LineState.WAITING else DecisionKind.HIDE_COMMENT


def _tell(comment: Comment, idea: Idea, decision: Decision, now: datetime) -> None:
    """Tell whoever wrote a comment what came of it, and whoever wrote the idea that others read one."""
    is_online = comment.state is LineState.PUBLISHED
    kinds = [EventKind.COMMENT_PUBLISHED if is_online else EventKind.COMMENT_REFUSED]
    if is_online and comment.person_id != idea.author_id:
        kinds.append(EventKind.COMMENTED)
    for kind in kinds:
        tell(kind, [idea.id], by=decision.person_id, now=now, decision_id=decision.id, comment_id=comment.id)
