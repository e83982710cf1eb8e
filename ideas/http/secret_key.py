"""The key of the application, which seals and hashes what must not be read or made by others."""

from flask import current_app


def read_secret_key() -> str:
    """Return the key that the settings give."""
    return str(current_app.config["SECRET_KEY"])
