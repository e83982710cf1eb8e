"""The one database object, and what each engine needs to keep its promises.

SQLite runs in WAL with `synchronous=FULL`: an acknowledged write survives a power cut. What is read begins deferred
and waits for nobody; on PostgreSQL it needs no transaction. An act begins IMMEDIATE, since a reader that turns writer
can lose updates or fail at once; acts take turns (`writers.py`), and one that cannot begin in five seconds raises
`Busy`.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.sql.functions import FunctionElement

from ideas.store.writers import PATIENCE, Connection, Line

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

GIVEN_WAY = 0.02  # seconds: as long as a piece takes, many times the pause of whoever waits for it
# One moment for all that a long job reads, and nothing to wait for.
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_lines: WeakKeyDictionary[sa.Engine, Line] = WeakKeyDictionary()
is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


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
    """Only read the database in this block, as it is at its first question, while everybody may write."""
    db.session.rollback()
    token = is_writing.set(False)
    try:
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.connection(execution_options=SNAPSHOT)
        yield
    finally:
        db.session.rollback()
        is_writing.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Let the transactions that are begun in this block write, one process and one thread at a time on SQLite."""
    token = is_writing.set(True)
    try:
        yield
    finally:
        is_writing.reset(token)


def end_reading() -> None:
    """End the transaction of a reader, so that the next one may write; what it read stays known."""
    session = db.session()
    if session.in_transaction():
        session.expire_on_commit, kept = False, session.expire_on_commit
        try:
            session.commit()
        finally:
            session.expire_on_commit = kept


def give_way() -> None:
    """Between two pieces of a long work, let whoever waits to write on SQLite come first."""
    if db.session.get_bind().dialect.name == "sqlite":
        time.sleep(GIVEN_WAY)


def advisory_lock(what: str) -> None:
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


def begin_request() -> None:
    """Let what a request has loaded stay as it was when it commits.

    To read it once more would begin another transaction. Commands and the worker, which last, read again after each
    act.
    """
    db.session().expire_on_commit = False


def prepare_engine(engine: sa.Engine) -> None:
    """Give an engine the settings above; called once, when the application is made."""
    if engine.dialect.name == "sqlite":
        line = _lines[engine] = Line()
        sa.event.listen(engine, "do_connect", _connect_sqlite)
        sa.event.listen(engine, "connect", lambda connection, _record: _set_up_sqlite(connection, line))
        sa.event.listen(engine, "begin", _begin_sqlite)
        sa.event.listen(engine, "handle_error", _open_again)
    else:
        sa.event.listen(engine, "connect", _set_up_postgresql)
        sa.event.listen(engine, "begin", _begin_postgresql)


def leave_threads_to_readers(engine: sa.Engine, *, few: int) -> None:
    """Let at most `few` writers wait behind one that takes long; the others are refused at once."""
    if engine in _lines:
        _lines[engine].few = few


def _connect_sqlite(_dialect: object, _record: object, _given: object, named: dict[str, Any]) -> None:
    named["factory"] = Connection


def _set_up_sqlite(connection: Any, line: Line) -> None:
    connection.line, connection.isolation_level = line, None
    for setting in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _set_up_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {PATIENCE * 1_000:.0f}")
    connection.commit()


def _begin_postgresql(connection: sa.Connection) -> None:
    # At READ COMMITTED a transaction gives a reader nothing: each statement sees its own moment. It costs two trips.
    raw: Any = connection.connection.driver_connection
    is_plain = "isolation_level" not in connection.get_execution_options()
    if raw.autocommit != (reads := is_plain and not is_writing.get()):
        raw.autocommit = reads


def _begin_sqlite(connection: sa.Connection) -> None:
    raw: Any = connection.connection.driver_connection
    if not is_writing.get():
        raw.execute("BEGIN").close()
        return
    try:
        raw.begin_to_write()
    except sqlite3.Error as error:
        if _is_lasting(error):
            connection.connection.invalidate(error)
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def _open_again(context: sa.engine.ExceptionContext) -> None:
    """Have the file opened anew once a connection cannot recover: what was opened to be read is never written."""
    if _is_lasting(context.original_exception):
        # Not the others: the file may not be opened at all for now, and they still read.
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False


def _is_lasting(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
