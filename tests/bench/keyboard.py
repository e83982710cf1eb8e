"""Rows on a reviewer with a keyboard: 3,000 ideas, a fresh run, 210 subjects taken through every act in a Chromium.

The ideas are those of the demonstration, said again by others (`paraphrases`), each by as many people as chance wants.
Acts come by turns, as often as `TURNS` says; what remains is confirmed. `confirm_cpu_ms` is the processor time of the
server and of the database for a confirmation and the next subject, `next_cpu_ms` that of the next subject alone.
"""

from __future__ import annotations

import json
import random
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.bench.corpus import DEMONSTRATION
from tests.bench.paraphrases import paraphrase
from tests.bench.rows import row
from tests.bench.site import KEY, Site, databases
from tests.bench.web import make_campaign, run, served
from tests.browser.chromium import running_chromium
from tests.browser.reviewer import MOST_KEYS, Reviewer

COUNT, SUBJECTS = 3_000, 210
PEOPLE, VOTES_EACH = 400, 3
UNSCROLLED = 0.8  # of the subjects, seen whole on a screen of 1,280 × 800
TURNS = {"rename": 8, "split": 12, "cut": 12, "join": 15, "move": 10, "set_apart": 25, "answer": 20, "merge": 4}
LOOKED_AHEAD = 60  # subjects from which one looks at the next, and comes back


@row("210 subjects, keyboard alone", "ideas, SQLite", kind="demonstration")
def review_on_sqlite(case):
    _measure(case, "sqlite")


@row("210 subjects, keyboard alone", "ideas, PostgreSQL", kind="demonstration")
def review_on_postgresql(case):
    _measure(case, "postgresql")


def _measure(case, engine):
    with _campaign(engine) as (site, cookie), running_chromium() as browser:
        remembered = {"cookies": [{"name": "session", "value": cookie, "domain": "127.0.0.1", "path": "/"}]}
        person = Reviewer(browser, f"http://127.0.0.1:{site.port}", remembered | {"origins": []}).open()
        fits, cost = case.measure(lambda: _review(person, site), SUBJECTS)
    if broken := person.list_broken() or person.lost or person.page.complaints or MOST_KEYS.keys() - person.keys.keys():
        raise RuntimeError(f"the keyboard does not lead through: {broken}")
    case.note(
        subjects=len(fits),
        keys=sum(map(sum, person.keys.values())),
        unscrolled=np.mean(fits),
        **{f"{act}_keys": max(counts) for act, counts in person.keys.items()},
        **{f"{act}_p50_ms": np.median(times) for act, times in person.times.items()},
        **{f"{act}_p95_ms": np.percentile(times, 95) for act, times in person.times.items()},
        **cost,
    )


@contextmanager
def _campaign(engine):
    """Give a served campaign that a run has just grouped, and the cookie of somebody who may review it."""
    with tempfile.TemporaryDirectory() as var, databases(engine) as (given, roots):
        address = given.replace("postgresql://", "postgresql+psycopg://")
        environment, _seconds = make_campaign(_say_again(), Path(var), IDEAS_DATABASE_URL=address)
        cookie = _fill(var, address)
        run(environment, "regroup", "--campaign", "bench")
        with served(environment) as (port, server):
            yield Site(port, [*roots, server]), cookie


def _say_again():
    """Return titles and bodies: each idea of the demonstration, in the words of as many people as chance wants."""
    chance = random.Random(3)
    said = [json.loads(line) for line in DEMONSTRATION.read_text(encoding="utf-8").splitlines()]
    pairs = [(one["title"], f"{one['data_wanted']}\n{one['planned_use']}") for one in said]
    weights = [chance.lognormvariate(0, 0.6) for _ in pairs]
    return [paraphrase(*pair, chance) for pair in chance.choices(pairs, weights, k=COUNT)]


def _fill(var, address):
    """Cast votes, and return the cookie of an owner."""
    import sqlalchemy as sa
    from flask import session

    from ideas.app import create_app
    from ideas.config import Config
    from ideas.store.database import db
    from ideas.store.models import Idea, Person, Vote
    from ideas.web.sessions import start_session

    chance, now = random.Random(4), datetime.now(UTC)
    app = create_app(Config(var=var, database_url=address, secret_key=KEY, origin="http://127.0.0.1"))
    with app.test_request_context():
        owner = Person(role="owner", created_at=now)
        db.session.add_all([owner, *(Person(role="contributor", created_at=now) for _ in range(PEOPLE))])
        db.session.flush()
        people = list(db.session.scalars(sa.select(Person.id).where(Person.role == "contributor")))
        ideas = list(db.session.scalars(sa.select(Idea.id)))
        fans = {idea: chance.sample(people, min(PEOPLE, int(chance.expovariate(1 / VOTES_EACH)))) for idea in ideas}
        votes = [
            {"idea_id": idea, "person_id": one, "cast_at": now} for idea, several in fans.items() for one in several
        ]
        db.session.execute(sa.insert(Vote), votes)
        db.session.execute(
            sa.update(Idea), [{"id": idea, "vote_count": len(several)} for idea, several in fans.items()]
        )
        db.session.commit()
        start_session(owner, now)
        return app.session_interface.get_signing_serializer(app).dumps(dict(session))


def _review(person, site):
    """Take subjects until enough are reviewed; return which were seen whole, and the processor time of acts."""
    waiting, fits, confirming, looking = [], [], [], []
    while True:
        while person.is_among_alone:
            person.leave()
        if person.count_reviewed() >= SUBJECTS:
            break
        fits.append(person.fits)
        if len(looking) < LOOKED_AHEAD and person.has("[data-key=J][href^='/triage?']"):
            looking.append(_cost(site, lambda: person.do("next", "j")))
            person.do("previous", "k")
        waiting += [name for name, turn in TURNS.items() if len(fits) % turn == 0]
        done = next((name for name in waiting if getattr(person, name)()), None)
        if done:
            waiting.remove(done)
        if done != "answer":
            confirming.append(_cost(site, person.confirm))
    return fits, {"confirm_cpu_ms": np.mean(confirming), "next_cpu_ms": np.mean(looking)}


def _cost(site, act):
    """Return the milliseconds of processor that an act took behind the page."""
    before = site.processor()
    act()
    return 1_000 * (site.processor() - before)
