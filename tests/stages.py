"""Databases as each migration leaves an empty one: reached once, then copied for each test that begins there."""

import sqlite3
from contextlib import ExitStack, closing, contextmanager

import sqlalchemy as sa

from ideas.store.database import prepare_engine
from ideas.store.migrating import migrate

EMPTY = ""


class Stages:
    """Brings a database to a revision; `copies` keeps and restores what it was like there."""

    def __init__(self, engine, copies):
        self.engine, self.copies, self._reached = engine, copies, [EMPTY]

    def at(self, revision=EMPTY):
        """An engine on a database that held no row when the migrations led it there."""
        nearest = max(one for one in self._reached if one <= revision)
        self.copies.restore(nearest)
        if nearest != revision:
            migrate(self.engine, revision)
            self.copies.keep(revision)
            self._reached.append(revision)
        return self.engine


@contextmanager
def stages_of(address, folder):
    """The stages of a database beside the one of `address`, which they leave alone."""
    url = sa.make_url(address.replace("postgresql://", "postgresql+psycopg://"))
    is_file = url.drivername == "sqlite"
    url = url.set(database=str(folder / "stages.sqlite3") if is_file else f"{url.database}_stages")
    engine = sa.create_engine(url, pool_pre_ping=True)
    prepare_engine(engine)
    with _FileCopies(engine) if is_file else _ServerCopies(engine, address) as copies:
        yield Stages(engine, copies)
        engine.dispose()


class _FileCopies(ExitStack):
    """What a file of SQLite held, in memory."""

    def __init__(self, engine):
        super().__init__()
        self.engine, self._kept = engine, {EMPTY: self._open()}

    def _open(self):
        return self.enter_context(closing(sqlite3.connect(":memory:")))

    def keep(self, stage):
        self._kept[stage] = self._open()
        with closing(self.engine.raw_connection()) as here:
            here.driver_connection.backup(self._kept[stage])

    def restore(self, stage):
        with closing(self.engine.raw_connection()) as here:
            self._kept[stage].backup(here.driver_connection)


class _ServerCopies(ExitStack):
    """What a database of PostgreSQL held, in others, which go with the server at the end of the tests."""

    def __init__(self, engine, address):
        super().__init__()
        self.engine, self._name = engine, engine.url.database
        beside = sa.make_url(address).set(drivername="postgresql+psycopg")
        self._server = sa.create_engine(beside, isolation_level="AUTOCOMMIT")
        self.callback(self._server.dispose)

    def keep(self, stage):
        self.engine.dispose()  # what is copied must be left alone meanwhile
        self._run(f'CREATE DATABASE "{self._name}{stage}" TEMPLATE "{self._name}"')

    def restore(self, stage):
        self.engine.dispose()
        self._run(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        template = f"{self._name}{stage}" if stage else "template0"
        self._run(f'CREATE DATABASE "{self._name}" TEMPLATE "{template}"')

    def _run(self, statement):
        with self._server.connect() as connection:
            connection.execute(sa.text(statement))
