"""A second factor: given at sign-in, set on one's account, taken away with a code of it."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import StringField

from ideas.actions.second_factor import (
    count_recovery_codes,
    draw_secret,
    has_second_factor,
    make_uri,
    prove_twice,
    remove_second_factor,
    renew_recovery_codes,
    set_second_factor,
)
from ideas.actions.security_keys import list_security_keys
from ideas.domain.errors import BadSignIn, NotFound, TooOften
from ideas.domain.second_factor import RECOVERY_LENGTH, spell_recovery
from ideas.domain.security_keys import MOST_KEYS
from ideas.http.access import needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import origin, own_path
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.http.secret_key import read_secret_key
from ideas.http.security_log import Event, log_event
from ideas.store import queries
from ideas.web.accounts import answer_with, note_refusal
from ideas.web.forms import Fits, PageForm
from ideas.web.key_questions import KeyForm, ask_awaited_key, find_site
from ideas.web.opening import open_for
from ideas.web.resending import shows_again
from ideas.web.sessions import find_awaited, start_session

bp = Blueprint("second_factor", __name__)
LONGEST = len(spell_recovery("0" * RECOVERY_LENGTH)) + 6


class SecondFactorForm(PageForm):
    """A code of an application, or a recovery code."""

    code = StringField(_l("Code de l’application"), [Fits(LONGEST)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.code.flags.required = True


@bp.route("/connexion/second-facteur", methods=["GET", "POST"])
@public
@shows_again
def ask() -> ResponseReturnValue:
    """Take the second proof of whoever gave the first a moment ago."""
    g.current, awaited = "connexion", find_awaited()
    if awaited is None:
        if session.pop("awaited", None):
            flash(gettext("Dix minutes ont passé : demandez un nouveau code par courriel."), "warning")
        return redirect(url_for("accounts.sign_in"), 303)
    form = SecondFactorForm()
    if form.validate_on_submit() and is_proven(awaited.person.id, form):
        open_for(awaited.person, is_proven_twice=True, vouching=awaited.vouching)
        flash(gettext("Vous êtes connecté."), "success")
        return redirect(own_path(awaited.url) or url_for("accounts.show"), 303)
    asked = ask_awaited_key(awaited.person.id)
    return answer_with(form, render_template("second_factor/ask.html", form=form, key_form=KeyForm(), asked=asked))


@bp.route("/compte/second-facteur", methods=["GET", "POST"])
@needs()
@shows_again
def show() -> ResponseReturnValue:
    """Show the second factor of whoever works here, or set one."""
    g.current, person_id = "compte", _find_holder()
    if has_second_factor(person_id):
        count = count_recovery_codes(person_id)
        keys = list_security_keys(person_id)
        can_add = find_site() is not None and len(keys) < MOST_KEYS
        return render_template("second_factor/show.html", code_count=count, keys=keys, can_add=can_add)
    form, secret = SecondFactorForm(), session.setdefault("new_secret", draw_secret())
    if form.validate_on_submit():
        given = {"now": now(), "key": read_secret_key(), "origin": origin()}
        try:
            codes = set_second_factor(person_id, secret, form.code.data or "", **given)  # type: ignore[arg-type]
        except BadSignIn as refusal:
            note_refusal(form, form.code, refusal)
        else:
            start_session(found(queries.people.find(person_id)), now(), is_proven_twice=True)
            log_event(Event.SECOND_FACTOR_SET)
            return render_template("second_factor/codes.html", codes=codes)
    account = queries.people.find_email(person_id) or ""
    uri = make_uri(secret, account=account, site=current_app.config["IDEAS"].site_name)
    page = render_template("second_factor/set_up.html", form=form, secret=_spell(secret), picture=_draw(uri), uri=uri)
    return answer_with(form, page)


@bp.route("/compte/second-facteur/codes", methods=["GET", "POST"])
@needs()
@shows_again
def renew() -> ResponseReturnValue:
    """Draw new recovery codes, against a code."""
    person_id, form = find_protected(), SecondFactorForm()
    if form.validate_on_submit() and is_proven(person_id, form):
        log_event(Event.RECOVERY_CODES_RENEWED)
        return render_template("second_factor/codes.html", codes=renew_recovery_codes(person_id, key=read_secret_key()))
    return answer_with(form, render_template("second_factor/renew.html", form=form))


@bp.route("/compte/second-facteur/retrait", methods=["GET", "POST"])
@needs()
@shows_again
def remove() -> ResponseReturnValue:
    """Ask for no code any more, against a code."""
    person_id, form = find_protected(), SecondFactorForm()
    if form.validate_on_submit() and is_proven(person_id, form):
        remove_second_factor(person_id, now=now(), origin=origin())
        start_session(found(queries.people.find(person_id)), now())
        log_event(Event.SECOND_FACTOR_REMOVED)
        flash(gettext("Le second facteur est retiré."), "success")
        return redirect(url_for("accounts.show"), 303)
    return answer_with(form, render_template("second_factor/remove.html", form=form))


def _find_holder() -> int:
    """Return the number of whoever asks if they work here: nobody else is offered a second factor."""
    actor = find_actor()
    return found(actor.id if actor.holds_role else None)


def find_protected() -> int:
    """Return the number of whoever asks if they have a second factor."""
    g.current = "compte"
    person_id = found(find_actor().id)
    if not has_second_factor(person_id):
        raise NotFound("Cette page n’existe pas ou n’est plus en ligne.")
    return person_id


def is_proven(person_id: int, form: SecondFactorForm) -> bool:
    """Tell whether the code of the form is good, and use it; else say why not beside its field."""
    try:
        is_recovery = prove_twice(person_id, form.code.data or "", now=now(), key=read_secret_key())
    except (BadSignIn, TooOften) as refusal:
        note_refusal(form, form.code, refusal)
        return False
    if is_recovery:
        log_event(Event.RECOVERY_CODE_USED)
    return True


def _draw(uri: str) -> Markup:
    """Return the square code of an address, as a picture within the page."""
    import segno

    drawn = segno.make(uri, micro=False).svg_inline(scale=5, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn here, of squares alone


def _spell(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
