"""Where one is signed in: ending the session of one device, or of all."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.people import end_sessions
from ideas.actions.sessions import end_session_of
from ideas.domain.errors import N_
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.refusals import found
from ideas.web.elsewhere import sign_out_elsewhere
from ideas.web.resending import does
from ideas.web.sessions import end_session

bp = Blueprint("devices", __name__)


@bp.post("/compte/sessions/<number:session_id>/fin")
@needs()
@does(N_("Mettre fin à cette session"))
def end(session_id: int) -> ResponseReturnValue:
    """End one session of whoever asks."""
    end_session_of(session_id, found(find_actor().id))
    flash(gettext("La session a pris fin."), "success")
    return redirect(url_for("accounts.show"), 303)


@bp.post("/compte/sessions/fin")
@needs()
@does(N_("Se déconnecter partout"))
def end_all() -> ResponseReturnValue:
    """End every session of whoever asks, this one with them."""
    person_id = found(find_actor().id)
    vouching = end_session()
    end_sessions(person_id)
    flash(gettext("Vous êtes déconnecté partout."), "success")
    return sign_out_elsewhere(vouching) or redirect(url_for("campaigns.show"), 303)
