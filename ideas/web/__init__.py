"""The door for people: load, act, answer."""

from flask import Flask

from ideas.http.languages import open_languages
from ideas.web import (
    accounts,
    advice,
    answer_templates,
    campaigns,
    devices,
    editions,
    elsewhere,
    feeds,
    handling,
    ideas,
    internal_notes,
    legal,
    moderation,
    moving,
    news,
    opinions,
    owner,
    prepared,
    producers,
    quality,
    register,
    second_factor,
    security_keys,
    staff_figures,
    statistics,
    subjects,
    territories,
    triage,
)
from ideas.web.errors import open_errors
from ideas.web.fragments import open_fragments
from ideas.web.installed import open_installed
from ideas.web.page_context import open_page_context
from ideas.web.security import open_security
from ideas.web.sessions import open_sessions
from ideas.web.statics import open_statics

SUBJECTS = (
    campaigns,
    ideas,
    subjects,
    triage,
    editions,
    accounts,
    elsewhere,
    second_factor,
    security_keys,
    devices,
    moving,
    moderation,
    handling,
    prepared,
    answer_templates,
    internal_notes,
    register,
    news,
    opinions,
    owner,
    producers,
    feeds,
    legal,
    advice,
    quality,
    statistics,
    territories,
    staff_figures,
)


def open_web(app: Flask) -> None:
    """Open every page of the site."""
    open_installed(app)
    open_languages(app)
    open_security(app)
    open_sessions(app)
    open_statics(app)
    open_fragments(app)
    open_page_context(app)
    open_errors(app)
    for subject in SUBJECTS:
        app.register_blueprint(subject.bp)
    # Mail programs press it (RFC 8058): the secret of its address stands for the token of a form.
    app.extensions["csrf"].exempt(news.stop)
