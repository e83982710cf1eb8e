"""Comments, read before anybody else does and again when readers report them: a plain list, and the way back."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from ideas.actions.comments import decide_comment
from ideas.actions.reporting import close_comment_reports
from ideas.domain.comments import COMMENT_REPORT_REASONS
from ideas.domain.errors import N_
from ideas.domain.lines import LineState
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.comments import CommentToReview
from ideas.web.ideas.personal import PersonalLine, list_personal_in
from ideas.web.labels import tell_report
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.lines import find_own_decision, review_line, take_back_line
from ideas.web.page_context import find_campaign
from ideas.web.resending import does

COMMENT_TAKEN_BACK = N_("La décision est annulée : le commentaire est comme avant.")


class CommentEntry(NamedTuple):
    """A comment to read, whether everybody reads it, what looks personal in it, and what readers said of it."""

    comment: CommentToReview
    is_online: bool
    personal: list[PersonalLine]
    reports: list[str]

    @property
    def tags(self) -> list[tuple[str, str]]:
        """What its line says beside the idea: words and their tone."""
        said = ngettext("Signalé %(num)s fois", "Signalé %(num)s fois", len(self.reports))
        tags = [(self.is_online, gettext("En ligne"), "good"), (bool(self.reports), said, "warn")]
        return [(words, tone) for is_shown, words, tone in tags if is_shown]


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
            one.state is LineState.PUBLISHED,
            list_personal_in(one.text, "text", gettext("Commentaire")),
            [_tell(said.reason, said.note) for said in reports if said.comment_id == one.comment_id],
        )
        for one in waiting
    ]
    return render_template("moderation/comments.html", entries=entries, reasons=REASONS, done=find_own_decision())


def _tell(reason: str, note: str) -> str:
    words = {str(code): words for code, words in COMMENT_REPORT_REASONS.items()}
    return tell_report(words[reason], note)


@bp.post("/moderation/commentaires/<number:comment_id>")
@needs(Permission.MODERATE)
@does(N_("Décider du commentaire"))
def review_comment(comment_id: int) -> ResponseReturnValue:
    """Publish a comment, refuse it with a reason, or take it away once it is online."""
    return review_line(decide_comment, comment_id, ".comments", commentaire=comment_id)


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
    return take_back_line(decision_id, ".comments", COMMENT_TAKEN_BACK)
