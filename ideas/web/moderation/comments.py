"""Comments, read before anybody else does and again when readers report them: a plain list, and the way back."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.comments import decide_comment
from ideas.actions.reporting import close_comment_reports
from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision
from ideas.domain.comments import COMMENT_REPORT_REASONS, CommentState
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.queries.comments import CommentToReview
from ideas.web.ideas.personal import PersonalLine, list_personal_in
from ideas.web.moderation.blueprint import bp
from ideas.web.page_context import find_campaign
from ideas.web.resending import does


class CommentEntry(NamedTuple):
    """A comment to read, whether everybody reads it, what looks personal in it, and what readers said of it."""

    comment: CommentToReview
    is_online: bool
    personal: list[PersonalLine]
    reports: list[str]


@bp.get("/moderation/commentaires")
@carries("fait", "commentaire")
@needs(Permission.MODERATE)
def comments() -> ResponseReturnValue:
    """The comments that wait for review, and those that readers reported."""
    g.current = "moderation"
    also = row_number(request.args.get("commentaire"))
    waiting = queries.comments.list_to_review(found(find_campaign()), also=also)
    reports = queries.comments.list_reports([one.comment_id for one in waiting])
    entries = [
        CommentEntry(
            one,
            one.state is CommentState.PUBLISHED,
            list_personal_in(one.text, "text", gettext("Commentaire")),
            [_tell(said.reason, said.note) for said in reports if said.comment_id == one.comment_id],
        )
        for one in waiting
    ]
    decided_id = row_number(request.args.get("fait"))
    done = decided_id if decided_id and queries.decisions.list_own([decided_id], find_actor().id) else 0
    return render_template("moderation/comments.html", entries=entries, reasons=REASONS, done=done)


def _tell(reason: str, note: str) -> str:
    words = {str(code): words for code, words in COMMENT_REPORT_REASONS.items()}
    return " : ".join(filter(None, (gettext(words[reason]), note)))


@bp.post("/moderation/commentaires/<number:comment_id>")
@needs(Permission.MODERATE)
@does(N_("Décider du commentaire"))
def review_comment(comment_id: int) -> ResponseReturnValue:
    """Publish a comment, refuse it with a reason, or take it away once it is online."""
    is_published, reason = request.form.get("verdict") == "publish", request.form.get("reason", "")
    try:
        decision = decide_comment(comment_id, is_published=is_published, reason=reason, actor=find_actor(), now=now())
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
        return redirect(url_for(".comments", commentaire=comment_id), 303)
    return redirect(url_for(".comments", fait=decision.id), 303)


@bp.post("/moderation/commentaires/<number:comment_id>/signalements")
@needs(Permission.MODERATE)
@does(N_("Classer les signalements de ce commentaire"))
def set_comment_reports_aside(comment_id: int) -> ResponseReturnValue:
    """Set aside what readers said of a comment, which stays online."""
    close_comment_reports(comment_id, actor=find_actor(), now=now())
    flash(gettext("Les signalements de ce commentaire sont classés : il reste en ligne."), "success")
    return redirect(url_for(".comments"), 303)


@bp.post("/moderation/commentaires/decisions/<number:decision_id>/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler cette décision"))
def undo_comment(decision_id: int) -> ResponseReturnValue:
    """Lead a comment back to where the decision about it found it."""
    try:
        undo_decision(decision_id, actor=find_actor(), now=now())
        flash(gettext("La décision est annulée : le commentaire est comme avant."), "success")
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
    return redirect(url_for(".comments"), 303)
