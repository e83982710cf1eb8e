"""What authors change in an idea that was received: its text, before or after it is online, or all of it."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from ideas.actions.correcting import correct_idea
from ideas.actions.editing import edit_idea, read_value
from ideas.actions.ideas import ANSWERED
from ideas.actions.transaction import abandon_act
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.campaigns import check_open
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import Invalid, WrongState
from ideas.domain.numbers import read_idea_number
from ideas.domain.publication import REASONS, Publication
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say, status_of
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.web.forms import Fits, PageForm, form_status
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.forms import IdeaForm
from ideas.web.ideas.reading import is_correctable, is_editable, is_withdrawable
from ideas.web.ideas.sending import Writing
from ideas.web.resending import shows_again


class Correction(Writing):
    """An idea that waits or was refused, written again by its author; it is theirs to send whatever the campaign."""

    def __init__(self, idea: Idea, campaign: Campaign) -> None:
        super().__init__(IdeaForm.of(idea), campaign)
        self.idea, self.idea_id = idea, idea.id

    @property
    def page(self) -> dict[str, Any]:
        """Return what the page says besides, among it why the idea was refused."""
        action = url_for(".correct", idea_id=self.idea_id)
        heading = gettext("Corriger mon idée")
        return {"action": action, "heading": heading, "is_open": True, "why": _why_refused(self.idea)}

    def check_open(self) -> None:
        """Refuse nothing: what was sent in time may be corrected later."""

    def keep(self) -> None:
        """Keep nothing: the idea itself is kept, and the page holds what was changed."""

    def lead_back(self, *, is_compared: bool) -> ResponseReturnValue:
        """Show the form again, in the answer itself."""
        return self.show(is_compared=is_compared)

    def receive(self) -> ResponseReturnValue:
        """Send the text that was corrected."""
        correct_idea(self.idea_id, self.form.values(), author_id=found(find_actor().id), now=now())
        return redirect(url_for(".received", idea_id=self.idea_id), 303)


class Edit(Correction):
    """An idea that is online, changed by its author: everybody reads the old words until the new are reviewed."""

    def __init__(self, idea: Idea, campaign: Campaign) -> None:
        super().__init__(idea, campaign)
        self.form = IdeaForm.of(None, _list_typed(idea))

    @property
    def page(self) -> dict[str, Any]:
        """Return what the page says besides."""
        return super().page | {
            "heading": gettext("Modifier mon idée"),
            "send": gettext("Envoyer ma modification"),
            "why": [],
        }

    def check_open(self) -> None:
        """Refuse what comes after the campaign."""
        check_open(self.campaign, now())

    def receive(self) -> ResponseReturnValue:
        """Send the change."""
        try:
            edit_idea(self.idea_id, self.form.values(), author_id=found(find_actor().id), now=now())
        except WrongState as refusal:
            abandon_act()
            return self.show(refusal=say(refusal)), status_of(refusal)
        flash(
            gettext("Votre modification est reçue. Elle paraît après relecture ; d’ici là, le texte d’avant reste."),
            "success",
        )
        return redirect(url_for(".show", idea_id=self.idea_id), 303)


def _list_typed(idea: Idea) -> dict[str, Any]:
    """Return an idea as its form takes it, with what waits for review in it."""
    waiting = queries.edits.find_waiting(idea.id)
    changed = {one.field: read_value(one.field, one.after) for one in waiting.changes} if waiting else {}
    typed = {name: getattr(idea, name) for name in ANSWERED} | changed
    holder = str(typed["producer_id"] or typed["holder_text"])
    keys = {name: str(typed[name] or "") for name in ("territory_code", "dataset_id")}
    return typed | keys | {"producer_id": holder, "holder_text": "", "consent": True}


@bp.route("/idees/<number:idea_id>/corriger", methods=["GET", "POST"])
@needs()
@shows_again
def correct(idea_id: int) -> ResponseReturnValue:
    """Correct an idea that waits for review or was refused, and send it again; or change one that is online."""
    idea = found(queries.ideas.find(idea_id, find_actor()))
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    if is_correctable(idea):
        return Correction(idea, g.campaign).answer()
    if is_editable(idea, g.campaign):
        return Edit(idea, g.campaign).answer()
    return redirect(url_for(".show", idea_id=idea_id), 303)


def _why_refused(idea: Idea) -> list[str]:
    """Return what the moderators said when they did not publish an idea."""
    is_refused = idea.publication is Publication.REFUSED
    decision = queries.decisions.find_last(idea.id, DecisionKind.REFUSE) if is_refused else None
    if decision is None:
        return []
    return [text for text in (gettext(REASONS[decision.reason]) if decision.reason else "", decision.note) if text]


class WithdrawIdeaForm(PageForm):
    """The idea, if any, that says better what is taken back."""

    better = StringField(_l("Numéro ou adresse d’une idée qui le dit mieux"), [Fits(300)])

    def validate_better(self, field: Any) -> None:
        """Ask for a number where something was typed."""
        if field.data and not read_idea_number(field.data):
            raise ValidationError(gettext("Tapez le numéro d’une idée en ligne, par exemple 12, ou son adresse."))


@bp.route("/idees/<number:idea_id>/retrait", methods=["GET", "POST"])
@needs()
@shows_again
def withdraw(idea_id: int) -> ResponseReturnValue:
    """Ask an author to confirm that they take their idea back, and do it."""
    form = WithdrawIdeaForm()
    if form.validate_on_submit():
        better_id = read_idea_number(form.better.data) or None
        try:
            withdraw_idea(idea_id, author_id=found(find_actor().id), now=now(), better_id=better_id)
        except Invalid as refusal:
            form.better.errors = [say(one) for one in refusal.errors.values()]
        else:
            flash(gettext("Votre idée est retirée."), "success")
            return redirect(url_for("accounts.show"), 303)
    idea = found(queries.ideas.find(idea_id, find_actor()))
    if not is_withdrawable(idea):
        return redirect(url_for(".show", idea_id=idea_id), 303)
    g.current = "idees"
    g.campaign = campaign = found(queries.campaigns.find_of(idea))
    page = render_template(
        "ideas/withdraw.html",
        idea=idea,
        form=form,
        merged=queries.ideas.list_merged_into(idea),
        fellows=queries.ideas.list_fellows(idea, campaign.current_run_id),
    )
    return page, form_status(form)
