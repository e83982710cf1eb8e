"""What every test may ask for. `app` brings an empty database, on SQLite and then on PostgreSQL.

The application is imported by the fixtures that bring it: rules and texts are tested without it, in a second.
"""

import gc
import os
import shutil
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.scheduling import Together

# The same examples each time, however busy the machine: a red build must mean that the code changed.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_collection_finish():
    """Leave what was read to run the tests out of the rounds of the collector, which took a quarter of their time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


@pytest.fixture(scope="session")
def var():
    """The folder where the application of this worker writes, for its user alone as in production."""
    os.umask(0o077)
    from tests.servers import fast_folder

    with tempfile.TemporaryDirectory(prefix="ideas-", dir=fast_folder()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request, var, worker_id, testrun_uid):
    """The address of a database without tables, once for each engine: what asks for it runs on both."""
    from tests.servers import postgresql_database, sqlite_database

    databases = {
        "sqlite": lambda: sqlite_database(var),
        "postgresql": lambda: postgresql_database(testrun_uid, worker_id),
    }
    with databases[request.param]() as address:
        yield address


@pytest.fixture(scope="session")
def application(database_url, var):
    """The application on a database with its tables, made once: each test empties it after use."""
    import sqlalchemy as sa

    from ideas.app import create_app
    from ideas.config import Config
    from ideas.store.database import db
    from ideas.store.migrating import migrate
    from tests.pages import Client

    app = create_app(Config(var=str(var / "var"), database_url=database_url, secret_key="only for tests " * 3))
    app.testing = True
    app.test_client_class = Client
    with app.app_context():
        migrate(db.engine)
        sa.event.listen(db.engine, "before_cursor_execute", _refuse_stray_writes)
    _move_versions_with_rows(db)
    yield app
    with app.app_context():
        db.engine.dispose()


def _refuse_stray_writes(_connection, _cursor, statement, *_):
    """A page writes within an act: on SQLite, whatever else it sends has no turn to write."""
    from flask import has_request_context

    from ideas.store.database import is_writing

    only_reads = statement.startswith(("SELECT", "WITH", "BEGIN", "PRAGMA"))
    if has_request_context() and not is_writing.get() and not only_reads:
        raise AssertionError(f"written outside an act: {statement}")


def _move_versions_with_rows(db):
    """Let rows that a test writes by hand be seen like those of an act; what acts do is left to them."""
    import sqlalchemy as sa

    from ideas.store.versions import move_versions

    def note(session, *_):
        session.info["wrote"] = not session.info.get("acting")

    def note_statement(state):
        if state.is_insert or state.is_update or state.is_delete:
            note(state.session)

    def move(session):
        session.flush()
        if session.info.pop("wrote", False) and not session.info.get("acting"):
            move_versions()
            session.info.pop("wrote", None)

    for moment, done in (("after_flush", note), ("do_orm_execute", note_statement), ("before_commit", move)):
        if not sa.event.contains(db.session, moment, done):
            sa.event.listen(db.session, moment, done)


@pytest.fixture
def app(application):
    """The application, its context open for actions and queries; requests do not share it."""
    from ideas.store.database import db

    with application.app_context():
        # What a test holds is read again after each request, as the next page would; requests keep what they loaded.
        db.session().expire_on_commit = True
        yield application
        db.session.rollback()
        db.session.remove()
        _empty(db.engine)
    application.extensions.pop("floods", None)  # what a process counts in its memory
    shutil.rmtree(application.config["IDEAS"].var)
    Path(application.config["IDEAS"].var).mkdir()


@pytest.fixture
def client(app):
    """A browser that reads nothing and keeps its cookies."""
    return app.test_client()


@pytest.fixture
def visit(client):
    """Visits pages and holds them to the house rules; `visit.sign_in(person)`, `visit.submit(page, action, …)`."""
    from tests.pages import Visitor

    return Visitor(client)


@pytest.fixture
def count_queries(app):
    """Lists the SQL statements that a block sends, as in `with count_queries() as statements`."""
    import sqlalchemy as sa

    from ideas.store.database import db

    @contextmanager
    def counting():
        statements = []

        def note(_connection, _cursor, statement, *_):
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        yield statements
        sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting


# Foreign keys sleep meanwhile: campaigns and runs name each other, so that no order of deletion is right.
ASLEEP = {
    "sqlite": "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {}; COMMIT; PRAGMA foreign_keys = ON",
    "postgresql": "SET session_replication_role = replica; {}; SET session_replication_role = origin; COMMIT",
}


def _empty(engine):
    from ideas.store.database import Base

    deletions = "; ".join(f'DELETE FROM "{table}"' for table in Base.metadata.tables)  # noqa: S608 - our own names
    script = ASLEEP[engine.dialect.name].format(deletions)
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        run = cursor.executescript if engine.dialect.name == "sqlite" else cursor.execute
        run(script)
