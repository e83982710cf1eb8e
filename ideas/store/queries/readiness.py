"""Whether this process can serve: it reads, and it can write."""

import os
import tempfile
from pathlib import Path

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.revisions import is_migrated

PROBE = bytes(65_536)  # more than what a short act adds to the file of SQLite


def find_fault(var: str) -> str:
    """Say in a few words, for whoever watches the service, what keeps it from working; nothing when all is well."""
    try:
        if not is_migrated(db.engine):
            return "the database is not at this version"
        if _is_read_only():
            return "the database can only be read"
    except sa.exc.DBAPIError:
        return "the database does not answer"
    try:
        for folder in {Path(var), *_list_folders()}:
            _try_to_write(folder)
    except OSError as error:
        return f"nothing can be written ({os.strerror(error.errno or 0).lower()})"
    return ""


def _is_read_only() -> bool:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            return connection.scalar(sa.text("SELECT current_setting('transaction_read_only')")) == "on"
    return not os.access(str(db.engine.url.database), os.W_OK)


def _list_folders() -> list[Path]:
    """Return the folder of the database, when it is a file of ours."""
    return [Path(str(db.engine.url.database)).parent] if db.engine.dialect.name == "sqlite" else []


def _try_to_write(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(PROBE)
