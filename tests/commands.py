"""Typing commands in tests: in this process for what they do, in one of their own for how they start and stop."""

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from ideas.cli import main
from ideas.store.database import db

COMMAND = Path(sys.executable).with_name("ideas")


class Terminal:
    """Runs commands on the database of the test."""

    def __init__(self, config):
        self.settings = {"IDEAS_DATABASE_URL": config.database_url, "IDEAS_VAR": config.var, "PORT": None}

    def type(self, *words, **settings):
        """Run `ideas` with these words and return what it printed and its exit code."""
        db.session.rollback()  # SQLite has one writer
        result = CliRunner().invoke(main, [str(word) for word in words], env=self.settings | settings)
        db.session.expire_all()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def read(self, *words):
        """Run a command that succeeds and return what it says to programs."""
        result = self.type(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refusal(self, *words, **settings):
        """Run a command that fails, and return the one line that it says on standard error."""
        result = self.type(*words, **settings)
        assert (result.exit_code, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        return line.removeprefix("Error: ")


def start(*words, **settings):
    """Start `ideas` in a process of its own, with no other setting than these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("IDEAS_") and name != "PORT"}
    return subprocess.Popen(
        [COMMAND, *words], env=clean | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
