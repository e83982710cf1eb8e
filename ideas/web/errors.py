"""How a refusal is shown: a page for people, a problem document for programs."""

import json

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from ideas.actions.transaction import abandon_act
from ideas.domain.errors import RuleBroken
from ideas.http.refusals import say, status_of
from ideas.store.writers import Busy

READ_ONLY = "25006"
PROGRAMS = "/api/"  # what is refused there is told as a problem document (RFC 9457), not as a page


def open_errors(app: Flask) -> None:
    """Show each kind of refusal on its page, with its status."""
    app.register_error_handler(RuleBroken, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(NoConnection, _database_away)
    app.register_error_handler(InternalError, _read_only)
    app.register_error_handler(Busy, _wait)
    app.register_error_handler(Exception, _failed)


def _page(status: int, title: str, message: str, **headers: str) -> tuple[str, int, dict[str, str]]:
    if request.path.startswith(PROGRAMS):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        body = json.dumps(problem, ensure_ascii=False) + "\n"
        return body, status, {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **headers}
    return render_template("error.html", title=title, message=message, status=status), status, headers


def _refused(refusal: RuleBroken) -> ResponseReturnValue:
    abandon_act()
    status = status_of(refusal)
    titles = {404: gettext("Page introuvable"), 410: gettext("Cette page a été retirée")}
    return _page(status, titles.get(status, gettext("Ce n’est pas possible")), say(refusal))


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _page(
        400,
        gettext("Formulaire expiré"),
        gettext(
            "Ce formulaire a expiré ou ne vient pas de ce site. Revenez en arrière, rechargez la page et renvoyez."
        ),
    )


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
        **{"Retry-After": str(seconds)},
    )


def _failed(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    current_app.logger.error("a page failed", exc_info=error)
    abandon_act()
    return _page(500, gettext("Une erreur est survenue"), gettext("Nous en sommes informés. Réessayez plus tard."))
