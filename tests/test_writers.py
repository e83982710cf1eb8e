"""Who writes when: first come, first served inside a process, and whoever would wait too long is told so at once."""

import gc
import http.client
import random
import sqlite3
import threading
import time
from contextlib import closing, contextmanager, suppress
from itertools import count

import pytest
import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.app import create_app
from ideas.config import Config
from ideas.serving import make_server, reserve
from ideas.store import database, writers
from ideas.store.database import db, leave_threads_to_readers, reading
from ideas.store.migrating import migrate
from ideas.store.models import Producer
from ideas.store.writers import Busy, Line
from tests.commands import Terminal
from tests.factories import make_campaign, make_person

SOON = 20  # seconds, for what never takes long
numbers = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The application on a SQLite file of its own, without the token of forms."""
    app = create_app(Config(var=str(tmp_path_factory.mktemp("site")), secret_key="only for tests " * 3))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        migrate(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def line(site):
    with site.app_context():
        return database._lines[db.engine]


@contextmanager
def held(site):
    """Have another program write for as long as the block lasts."""
    with closing(sqlite3.connect(f"{site.config['IDEAS'].var}/ideas.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    [thread.start() for thread in threads]
    [thread.join(SOON) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)


def add(slug):
    db.session.add(Producer(slug=slug, name=slug))
    db.session.flush()


def soon():
    return time.monotonic() + SOON


def test_turns_come_in_the_order_of_the_askers():
    line, came = Line(few=50), []
    first = line.wait(soon())

    def ask(number):
        turn = line.wait(soon())
        came.append(number)
        line.leave(turn)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(line) < number + 2:
            time.sleep(0.001)
    line.leave(first)
    [thread.join(SOON) for thread in threads]
    assert came == list(range(20)) and len(line) == 0


def test_whoever_waits_too_long_is_told_and_leaves_the_line():
    line = Line()
    first = line.wait(soon())
    with pytest.raises(Busy):
        line.wait(time.monotonic() + 0.05)
    assert len(line) == 1
    line.leave(first)
    line.leave(line.wait(soon()))


def test_behind_a_turn_that_lasts_only_a_few_keep_waiting(monkeypatch):
    monkeypatch.setattr(writers, "SLOW", 0.1)
    line, ended = Line(few=3), {}
    first = line.wait(soon())

    def ask(number):
        try:
            line.leave(line.wait(time.monotonic() + 1))
        except Busy:
            ended[number] = time.monotonic()

    began = time.monotonic()
    in_threads(8, ask)
    line.leave(first)
    waited = sorted(at - began for at in ended.values())
    assert len(waited) == 8 and len(line) == 0
    assert waited[5] < 0.9 < waited[6]  # the turn that lasts and two behind it are the few


def test_nobody_writes_beside_another_and_every_turn_ends_whatever_happens():
    line, inside, seen, chance = Line(few=100), [], [], random.Random(7)
    fates = [(chance.random() / 300, chance.choice(["ends", "raises", "gives up"])) for _ in range(400)]

    def work(number):
        for seconds, fate in fates[number::16]:
            with suppress(Busy, ZeroDivisionError):
                turn = line.wait(time.monotonic() + (0.001 if fate == "gives up" else SOON))
                try:
                    inside.append(number)
                    seen.append(len(inside))
                    time.sleep(seconds)
                    inside.pop()
                    if fate == "raises":
                        raise ZeroDivisionError
                finally:
                    line.leave(turn)

    in_threads(16, work)
    assert set(seen) == {1} and len(line) == 0


def end_by_commit():
    with transaction():
        add(f"eau-{next(numbers)}")


def end_by_an_error():
    with suppress(ZeroDivisionError), transaction():
        add("eau")
        raise ZeroDivisionError


def end_within_another():
    with transaction():
        add(f"eau-{next(numbers)}")
        with suppress(ZeroDivisionError), transaction():
            add("air")
            raise ZeroDivisionError


def end_by_a_refusal_of_the_database():
    with suppress(sa.exc.IntegrityError), transaction():
        add("eau")
        add("eau")


def end_with_the_context():
    """As when a thread is stopped within an act: only the end of the request is left to end it."""
    with database.writing():
        add("sable")


def end_without_its_connection():
    with suppress(sa.exc.DBAPIError, sa.exc.InvalidRequestError), transaction():
        add("eau")
        db.session.connection().invalidate()


ENDS = [value for name, value in list(globals().items()) if name.startswith("end_")]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_however_an_act_ends_its_turn_does(site, line, end):
    for _ in range(3):
        with site.app_context():
            end()
        assert len(line) == 0
    with site.app_context(), transaction():
        add(f"feu-{next(numbers)}")
        assert len(line) == 1


def test_a_thread_that_dies_with_an_open_act_ends_its_turn(site, line):
    with site.app_context():
        engine = db.engine

    def leave(_number):
        with database.writing():
            connection = engine.connect()
            connection.execute(sa.text("SELECT 1"))
            assert len(line) == 1
            del connection

    in_threads(1, leave)
    gc.collect()
    assert len(line) == 0


def test_readers_stand_in_no_line(site, line):
    with held(site), site.app_context():
        with reading():
            assert db.session.scalar(sa.select(sa.func.count(Producer.id))) >= 0
        assert db.session.scalar(sa.select(sa.func.count(Producer.id))) >= 0
        assert len(line) == 0


def test_what_was_read_before_an_act_does_not_make_it_fail(site):
    """A reader that turns writer fails at once when somebody wrote in between: an act begins anew instead."""
    with site.app_context():
        with transaction():
            add("mer")
        assert db.session.scalar(sa.select(Producer.kind).where(Producer.slug == "mer")) == ""

        def rename(_number):
            with site.app_context(), transaction():
                db.session.execute(sa.update(Producer).values(kind="renommé"))

        in_threads(1, rename)
        with transaction():
            add("vent")
        kinds = sa.select(Producer.slug, Producer.kind).where(Producer.slug.in_(["mer", "vent"]))
        assert dict(db.session.execute(kinds).all()) == {"mer": "renommé", "vent": ""}


@contextmanager
def served(site, threads):
    with site.app_context():
        leave_threads_to_readers(db.engine, few=threads // 2)
    listening = reserve("127.0.0.1", 0)
    server = make_server(site, listening, threads=threads)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: [one.close() for one in list(server._map.values())])
        thread.join(SOON)
        server.task_dispatcher.shutdown()


def ask(port, method, path, body=None):
    """Return the status, the headers and the seconds of an answer."""
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers, time.monotonic() - began


def test_a_lock_that_is_held_stops_no_reader_and_refuses_writers_in_time(site):
    with site.app_context():
        make_campaign()
    answers, seen = [], []

    def write(port):
        answers.append(ask(port, "POST", "/connexion", "email=camille%40example.org"))

    with served(site, threads=8) as port:
        with held(site):
            threads = [threading.Thread(target=write, args=(port,)) for _ in range(24)]
            [thread.start() for thread in threads]
            while any(thread.is_alive() for thread in threads):
                seen += [(path, *ask(port, "GET", path)) for path in ("/sante", "/sante/pret", "/")]
                time.sleep(0.2)
        assert [answer[0] for answer in answers] == [503] * 24
        assert all(answer[1]["Retry-After"] == "5" for answer in answers)
        assert max(answer[2] for answer in answers) < writers.PATIENCE * 2.5
        assert len(seen) > 6 and {status for _path, status, *_ in seen} == {200}
        assert max(seconds for *_, seconds in seen) < 3
        assert ask(port, "POST", "/connexion", "email=camille%40example.org")[0] in (200, 303)


def test_a_command_says_in_one_line_that_the_database_is_busy(app, monkeypatch):
    person = make_person("camille@example.org")
    monkeypatch.setattr(writers, "PATIENCE", 0.3)
    monkeypatch.setattr(database, "PATIENCE", 0.3)
    terminal, number = Terminal(app.config["IDEAS"]), person.id
    db.session.rollback()
    with database.writing(), db.engine.connect() as other:
        other.execute(sa.text("UPDATE people SET language = 'fr' WHERE id = :number"), {"number": number})
        refusal = terminal.refusal("role", "camille@example.org", "moderator")
    assert refusal.startswith("The database is busy: somebody else has been writing")
