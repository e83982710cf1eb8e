"""An act is kept whole, or not at all; what the database gives up for another is tried again."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ideas.actions.transaction import TRIES, transaction
from ideas.domain.errors import RuleBroken
from ideas.store.database import db
from ideas.store.models import Producer
from tests.factories import make_producer


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Producer))


def add(slug):
    db.session.add(Producer(slug=slug, name=slug))
    db.session.flush()


def test_an_act_is_kept_when_its_block_ends(app):
    with transaction():
        add("eau")
    db.session.rollback()
    assert count() == 1


@transaction()
def fail_after(slug, *, within=False):
    """An act that writes, then raises; `within`: what it wrote was an act of its own."""
    if within:
        with transaction():
            add(slug)
    else:
        add(slug)
    raise RuleBroken("non")


def test_an_act_that_raises_leaves_nothing(app):
    with pytest.raises(RuleBroken):
        fail_after("eau")
    assert count() == 0


def test_an_act_within_an_act_is_given_up_alone(app):
    with transaction():
        add("eau")
        with pytest.raises(RuleBroken):
            fail_after("air")
        with transaction():
            add("sol")
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Producer.slug))) == {"eau", "sol"}


def test_an_act_that_raises_takes_the_acts_within_it_along(app):
    with pytest.raises(RuleBroken):
        fail_after("eau", within=True)
    assert count() == 0


class Conflict(Exception):
    sqlstate = "40P01"


def test_what_the_database_gave_up_is_tried_again_and_logged(app, caplog):
    tried = []

    @transaction()
    def meet():
        tried.append(1)
        add("eau")
        if len(tried) < 3:
            raise OperationalError("", {}, Conflict())
        return "done"

    assert meet() == "done" and count() == 1 and len(tried) == 3
    assert sum("meet met another act" in line for line in caplog.messages) == 2


@pytest.mark.parametrize("fault, tries", [(Conflict(), TRIES), (Exception(), 1)], ids=["conflict", "another fault"])
def test_the_number_of_tries_is_bounded(app, fault, tries):
    tried = []

    @transaction()
    def fail():
        tried.append(1)
        raise OperationalError("", {}, fault)

    with pytest.raises(OperationalError):
        fail()
    assert len(tried) == tries


def test_two_acts_that_wait_for_each_other_both_end(app):
    can_wait_in_a_ring = db.engine.dialect.name == "postgresql"  # SQLite has one writer at a time
    first, second = make_producer().id, make_producer().id
    db.session.commit()  # on SQLite, an open transaction of the test would keep both waiting
    met = threading.Barrier(2, timeout=10)
    ended = []

    def cross(one, other):
        tried = []

        @transaction()
        def rename():
            for number in (one, other):
                db.session.execute(sa.update(Producer).where(Producer.id == number).values(kind=f"{one}"))
                if can_wait_in_a_ring and not tried:
                    tried.append(1)
                    met.wait()

        with app.app_context():
            rename()
            ended.append(one)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(ended) == sorted([first, second])
