"""Changing the address of one's account."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.moving import ask_new_address, check_move, move_address
from ideas.domain.errors import N_, BadSignIn, RuleBroken
from ideas.http.access import needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import origin
from ideas.http.clock import now
from ideas.http.languages import find_language
from ideas.http.refusals import found, say, status_of
from ideas.http.secret_key import read_secret_key
from ideas.http.security_log import Event, log_event
from ideas.http.sources import find_source
from ideas.web.accounts import EmailForm, answer_with, note_refusal
from ideas.web.resending import does, shows_again
from ideas.web.sessions import end_session

bp = Blueprint("moving", __name__)


@bp.route("/compte/adresse", methods=["GET", "POST"])
@needs()
@shows_again
def ask() -> ResponseReturnValue:
    """Ask for the new address and send it a link."""
    g.current, form = "compte", EmailForm()
    if form.validate_on_submit():
        usual = {"language": find_language(), "now": now(), "origin": origin(), "source": find_source()}
        try:
            email = ask_new_address(found(find_actor().id), form.email.data, **usual, key=read_secret_key())  # type: ignore[arg-type]
        except RuleBroken as refusal:
            note_refusal(form, form.email, refusal)
        else:
            words = gettext("Un lien est parti à l’adresse %(email)s. Rien ne change avant que vous confirmiez.")
            flash(words % {"email": email}, "success")
            return redirect(url_for("accounts.show"), 303)
    return answer_with(form, render_template("accounts/address.html", form=form))


@bp.route("/compte/adresse/<token>", methods=["GET", "POST"])
@public
@does(N_("Changer mon adresse"))
def confirm(token: str) -> ResponseReturnValue:
    """Show the button that makes the change; pressing it signs nobody in."""
    g.referrer_policy = "strict-origin"
    try:
        if request.method == "POST":
            move_address(token, now=now(), origin=origin())
            end_session()
            flash(gettext("Votre adresse est changée. Connectez-vous avec la nouvelle."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
        email = check_move(token, now=now()).email
    except RuleBroken as refusal:
        log_event(Event.DEAD_LINK)
        status = 410 if isinstance(refusal, BadSignIn) else status_of(refusal)
        return render_template("accounts/new_address.html", refusal=say(refusal)), status
    return render_template("accounts/new_address.html", email=email, token=token)
