"""Security keys: added on one's account, and asked at sign-in in place of a code. Browsers without one give a code."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from ideas.actions.security_keys import (
    add_security_key,
    ask_new_key,
    prove_by_key,
    read_new_key,
    remove_security_key,
)
from ideas.domain.errors import N_, AlreadyDone, BadSignIn, Invalid, TooOften, WrongState
from ideas.domain.security_keys import LONGEST_ANSWER_OF_KEY, LONGEST_KEY_NAME, KeySite
from ideas.http.access import needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import origin, own_path
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.http.secret_key import read_secret_key
from ideas.http.security_log import Event, log_event
from ideas.store import queries
from ideas.web.accounts import answer_with, note_refusal
from ideas.web.forms import Fits
from ideas.web.key_questions import KeyForm, ask_awaited_key, draw_question, find_site, take_question
from ideas.web.opening import open_for
from ideas.web.resending import does, shows_again
from ideas.web.second_factor import SecondFactorForm, find_protected, is_proven
from ideas.web.sessions import find_awaited

bp = Blueprint("security_keys", __name__)


class NewKeyForm(SecondFactorForm):
    """A code, the name of a key, and what it answered."""

    name = StringField(_l("Nom de la clé"), [Fits(LONGEST_KEY_NAME)], render_kw={"aria-required": "true"})
    credential = HiddenField(validators=[Fits(LONGEST_ANSWER_OF_KEY)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.name.flags.required = True


@bp.route("/compte/second-facteur/cle", methods=["GET", "POST"])
@needs()
@shows_again
def add() -> ResponseReturnValue:
    """Add a security key, against a code."""
    person_id, form, site = find_protected(), NewKeyForm(), found(find_site())
    if form.validate_on_submit() and _add(person_id, form, site):
        log_event(Event.SECURITY_KEY_ADDED)
        flash(gettext("La clé est ajoutée : à la prochaine connexion, elle remplace le code."), "success")
        return redirect(url_for("second_factor.show"), 303)
    account = queries.people.find_email(person_id) or ""
    asked = ask_new_key(person_id, draw_question(), site, account=account, key=read_secret_key())
    return answer_with(form, render_template("second_factor/new_key.html", form=form, asked=asked))


@bp.post("/compte/second-facteur/cle/<number:key_id>/retrait")
@needs()
@does(N_("Retirer cette clé"))
def remove(key_id: int) -> ResponseReturnValue:
    """Have a key open nothing any more."""
    remove_security_key(found(find_actor().id), key_id, now=now(), origin=origin())
    log_event(Event.SECURITY_KEY_REMOVED)
    flash(gettext("La clé est retirée."), "success")
    return redirect(url_for("second_factor.show"), 303)


@bp.post("/connexion/second-facteur/cle")
@public
@shows_again
def prove() -> ResponseReturnValue:
    """Take the answer of a key as the second proof of whoever gave the first a moment ago."""
    g.current, awaited, site = "connexion", find_awaited(), find_site()
    if awaited is None or site is None:
        return redirect(url_for("second_factor.ask"), 303)
    form, challenge, key = KeyForm(), take_question(), read_secret_key()
    if form.validate_on_submit():
        try:
            prove_by_key(awaited.person.id, form.credential.data or "", challenge, site, now=now(), key=key)
        except (BadSignIn, TooOften) as refusal:
            note_refusal(form, form.credential, refusal)
        else:
            open_for(awaited.person, is_proven_twice=True, vouching=awaited.vouching)
            flash(gettext("Vous êtes connecté."), "success")
            return redirect(own_path(awaited.url) or url_for("accounts.show"), 303)
    asked = ask_awaited_key(awaited.person.id)
    return answer_with(
        form,
        render_template("second_factor/ask.html", form=SecondFactorForm(formdata=None), key_form=form, asked=asked),
    )


def _add(person_id: int, form: NewKeyForm, site: KeySite) -> bool:
    """Tell whether the key that answered is added; else say why not beside the field at fault.

    A code serves once: it is asked of whoever has a key that answered, and last.
    """
    try:
        new = read_new_key(form.credential.data or "", take_question(), site)
        if not is_proven(person_id, form):
            return False
        add_security_key(person_id, new, form.name.data, now=now(), origin=origin())
    except Invalid as invalid:
        form.name.errors = [say(invalid.errors["name"])]
    except (AlreadyDone, BadSignIn, WrongState) as refusal:
        note_refusal(form, form.name, refusal)
    else:
        return True
    return False
