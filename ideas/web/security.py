"""What every answer and every request owes to security: headers, bounds, and no cookie for readers."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from ideas.http.headers import make_headers
from ideas.http.numbers import Number
from ideas.http.security_log import REQUEST_ID, find_request_id
from ideas.store.database import begin_request
from ideas.web.resending import View

csrf = CSRFProtect()


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; an answer made after reading the session is not cached."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie whatever its age: how old a session may be is decided by `sessions`, not by its signature."""
        serializer = self.get_signing_serializer(app)
        given = request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not given:
            return self.session_class()
        try:
            return self.session_class(serializer.loads(given))
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write the cookie if need be. Here alone can one ask whether the session was used without using it."""
        if session.accessed:
            response.headers["Cache-Control"] = "no-store"
        super().save_session(app, session, response)


def open_security(app: Flask) -> None:
    """Set cookies, bounds and headers for the whole site."""
    config = app.config["IDEAS"]
    app.config.update(
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        SESSION_COOKIE_NAME="__Host-session" if config.is_secure else "session",
        SESSION_COOKIE_SECURE=config.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=config.is_secure,
    )
    app.session_interface = Sessions()
    app.url_map.converters["number"] = Number
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    app.before_request(begin_request)
    app.before_request(_refuse_nul)
    app.before_request(_widen)
    csrf.init_app(app)
    app.after_request(_protect)


def _refuse_nul() -> None:
    if "\x00" in request.path or any("\x00" in text for text in request.args.values()):
        raise BadRequest


def takes_file(most_bytes: int) -> Callable[[View], View]:
    """Let a view receive a file of that size, where other pages take a form alone."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def _widen() -> None:
    """Set the bound of what is sent before anything reads it, the check of the token included."""
    view = current_app.view_functions.get(request.endpoint or "")
    most_bytes = getattr(view, "most_bytes", None)
    if most_bytes is not None:
        request.max_content_length = most_bytes


def _protect(response: Response) -> Response:
    if "referrer_policy" in g:
        response.headers["Referrer-Policy"] = g.referrer_policy
    for name, value in make_headers(is_secure=request.is_secure or current_app.config["IDEAS"].is_secure).items():
        response.headers.setdefault(name, value)
    response.headers[REQUEST_ID] = find_request_id()
    return response
