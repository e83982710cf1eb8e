"""The door for people: load, act, answer."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from ideas.web.errors import open_errors
from ideas.web.frame import open_frame
from ideas.web.languages import open_languages
from ideas.web.safety import open_safety
from ideas.web.sessions import open_sessions
from ideas.web.statics import open_statics

ROOMS = ("campaigns", "ideas", "clusters", "editions", "accounts", "moderation", "register", "legal")


def open_web(app: Flask) -> None:
    """Open every page of the site."""
    open_languages(app)
    open_safety(app)
    open_sessions(app)
    open_statics(app)
    open_frame(app)
    open_errors(app)
    for name in ROOMS:
        if find_spec(f"ideas.web.{name}"):
            app.register_blueprint(import_module(f"ideas.web.{name}").bp)
