"""Taking words that must go out of the register."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.register import seal_note
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.owner.blueprint import bp
from ideas.web.owner.forms import SealingForm
from ideas.web.resending import shows_again


@bp.route("/gestion/registre/<number:decision_id>/retrait", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def seal(decision_id: int) -> ResponseReturnValue:
    """Ask why, and drop the note of a decision for good."""
    decision = found(queries.decisions.find(decision_id))
    check_can(find_actor(), Permission.OWN, Subject(decision.campaign_id))
    g.current = "registre"
    form = SealingForm()
    if form.validate_on_submit():
        seal_note(decision_id, reason=form.reason.data, actor=find_actor(), now=now())
        flash(gettext("Ce texte n’est plus au registre."), "success")
        return redirect(url_for("register.index"), 303)
    return render_template("owner/seal.html", form=form, decision=decision), form_status(form)
