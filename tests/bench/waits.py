"""Rows on who waits for whom: votes one after the other, alone and then while a long work goes on beside them."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import numpy as np

from tests.bench.corpus import resample
from tests.bench.rows import row
from tests.bench.web import IDEAS, make_campaign
from tests.servers import postgresql_database

VOTES = 200  # at least, however short the work
PAUSE = 0.02  # seconds between two votes
IMPORTED = 100_000
WORKERS = 8
WORKS = {
    "regroup": ("regroup", "--campaign", "bench"),
    "export": ("export", "--campaign", "bench", "--to", "{var}/export"),
    "edition": ("edition", "publish", "bench"),
    "backup": ("backup", "{var}/backup.zip"),
    "import": ("import", "{var}/more.jsonl", "--campaign", "bench"),
}


@contextmanager
def _sqlite(_name):
    yield ""


@row("votes beside long works", "ideas, SQLite", most=10_000)
def wait_on_sqlite(case):
    _measure(case, _sqlite)


@row("votes beside long works", "ideas, PostgreSQL", most=10_000)
def wait_on_postgresql(case):
    _measure(case, lambda name: postgresql_database(f"waits-{os.getpid()}", name))


def _measure(case, database):
    """Note, in milliseconds, the slowest vote alone, and how much slower it is beside each work."""
    from ideas.app import open_database
    from ideas.config import Config

    with tempfile.TemporaryDirectory() as var, database("waits") as address:
        environment, _seconds = make_campaign(case.texts, Path(var), IDEAS_DATABASE_URL=address)
        _write_more(case.texts, Path(var))
        app = open_database(Config(var=var, database_url=address))
        with app.app_context():
            voter = _Voter(*_read_ballot())
            alone = case.measure(lambda: voter.vote_during(lambda: None), VOTES)
            case.note(alone_ms=max(alone))
            for name, words in WORKS.items():
                work = _start(environment, *(word.format(var=var) for word in words))
                taken = voter.vote_during(work)
                case.note(**{f"{name}_ms": max(taken) - max(alone), f"{name}_p95_ms": np.percentile(taken, 95)})
            case.note(refused=voter.refused_count)
        with app.app_context():
            case.note(**_vote_together(app, voter))


class _Voter:
    """Votes for one idea after the other, by one person after the other."""

    def __init__(self, ideas, people):
        self._ballots, self.refused_count = cycle((idea, person) for person in people for idea in ideas), 0

    def vote(self):
        """Cast a vote, and return the milliseconds that it took."""
        from ideas.actions.voting import cast_vote
        from ideas.store.writers import Busy

        idea, person = next(self._ballots)
        started = time.perf_counter()
        try:
            cast_vote(idea, person_id=person, now=datetime.now(UTC))
        except Busy:
            self.refused_count += 1
        return (time.perf_counter() - started) * 1_000

    def vote_during(self, is_at_work):
        """Vote while a work goes on, at least `VOTES` times; return the milliseconds of each."""
        taken = []
        while is_at_work() or len(taken) < VOTES:
            taken.append(self.vote())
            time.sleep(PAUSE)
        return taken


def _vote_together(app, voter, votes=50):
    """The longest wait of `WORKERS` threads that vote without pause, as those of a server do."""
    lock, taken = threading.Lock(), []
    ballots = [[next(voter._ballots) for _ in range(votes)] for _ in range(WORKERS)]

    def vote(mine):
        from ideas.actions.voting import cast_vote

        for idea, person in mine:
            with app.app_context():
                started = time.perf_counter()
                cast_vote(idea, person_id=person, now=datetime.now(UTC))
                with lock:
                    taken.append((time.perf_counter() - started) * 1_000)

    threads = [threading.Thread(target=vote, args=(mine,)) for mine in ballots]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return {"together_ms": max(taken), "together_p50_ms": np.percentile(taken, 50)}


def _read_ballot():
    import sqlalchemy as sa

    from ideas.actions.transaction import transaction
    from ideas.store.database import db
    from ideas.store.models import Idea, Person

    with transaction():
        people = [Person(role="contributor", created_at=datetime.now(UTC)) for _ in range(10)]
        db.session.add_all(people)
        db.session.flush()
        return list(db.session.scalars(sa.select(Idea.id).order_by(Idea.id))), [person.id for person in people]


def _write_more(texts, var):
    with (var / "more.jsonl").open("w", encoding="utf-8") as file:
        for number, text in enumerate(resample(texts, IMPORTED)):
            file.write(json.dumps({"title": f"{number} {text}"[:120], "data_wanted": text}) + "\n")


def _start(environment, *words):
    """Start a command; return what tells whether it goes on, and raises when it failed."""
    process = subprocess.Popen([*IDEAS, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def is_at_work():
        code = process.poll()
        if code:
            raise RuntimeError(process.stderr.read().decode().strip())
        return code is None

    return is_at_work
