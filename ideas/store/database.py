"""The one database object, and what each engine needs to keep its promises.

SQLite runs in WAL with `synchronous=FULL`: an acknowledged write survives a power cut. A transaction that may
write begins IMMEDIATE, since a reader that turns writer can lose updates or fail at once; only a page that is
merely read begins deferred, so that readers never wait for a writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.sql.functions import FunctionElement

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


class Moment(sa.types.TypeDecorator[datetime]):
    """A date and time in UTC, aware on both engines (SQLite forgets the zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store the moment in UTC; a moment without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone means nothing")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table shares."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Moment, dict[str, Any]: sa.JSON, list[str]: sa.JSON},
    )


db = SQLAlchemy(model_class=Base)


@contextmanager
def reading() -> Iterator[None]:
    """Only read the database in this block, in a transaction of its own that lets everybody write."""
    db.session.rollback()
    token = is_reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        is_reading.reset(token)


def hold(what: str) -> None:
    """Take a transaction-level advisory lock on `what`, held until it ends; SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(what, 0))))


class holds(FunctionElement[bool]):  # noqa: N801 - reads as `holds(text, part)`
    """Whether a text holds another, character for character: several times cheaper than LIKE, and nothing to escape."""

    type = sa.Boolean()
    inherit_cache = True
    name = "holds"


@compiles(holds)
def _compile_holds(element: Any, compiler: Any, **given: Any) -> str:
    function = "instr" if compiler.dialect.name == "sqlite" else "strpos"
    return f"{function}({compiler.process(element.clauses, **given)}) > 0"


def begin_request(*, is_read: bool) -> None:
    """Settle how a request uses the database.

    What it has loaded stays as it was when it commits: to read it once more would begin another transaction, which
    on SQLite may wait for a writer. Commands and the worker, which last, read again after each act.
    """
    is_reading.set(is_read)
    db.session().expire_on_commit = False


def prepare_engine(engine: sa.Engine) -> None:
    """Give an engine the settings above; called once, when the application is made."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for setting in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = "BEGIN" if is_reading.get() else "BEGIN IMMEDIATE"
    connection.connection.cursor().execute(begin)
