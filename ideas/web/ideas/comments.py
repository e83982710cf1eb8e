"""Comments on an idea: all of them on pages, writing one, taking one's own back, reporting one."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from ideas.actions.comments import take_back_comment, write_comment
from ideas.actions.reporting import report_comment
from ideas.actions.transaction import abandon_act
from ideas.domain.comments import COMMENT_REPORT_REASONS, LONGEST_COMMENT, takes_comments
from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.lines import LINE_STATE_NAMES
from ideas.domain.publication import REASONS, Publication
from ideas.http.access import carries, needs, public
from ideas.http.actor import READER, find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.etag import make_conditional
from ideas.http.paging import read_page
from ideas.http.refusals import found, headers_of, say, status_of
from ideas.store import queries
from ideas.web.accounts import answer_with
from ideas.web.forms import Fits, TrappedForm, form_status
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.personal import PersonalLine, list_unseen_in
from ideas.web.ideas.reporting import ReportForm
from ideas.web.resending import does, shows_again

PAGE_SIZE = 20


class CommentForm(TrappedForm):
    """What somebody says of an idea."""

    text = TextAreaField(_l("Votre commentaire"), [Fits(LONGEST_COMMENT)])

    def list_unseen(self) -> list[PersonalLine]:
        """Return what looks personal and was not shown yet."""
        return list_unseen_in(self.text.data or "", self.text.id, gettext("Votre commentaire"))

    def show_refusal(self, refusal: RuleBroken) -> None:
        """Put a refusal beside its field, else above."""
        if isinstance(refusal, Invalid):
            self.text.errors = [say(one) for one in refusal.errors.values()]
        else:
            self.form_errors = [say(refusal)]


class CommentReportForm(ReportForm):
    """What is wrong with a comment, and a few words."""

    reason = RadioField(
        _l("Qu’est-ce qui ne va pas ?"),
        [InputRequired(_l("Choisissez ce qui ne va pas."))],
        choices=[SelectChoice(str(reason), _l(words)) for reason, words in COMMENT_REPORT_REASONS.items()],
    )


@bp.get("/idees/<number:idea_id>/commentaires")
@public
@carries("page")
def comments(idea_id: int) -> ResponseReturnValue:
    """All the comments on an idea that is online, the latest first."""
    shown = found(queries.ideas.find_shown(idea_id, find_actor()))
    idea, g.campaign, g.current = shown.idea, shown.campaign, "idees"
    if idea.publication is not Publication.PUBLISHED:
        return redirect(url_for(".show", idea_id=idea_id), 303)
    page, pages = read_page(shown.comment_count, PAGE_SIZE)
    html = render_template(
        "ideas/comments.html",
        idea=idea,
        comments=queries.comments.list_of_idea(idea_id, find_actor().id, size=PAGE_SIZE, page=page),
        comment_count=shown.comment_count,
        states=LINE_STATE_NAMES,
        reasons=REASONS,
        takes_comments=takes_comments(shown.campaign, now()),
        page=page,
        pages=pages,
        page_url=lambda number: url_for(".comments", idea_id=idea_id, page=number if number > 1 else None),
    )
    return make_conditional(html)


@bp.route("/idees/<number:idea_id>/commenter", methods=["GET", "POST"])
@needs()
@shows_again
def comment(idea_id: int) -> ResponseReturnValue:
    """Let somebody comment on an idea that is online."""
    person_id = found(find_actor().id)
    idea = found(queries.ideas.find(idea_id, READER))
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    if not takes_comments(g.campaign, now()) or idea.publication is not Publication.PUBLISHED:
        flash(gettext("Cette idée ne prend pas de commentaires."), "info")
        return redirect(idea_url(idea.id, idea.title), 303)
    form = CommentForm()
    form["text"].flags.required = True
    is_valid = form.validate_on_submit()
    personal = form.list_unseen() if is_valid else []
    status, headers = form_status(form), {}
    if is_valid and not personal:
        try:
            write_comment(idea_id, form.text.data, person_id=person_id, now=now())
        except RuleBroken as refusal:
            abandon_act()
            form.show_refusal(refusal)
            status, headers = status_of(refusal), headers_of(refusal)
        else:
            flash(gettext("Votre commentaire est reçu. Il paraît après relecture, sans votre nom."), "success")
            return redirect(url_for(".comments", idea_id=idea_id), 303)
    return render_template("ideas/comment.html", form=form, idea=idea, personal=personal), status, headers


@bp.post("/commentaires/<number:comment_id>/retrait")
@needs()
@does(N_("Retirer ce commentaire"))
def remove_comment(comment_id: int) -> ResponseReturnValue:
    """Take back one's own comment."""
    idea_id = take_back_comment(comment_id, person_id=found(find_actor().id))
    flash(gettext("Votre commentaire est retiré."), "success")
    return redirect(url_for(".comments", idea_id=idea_id), 303)


@bp.route("/commentaires/<number:comment_id>/signalement", methods=["GET", "POST"])
@public
@shows_again
def report_a_comment(comment_id: int) -> ResponseReturnValue:
    """Ask what is wrong with a comment on line, and bring it before the moderators."""
    said = found(queries.comments.find_published(comment_id))
    idea = found(queries.ideas.find(said.idea_id, READER))
    form = CommentReportForm()
    if form.validate_on_submit() and form.sends(report_comment, comment_id):
        flash(gettext("Merci. L’équipe relit ce commentaire."), "success")
        return redirect(url_for(".comments", idea_id=idea.id), 303)
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    return answer_with(form, render_template("ideas/report.html", idea=idea, comment=said, form=form))
