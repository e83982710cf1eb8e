"""Processes that answer together: each of them does, and none goes on without the others."""

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from ideas.store.database import db
from tests.commands import start
from tests.factories import make_campaign, make_idea
from tests.servers import free_port

WAIT = r"""
import os, signal
from ideas.processes import share_work
from ideas.serving import stop_cleanly_on_signals

def work():
    os.write(1, b"at work\n")
    signal.pause()

stop_cleanly_on_signals()
share_work(3, work)
"""


@contextmanager
def waiting():
    """Three processes at work, the first one apart."""
    command = [sys.executable, "-c", WAIT]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert [first.stdout.readline() for _ in range(3)] == ["at work\n"] * 3
        yield first, children_of(first)
    finally:
        first.kill()
        first.communicate()


def children_of(process):
    return [int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.read().decode()


def test_each_process_answers_and_reads_and_writes_by_itself(app):
    make_idea(campaign=make_campaign(), title="Horaires des bus")
    db.session.rollback()  # on SQLite, an open transaction of the test would keep the site waiting
    config, port = app.config["IDEAS"], free_port()
    settings = {"IDEAS_DATABASE_URL": config.database_url, "IDEAS_VAR": config.var, "IDEAS_SECRET_KEY": "x" * 32}
    first = start("serve", "--processes", "2", PORT=str(port), IDEAS_ORIGIN=f"http://127.0.0.1:{port}", **settings)
    try:
        assert f"Serving on http://127.0.0.1:{port}\n" in first.stderr
        (other,) = children_of(first)
        for stopped in (other, first.pid):
            os.kill(stopped, signal.SIGSTOP)
            try:
                assert "<mark>Horaires</mark> des bus" in ask(port, "/idees?q=horaires") and ask(port, "/sante/pret")
            finally:
                os.kill(stopped, signal.SIGCONT)
    finally:
        first.terminate()
        _, said = first.communicate(timeout=30)
    assert first.returncode == 0 and not Path(f"/proc/{other}").exists() and "ERROR" not in said


@pytest.mark.parametrize("stop, code", [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_all_end_with_the_first_however_it_ends(stop, code):
    with waiting() as (first, others):
        first.send_signal(stop)
        # The end of what they print: each of them holds it open while it lives.
        assert first.stdout.read() == "" and first.wait(20) == code
        assert len(others) == 2 and "ended" not in first.stderr.read()


def test_all_end_with_another_and_say_that_one_could_not_go_on():
    with waiting() as (first, others):
        os.kill(others[0], signal.SIGKILL)
        assert first.stdout.read() == "" and first.wait(20) == 1
        assert f"process {others[0]} ended (9): the others end too" in first.stderr.read()
