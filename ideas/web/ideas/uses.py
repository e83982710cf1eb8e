"""What a supporter would do with the data: a line beside their support, on a page of its own."""

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField, SubmitField

from ideas.actions.transaction import abandon_act
from ideas.actions.uses import take_back_use, write_use
from ideas.domain.errors import Invalid, RuleBroken
from ideas.domain.publication import REASONS, Publication
from ideas.domain.uses import LONGEST_USE, NOT_A_SUPPORTER
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found, headers_of, say, status_of
from ideas.store import queries
from ideas.web.forms import Fits, TrappedForm, form_status
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.personal import PersonalLine, list_unseen_in
from ideas.web.labels import label_of
from ideas.web.resending import shows_again


class UseForm(TrappedForm):
    """What a supporter would do with the data."""

    text = StringField(_l("Ce que j’en ferais"), [Fits(LONGEST_USE)])
    forget = SubmitField(_l("Retirer cette ligne"))

    def list_unseen(self) -> list[PersonalLine]:
        """Return what looks personal and was not shown yet; a line that goes is shown to nobody."""
        label = gettext("Ce que j’en ferais")
        return [] if self.forget.data else list_unseen_in(self.text.data or "", self.text.id, label)

    def show_refusal(self, refusal: RuleBroken) -> None:
        """Put a refusal beside its field, else above."""
        if isinstance(refusal, Invalid):
            self.text.errors = [say(one) for one in refusal.errors.values()]
        else:
            self.form_errors = [say(refusal)]


@bp.route("/idees/<number:idea_id>/usage", methods=["GET", "POST"])
@needs()
@shows_again
def use(idea_id: int) -> ResponseReturnValue:
    """Let a supporter say in a line what they would do with the data."""
    person_id = found(find_actor().id)
    idea, g.campaign, counted_by, *_rest = found(queries.ideas.find_shown(idea_id, find_actor()))
    g.current, back = "idees", redirect(idea_url(idea.id, idea.title), 303)
    if counted_by is None or idea.publication is not Publication.PUBLISHED:
        flash(gettext(NOT_A_SUPPORTER), "info")
        return back
    own = next((one for one in queries.uses.list_of_idea(idea_id, person_id) if one.is_own), None)
    form = UseForm(text=own.text if own else "")
    form["text"].flags.required = True
    is_valid = form.validate_on_submit()
    personal = form.list_unseen() if is_valid else []
    status, headers = form_status(form), {}
    if is_valid and not personal:
        try:
            flash(_receive(form, idea_id, person_id), "success")
        except RuleBroken as refusal:
            abandon_act()
            form.show_refusal(refusal)
            status, headers = status_of(refusal), headers_of(refusal)
        else:
            return back
    reason = label_of(REASONS, own.reason) if own else ""
    page = render_template("ideas/use.html", form=form, idea=idea, own=own, reason=reason, personal=personal)
    return page, status, headers


def _receive(form: UseForm, idea_id: int, person_id: int) -> str:
    """Keep the line that was sent, or delete the one that was there; return what to say of it."""
    if form.forget.data:
        take_back_use(idea_id, person_id=person_id)
        return gettext("Votre ligne est retirée. Votre soutien reste compté.")
    write_use(idea_id, form.text.data, person_id=person_id, now=now())
    return gettext("Votre ligne est reçue. Elle paraît après relecture.")
