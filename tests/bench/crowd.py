"""Rows on many at once: clients who vote for one idea, and what web processes keep in memory."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.bench.pages import Visitor
from tests.bench.rows import memory, row
from tests.bench.site import CAST, descendants, running, served
from tests.servers import free_port

BROWSED = ("/idees", "/idees?q=horaires+bus", "/idees/2", "/idees/similaires?texte=horaires")
HOT = 1  # the number of the idea that all of them support
COUNT = """
import sqlalchemy as sa
from ideas.app import open_database
from ideas.store.database import db
from ideas.store.models import Idea, Vote
with open_database().app_context():
    print(db.session.scalar(sa.select(Idea.vote_count).where(Idea.id == 1)))
    print(db.session.scalar(sa.select(sa.func.count()).where(Vote.idea_id == 1)))
    print(db.session.scalar(sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id == 1)))
"""


@row("64 clients on one idea", "ideas, SQLite", most=10_000)
def crowd_on_sqlite(case):
    _vote_at_once(case, "sqlite")


@row("64 clients on one idea", "ideas, PostgreSQL", most=10_000)
def crowd_on_postgresql(case):
    _vote_at_once(case, "postgresql")


def _vote_at_once(case, engine):
    """Have everybody of the cast support one idea at once, one in two take it back, and all of them press again."""
    size = len(case.texts)
    with served(engine, size, 10 * size) as site:
        before = _count(site)
        clients = [Visitor(site, size) for _ in range(CAST)]
        signed = [client.sign(person, "/idees") for person, client in enumerate(clients, 1)]

        def press(at, *, back=False):
            headers, token = signed[at]
            address = f"/idees/{HOT}/vote{'/retrait' if back else ''}?liste=1"
            clients[at].ask("POST", address, f"csrf_token={token}", headers | {"X-Fragment": f"v{HOT}"})

        with ThreadPoolExecutor(CAST) as pool:
            everybody, some = range(CAST), range(0, CAST, 2)

            def press_all():
                list(pool.map(press, everybody))
                list(pool.map(lambda at: press(at, back=True), some))
                list(pool.map(press, everybody))

            case.measure(press_all, 2 * CAST + len(some))
        shown, rows, people = _count(site)
    lost = before[1] + CAST - rows
    if lost or rows != people or shown != rows:
        raise RuntimeError(f"lost {lost}, doubled {rows - people}, counted {shown} for {rows}")
    case.note(clients=CAST, lost=lost, doubled=rows - people, drifted=shown - rows)


def _count(site):
    """Return the count that is shown, the rows, and the people of these rows."""
    command = [sys.executable, "-c", COUNT]
    told = subprocess.run(command, env=site.environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [int(line) for line in told.split()]


@row("two web processes", "ideas, SQLite", most=10_000)
def two_processes(case):
    """Note the memory of one site's two processes once each has listed, searched and compared.

    The index is built before, by a process that is no more: a worker does it on a site that is run.
    """
    size, ports = len(case.texts), [free_port(), free_port()]
    with served("sqlite", size, 10 * size) as site:
        with _other(site, ports[0]):
            _browse(Visitor(site, size), ports[0])
        with _other(site, ports[1], "--processes", "2") as first:
            # Who answers a connection is drawn: with twenty, each process has done all of it.
            case.measure(lambda: [_browse(Visitor(site, size), ports[1]) for _ in range(20)], 20 * len(BROWSED))
            parts = [memory("smaps_rollup", "Pss", number) for number in descendants([first])]
    case.note(first_mb=parts[0], second_mb=parts[1], both_mb=sum(parts))


def _other(site, port, *words):
    command = [sys.executable, "-m", "ideas.cli", "serve", "--port", str(port), "--threads", "4", *words]
    return running(command, port, env=site.environment)


def _browse(visitor, port):
    visitor.connection.port = port
    for address in BROWSED:
        visitor.ask("GET", address)
