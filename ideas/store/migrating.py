"""Bringing a database to this version, one transaction a step, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ideas.config import ROOT
from ideas.store.database import writing


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Move the database of `engine` to `revision`, up or down; a step that fails leaves nothing half done."""
    with engine.connect() as connection, _keys_asleep(connection), writing():
        settings, revisions = _settings(), _revisions()
        settings.attributes["connection"] = connection
        here = revisions.index(_revision_of(connection) or "base")
        there = revisions.index(revisions[-1] if revision == "head" else revision)
        (command.upgrade if there >= here else command.downgrade)(settings, revision)
        _renew_statistics(connection)


def _renew_statistics(connection: sa.Connection) -> None:
    """Have SQLite look again at what it counted once, if ever: it would misjudge an index that came since."""
    if connection.dialect.name != "sqlite":
        return
    if connection.scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")):
        connection.execute(sa.text("ANALYZE"))
    connection.commit()


@contextmanager
def _keys_asleep(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite rebuild a table: dropping the old one would delete, by cascade, the rows that point to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def _revision_of(connection: sa.Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def _revisions() -> list[str]:
    script = ScriptDirectory.from_config(_settings())
    return ["base", *reversed([step.revision for step in script.walk_revisions()])]


def _settings() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    return settings
