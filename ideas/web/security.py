"""What every answer and every request owes to security: headers, bounds, and no cookie for readers."""

from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from ideas.http.numbers import Number
from ideas.store.database import begin_request

csrf = CSRFProtect()

# Every script and style is a file of ours, so 'self' is stricter than a nonce and lets pages be cached.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; an answer made after reading the session is not cached."""

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
    csrf.init_app(app)
    app.after_request(_protect)


def _refuse_nul() -> None:
    if "\x00" in request.path or any("\x00" in text for text in request.args.values()):
        raise BadRequest


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
