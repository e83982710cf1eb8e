"""The worker: does what is due, and one duty that fails does not stop the others."""

import itertools
import re
import signal
import threading
from datetime import timedelta
from time import monotonic

import pytest
import sqlalchemy as sa

from ideas import worker
from ideas.actions.comments import decide_comment, write_comment
from ideas.actions.undoing import undo_decision
from ideas.actions.voting import cast_vote
from ideas.domain import retention
from ideas.domain.errors import WrongState
from ideas.domain.lines import LineState
from ideas.operations import maintenance
from ideas.operations.job_process import JobProcess
from ideas.operations.purge import purge
from ideas.store.database import db
from ideas.store.models import (
    Comment,
    Decision,
    Hit,
    Idea,
    OutboxMail,
    Revision,
    RevisionChange,
    SignIn,
    Vote,
    VoteUse,
)
from tests.commands import start
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.test_accounts import ask


@pytest.fixture
def work(app):
    """Do what is due at a time, and tell when each duty has its next turn."""
    due, processes = {}, JobProcess(app.config["IDEAS"].to_environment())

    def at(time, stop=lambda: False):
        worker.work_once(worker.duties(app, processes, stop), due, now=time)
        return due

    return at


def fail(*_given, **_named):
    raise OSError


def test_a_beat_sends_what_waits(work, capsys):
    ask()
    work(now())
    assert db.session.query(OutboxMail).one().sent_at
    assert "code" in capsys.readouterr().out


def test_a_duty_that_fails_stops_no_other_and_rests(work, monkeypatch):
    monkeypatch.setattr(worker, "deliver_due", fail)
    seen, began = [], now()
    monkeypatch.setattr(worker, "purge", lambda *, now: seen.append(now))
    due = work(began)
    assert (seen, due["mail"], due.keys()) == (
        [began],
        began + worker.REST,
        {
            "mail",
            "files",
            "news",
            "lateness",
            "digests",
            "jobs",
            "index",
            "places",
            "resemblances",
            "proposals",
            "purge",
        },
    )


def test_a_database_that_is_away_stops_nothing_for_good(work, monkeypatch):
    ask()
    with monkeypatch.context() as away:
        away.setattr(sa.Engine, "connect", fail)
        began = now()
        work(began)
    work(began + worker.REST)
    assert db.session.query(OutboxMail).one().sent_at


def test_mending_the_index_keeps_no_voter_waiting(app, work, monkeypatch):
    idea, person = make_idea().id, make_person().id

    def vote():
        with app.app_context():
            cast_vote(idea, person_id=person, now=now())

    def read_while_somebody_votes(*_given, **_named):
        db.session.scalars(sa.select(Idea)).all()
        voter = threading.Thread(target=vote)
        voter.start()
        voter.join(timeout=5)

    monkeypatch.setattr(maintenance, "reconcile", read_while_somebody_votes)
    began = monotonic()
    work(now())
    assert db.session.query(Vote).count() == 1 and monotonic() - began < 5


def test_a_duty_waits_for_its_turn(work, monkeypatch):
    seen, began = [], now()
    monkeypatch.setattr(worker, "purge", lambda *, now: seen.append(now))
    for minutes in (0, 1, 61):
        work(began + timedelta(minutes=minutes))
    assert len(seen) == 2


def test_a_worker_that_is_stopping_begins_no_other_mail(work):
    ask()
    work(now(), stop=lambda: True)
    assert db.session.query(OutboxMail).one().sent_at is None


@pytest.fixture
def process(app):
    """A worker in a process of its own, with a mail to send."""
    ask()
    db.session.rollback()  # SQLite has one writer
    config = app.config["IDEAS"]
    with start("worker", IDEAS_DATABASE_URL=config.database_url, IDEAS_VAR=config.var) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_worker_cleanly(process, number):
    shown = list(itertools.takewhile(lambda line: line != "---\n", iter(process.stdout.readline, "")))
    assert len(shown) > 1, (shown, process.poll(), process.stderr.read())
    assert shown[1] == "--- Mail for nadia@example.org ---\n"
    process.send_signal(number)
    rest, errors = process.communicate(timeout=20)
    assert (rest.strip(), errors, process.returncode) == ("", "", 0)


def test_the_purge_erases_what_its_page_says_and_nothing_else(app):
    for email in ("nadia@example.org", "paul@example.org", "lea@example.org"):
        ask(email=email)
    db.session.add(Hit(key="that of a window that is over", count=1, ends_at=now() - timedelta(seconds=1)))
    sent, failed, waiting = db.session.query(OutboxMail).order_by(OutboxMail.id)
    sent.sent_at = now() - retention.SENT_MAILS - timedelta(days=1)
    failed.failed_at = now() - retention.SENT_MAILS - timedelta(days=1)
    old = now() - retention.DRAFTS - timedelta(days=1)
    make_idea(publication="draft", author_id=None, created_at=old)
    kept = [make_idea(publication="draft", author_id=None).id, make_idea(created_at=old).id]
    db.session.query(SignIn).update({"expires_at": now() - retention.SIGN_INS - timedelta(days=1)})
    db.session.commit()
    counts = {
        "sign_ins": 3,
        "sessions": 0,
        "address_changes": 0,
        "mails": 2,
        "jobs": 0,
        "file_imports": 0,
        "hits": 1,
        "spent_proofs": 0,
        "drafts": 1,
        "typed_ideas": 0,
        "events": 0,
        "claims": 0,
        "reports": 0,
        "redacted": 0,
        "vote_uses": 0,
        "comments": 0,
        "revisions": 0,
        "notices": 0,
    }
    assert purge(now=now()) == counts
    assert list(db.session.scalars(sa.select(Idea.id).order_by(Idea.id))) == kept
    assert list(db.session.scalars(sa.select(OutboxMail.id))) == [waiting.id]


def test_what_was_refused_beside_ideas_goes_when_its_time_is_over_and_nothing_else(app):
    idea, writer, moderator = make_idea(campaign=make_campaign(takes_comments=True)), make_person(), make_moderator()
    vote = make_vote(idea, writer)
    for state in LineState:
        dated = {"state": state, "written_at": now() - timedelta(days=400)}
        dated["decided_at"] = None if state is LineState.WAITING else now()
        db.session.add(Comment(idea_id=idea.id, person_id=writer.id, text=state.value, **dated))
        changes = [RevisionChange(field="title", before="Avant", after=state.value)]
        db.session.add(Revision(idea_id=idea.id, changes=changes, **dated))
    db.session.add(VoteUse(vote_id=vote.id, text="refused", **(dated | {"state": LineState.REFUSED})))
    db.session.commit()
    said = write_comment(idea.id, "Hors sujet", person_id=writer.id, now=now())
    refusal = decide_comment(said.id, is_published=False, reason="off_topic", actor=moderator, now=now())

    def counts(days):
        erased = purge(now=now() + retention.REFUSED + timedelta(days=days))
        return [erased[name] for name in ("comments", "revisions", "vote_uses")]

    assert counts(-1) == [0, 0, 0]
    assert counts(1) == [2, 1, 1] and counts(1) == [0, 0, 0]
    assert {one.text for one in db.session.query(Comment)} == {"waiting", "published"}
    assert {one.after for one in db.session.query(RevisionChange)} == {"waiting", "published"}
    assert db.session.query(Vote).count() == 1 and db.session.query(Decision).count() == 1  # the register stays
    with pytest.raises(WrongState):
        undo_decision(refusal.id, actor=moderator, now=now())


def test_the_page_of_personal_data_says_what_the_purge_does(app, visit):
    text = visit("/donnees-personnelles").text
    for kept, days in (
        ("Messages envoyés", retention.SENT_MAILS),
        ("Messages que rien n’a pu remettre", retention.SENT_MAILS),
        ("Demandes de connexion", retention.SIGN_INS),
        ("Brouillons sans auteur confirmé", retention.DRAFTS),
        ("Fichiers d’idées apportés", retention.UPLOADS),
        ("Passages retirés par l’équipe", retention.REDACTED),
        ("que l’équipe n’a pas publiés", retention.REFUSED),
    ):
        unit = "jour" if days.days == 1 else "jours"
        assert re.search(rf"{kept} [^0-9]+ {days.days} {unit}", text), kept
