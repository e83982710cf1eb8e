"""The worker: does what is due, and one duty that fails does not stop the others."""

from datetime import timedelta

from ideas import worker
from ideas.actions.purge import purge
from ideas.domain import retention
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail, SignIn
from tests.factories import make_idea, now
from tests.test_accounts import ask


def test_a_beat_sends_what_waits(app, capsys):
    ask()
    worker.work_once(app, {}, now=now())
    assert db.session.query(OutboxMail).one().sent_at
    assert "code" in capsys.readouterr().out


def test_a_duty_that_fails_does_not_stop_the_next(app, monkeypatch, capsys):
    ask()

    def fail(*_given, **_named):
        raise OSError

    monkeypatch.setattr(worker, "purge", fail)
    monkeypatch.setattr(worker, "reconcile", fail)
    due = {}
    worker.work_once(app, due, now=now())
    assert db.session.query(OutboxMail).one().sent_at and set(due) == {"mail", "index", "places", "purge"}


def test_a_duty_waits_for_its_turn(app, monkeypatch):
    seen = []
    monkeypatch.setattr(worker, "purge", lambda *, now: seen.append(now))
    due, start = {}, now()
    for minutes in (0, 1, 61):
        worker.work_once(app, due, now=start + timedelta(minutes=minutes))
    assert len(seen) == 2


def test_the_purge_erases_what_its_page_says_and_nothing_else(app):
    ask()
    old = now() - retention.DRAFTS - timedelta(days=1)
    forgotten = make_idea(publication="draft", author_id=None, created_at=old)
    kept = [make_idea(publication="draft", author_id=None), make_idea(created_at=old)]
    sent = db.session.query(OutboxMail).one()
    sent.sent_at = now() - retention.SENT_MAILS - timedelta(days=1)
    db.session.query(SignIn).update({"expires_at": now() - retention.SIGN_INS - timedelta(days=1)})
    db.session.commit()
    gone = forgotten.id
    assert purge(now=now()) == {"sign_ins": 1, "mails": 1, "drafts": 1}
    assert db.session.get(Idea, gone) is None
    assert db.session.query(Idea).count() == len(kept)
