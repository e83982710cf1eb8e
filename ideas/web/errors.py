"""How a refusal is shown: a page for people, with what they had typed; a problem document for programs."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from ideas.actions.transaction import abandon_act
from ideas.domain.errors import Gone, RuleBroken
from ideas.http.actor import find_actor
from ideas.http.refusals import headers_of, say, status_of
from ideas.http.security_log import Event, find_request_id, log_event, log_refusal
from ideas.store.writers import Busy
from ideas.web.resending import Sent, comes_from_elsewhere, read_sent, sign_in_url

READ_ONLY = "25006"
PROGRAMS = "/api/"  # what is refused there is told as a problem document (RFC 9457), not as a page
Answer = tuple[str, int, dict[str, str]]


def open_errors(app: Flask) -> None:
    """Show each kind of refusal on its page, with its status."""
    app.register_error_handler(RuleBroken, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(NoConnection, _database_away)
    app.register_error_handler(InternalError, _read_only)
    app.register_error_handler(Busy, _wait)
    app.register_error_handler(Exception, _failed)


def _page(
    status: int,
    title: str,
    message: str,
    sent: Sent | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    better: tuple[int, str] | None = None,
) -> Answer:
    sent_with = dict(headers or {})
    if request.path.startswith(PROGRAMS):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        body = json.dumps(problem, ensure_ascii=False) + "\n"
        return body, status, {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **sent_with}
    return _render(title=title, message=message, status=status, sent=sent, better=better), status, sent_with


def _render(**given: Any) -> str:
    """Return the page of a refusal; when what surrounds every page cannot be had, the page without it."""
    try:
        return render_template("error.html", **given)
    except Exception:
        current_app.logger.exception("an error page failed")
        abandon_act()
        return current_app.jinja_env.get_template("bare.html").render(**given)


def _refused(refusal: RuleBroken) -> ResponseReturnValue:
    abandon_act()
    log_refusal(refusal)
    status = status_of(refusal)
    titles = {404: gettext("Page introuvable"), 410: gettext("Cette page a été retirée")}
    title = titles.get(status, gettext("Ce n’est pas possible"))
    better = refusal.better if isinstance(refusal, Gone) else None
    return _page(status, title, say(refusal), _with_texts(read_sent()), better=better, headers=headers_of(refusal))


def _with_texts(sent: Sent | None) -> Sent | None:
    """Return what was sent when somebody typed a part of it: pressing a button again costs nothing."""
    return sent if sent and sent.texts else None


def _stale(error: CSRFError) -> ResponseReturnValue:
    """Give back a form whose token is not that of this session: nothing is done, nothing typed is lost."""
    log_event(Event.FORGED_FORM, why=error.description)
    if comes_from_elsewhere():
        return _page(400, gettext("Formulaire expiré"), gettext("Ce formulaire ne vient pas de ce site."))
    view = current_app.view_functions[request.endpoint or ""]
    is_open = getattr(view, "guard", "") == "public" or find_actor().is_signed_in
    if is_open and getattr(view, "shows_again", False):
        g.is_stale = True
        try:
            return current_app.ensure_sync(view)(**(request.view_args or {}))
        except Exception as refusal:  # noqa: BLE001 - what the view refuses is told as if it had been reached at once
            return current_app.handle_user_exception(refusal)
    if not is_open:
        return ask_to_sign_in_again(400)
    return _page(
        400,
        gettext("Formulaire expiré"),
        gettext("Votre session a changé depuis que cette page a été ouverte. Rien n’a été fait : confirmez."),
        read_sent(),
    )


def ask_to_sign_in_again(status: int = 403) -> Answer:
    """Say that the session has ended, beside what was sent, which waits there."""
    sent = read_sent()
    title = gettext("Votre session a pris fin")
    words = gettext("Rien n’a été fait, rien n’est perdu : connectez-vous, puis revenez à cette page pour confirmer.")
    return _page(status, title, words, sent._replace(sign_in_url=sign_in_url()) if sent else None)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    code = error.code or 500
    sentences = {
        400: gettext("La demande n’a pas pu être lue."),
        404: gettext("Cette page n’existe pas ou n’est plus en ligne."),
        405: gettext("Cette adresse ne répond pas à ce genre de demande."),
        413: gettext("Ce que vous avez envoyé est trop volumineux : 1 Mo au plus."),
    }
    title = gettext("Page introuvable") if code == 404 else gettext("Ce n’est pas possible")
    body, status, headers = _page(code, title, sentences.get(code, sentences[400]))
    headers.update({name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")})
    return body, status, headers


def _database_away(_error: Exception) -> ResponseReturnValue:
    abandon_act()
    return _busy(30)


def _read_only(error: InternalError) -> ResponseReturnValue:
    """PostgreSQL files a write on a copy that is only read among its own mistakes."""
    return _database_away(error) if getattr(error.orig, "sqlstate", "") == READ_ONLY else _failed(error)


def _wait(_error: Busy) -> ResponseReturnValue:
    abandon_act()
    return _busy(5)


def _busy(seconds: int) -> ResponseReturnValue:
    """Say that it may be tried again in so many seconds."""
    return _page(
        503,
        gettext("Service momentanément indisponible"),
        gettext(
            "Le service revient dans un instant. Réessayez dans une minute : rien de ce qui a été reçu n’est perdu."
        ),
        read_sent(),
        headers={"Retry-After": str(seconds)},
    )


def _failed(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    current_app.logger.error("a page failed (request %s)", find_request_id(), exc_info=error)
    abandon_act()
    message = gettext("Nous en sommes informés. Réessayez plus tard.")
    return _page(500, gettext("Une erreur est survenue"), message, read_sent())
