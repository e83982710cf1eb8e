"""A command begins at once, since it imports what it uses: read in the modules of real processes, not on a clock."""

import subprocess
import sys

import pytest

from ideas.app import open_database
from ideas.cli import COMMANDS
from ideas.config import ROOT, Config
from ideas.store.database import db
from ideas.store.migrating import migrate

HEAVY = {"numpy", "scipy", "sklearn", "numba", "Stemmer", "joblib", "dask"}
PAGES = {"ideas.web", "ideas.api", "ideas.http", "flask_babel", "flask_wtf", "wtforms", "babel"}
SERVERS = {"alembic", "waitress", "ideas.worker", "ideas.operations", "ideas.mail", "ideas.actions"}
DATABASE = {"sqlalchemy", "flask", "werkzeug", "ideas.store", "ideas.app"}
PROGRAM = """
import sys
from ideas.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
    raise
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """The folder of an installation with an empty database."""
    folder = tmp_path_factory.mktemp("var")
    app = open_database(Config(var=str(folder)))
    with app.app_context():
        migrate(db.engine)
        db.engine.dispose()
    return folder


def modules_of(*words, var):
    """What a command that succeeds has imported."""
    command = [sys.executable, "-c", PROGRAM, *words]
    settings = {"IDEAS_VAR": str(var), "IDEAS_DATABASE_URL": "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("campaign", "list"), ("edition", "list")], ids=" ".join)
def test_a_command_that_reads_loads_the_database_and_nothing_more(var, words):
    loaded = modules_of(*words, var=var)
    assert "sqlalchemy" in loaded
    assert not loaded & (HEAVY | PAGES | SERVERS)


@pytest.mark.parametrize("words", [("--help",), ("campaign", "--help"), ("--version",)], ids=" ".join)
def test_what_needs_no_database_loads_none(var, words):
    assert not modules_of(*words, var=var) & (HEAVY | PAGES | SERVERS | DATABASE)


def test_the_command_that_is_typed_is_alone_to_be_loaded(var):
    others = {place.partition(":")[0] for place in COMMANDS.values()} - {"ideas.cli.campaigns"}
    assert not modules_of("campaign", "list", var=var) & others
