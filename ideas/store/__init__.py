"""Memory: the tables and one function per question."""

from flask import Flask

from ideas.store import models  # noqa: F401 - declares every table before the database opens
from ideas.store.database import db, prepare_engine


def open_store(app: Flask) -> None:
    """Open the database that the settings name, ready to read and write."""
    # Parameters hold addresses and texts of people: a failing statement must not carry them into the logs.
    options = {"pool_pre_ping": app.config["IDEAS"].database_url != "", "hide_parameters": True}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
