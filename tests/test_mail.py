"""The outbox: nothing is lost, a refusal is tried again, and a real mail server receives what was said."""

import asyncio
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from ideas.actions.news import spread_news
from ideas.actions.outbox import ATTEMPTS, LEASE, deliver_due, find_wait
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.actions.voting import cast_vote
from ideas.domain.events import EventKind
from ideas.mail.delivery import make_message
from ideas.mail.messages import write_sign_in_mail
from ideas.mail.news import Letterhead
from ideas.store.database import db
from ideas.store.models import OutboxMail, Vote
from tests.factories import make_idea, make_person, now
from tests.servers import free_port
from tests.test_voting import press_together

AWAY = "smtp://127.0.0.1:9"


class Sink:
    """A mail server that keeps what it is given, and refuses as many times as it is told."""

    def __init__(self):
        self.received, self.refusals, self.meanwhile = [], 0, lambda: None
        self.answers, self.silent, self.refusal, self.cuts = {}, set(), "", 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.silent:
            await asyncio.sleep(60)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
            return "451 nobody hears this"
        if self.refusal:
            return self.refusal
        if self.refusals:
            self.refusals -= 1
            return "451 later"
        self.meanwhile()
        self.received.append(envelope)
        return "250 ok"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802
        return "421 in a hurry"

    def texts(self):
        """What was received, as a person reads it."""
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.received]


@pytest.fixture
def sink():
    """A real SMTP server on a free port."""
    handler = Sink()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


def write(count=1, language="fr"):
    for number in range(count):
        write_sign_in_mail(
            f"p{number}@example.org", language=language, link="https://x.example/l", code="123456", now=now()
        )
    db.session.commit()


def deliver(sink_or_url, var, at=None):
    url = getattr(sink_or_url, "url", sink_or_url)
    return deliver_due(smtp_url=url, sender="site@example.org", var=str(var), now=at or now())


def only_row():
    db.session.expire_all()
    return db.session.query(OutboxMail).one()


def test_a_mail_arrives_whole_and_its_body_is_erased(app, sink, tmp_path):
    write()
    assert deliver(sink, tmp_path) == 1
    (message,), row = sink.texts(), only_row()
    assert (message["To"], message["Message-ID"]) == ("p0@example.org", row.message_id)
    text, html = message.iter_parts()
    assert {"    123456", "https://x.example/l"} <= set(text.get_content().splitlines())
    assert html.get_content_type() == "text/html" and "123456" in html.get_content()
    assert (row.body, row.html, row.sent_at is not None, row.leased_until) == ("", "", True, None)


def test_the_code_is_not_in_what_stays_of_a_mail(app, sink, tmp_path):
    write()
    deliver(sink, tmp_path)
    row = only_row()
    assert not [c.name for c in OutboxMail.__table__.c if "123456" in str(getattr(row, c.name))]


def test_a_mail_shows_accents_and_long_links_as_they_are(app, sink, tmp_path):
    link = f"https://idees.example/connexion/lien/{'a' * 90}"
    write_sign_in_mail("p@example.org", language="fr", link=link, code="123456", now=now())
    db.session.commit()
    deliver(sink, tmp_path)
    said = sink.received[0].content.decode()
    assert said.count(link) == 3 and said.count("à six chiffres") == 2
    assert said.index("text/plain") < said.index("text/html")


def test_a_refusal_is_tried_again_later_with_the_same_number(app, sink, tmp_path):
    write()
    sink.refusals = 1
    assert deliver(sink, tmp_path) == 0
    assert deliver(sink, tmp_path) == 0
    row = only_row()
    assert (row.attempt_count, row.last_error) == (1, "SMTPDataError 451")
    assert deliver(sink, tmp_path, at=now() + timedelta(minutes=2)) == 1
    assert sink.texts()[0]["Message-ID"] == row.message_id


def test_the_wait_grows_from_a_minute_to_six_hours():
    waits = [find_wait(attempts) for attempts in range(1, ATTEMPTS)]
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=6)) and waits == sorted(set(waits))


def test_a_server_that_is_away_keeps_the_mail_then_it_is_given_up_and_stays_visible(app, tmp_path):
    write()
    at = now()
    for _ in range(ATTEMPTS):
        deliver(AWAY, tmp_path, at=at)
        at += timedelta(hours=7)
    row = only_row()
    assert (row.sent_at, row.failed_at is not None, row.attempt_count) == (None, True, ATTEMPTS)
    assert "123456" in row.body and deliver(AWAY, tmp_path, at=at) == 0


def test_a_mail_that_cannot_be_made_holds_up_none_behind_it(app, sink, tmp_path):
    write(2)
    db.session.query(OutboxMail).filter_by(to="p0@example.org").update({"to": "a\nb@example.org"})
    db.session.commit()
    assert deliver(sink, tmp_path) == 1
    assert [row.failed_at is None for row in db.session.query(OutboxMail).order_by(OutboxMail.id)] == [False, True]


def test_a_slow_server_keeps_no_voter_waiting(app, sink, tmp_path):
    idea, person = make_idea(), make_person()
    vote = {"idea_id": idea.id, "person_id": person.id}

    def cast():
        with app.app_context():
            cast_vote(vote["idea_id"], person_id=vote["person_id"], now=now())

    write()
    sink.meanwhile = cast
    assert deliver(sink, tmp_path) == 1
    assert db.session.query(Vote).count() == 1


def test_two_workers_send_each_mail_once(app, sink, tmp_path):
    write(12)
    press_together(app, 4, lambda: deliver(sink, tmp_path))
    assert sorted(envelope.rcpt_tos[0] for envelope in sink.received) == sorted(f"p{n}@example.org" for n in range(12))


def test_an_accented_domain_is_spelled_for_every_server():
    row = OutboxMail(to="x@mairie-évry.fr", subject="s", body="b", html="", message_id="<1@x>", written_at=now())
    assert make_message(row, "site@example.org")["To"] == "x@xn--mairie-vry-h7a.fr"


def test_what_another_worker_holds_is_left_to_it_until_its_lease_ends(app, sink, tmp_path):
    write()
    db.session.query(OutboxMail).update({"leased_until": now() + LEASE})
    db.session.commit()
    assert deliver(sink, tmp_path) == 0
    assert deliver(sink, tmp_path, at=now() + LEASE * 2) == 1


def test_without_a_server_mails_are_written_to_a_folder_and_shown(app, tmp_path, capsys):
    write(2)
    assert deliver("", tmp_path) == 2
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2
    assert "123456" in capsys.readouterr().out


def test_a_server_that_refuses_some_loses_none(app, sink, tmp_path):
    write(10)
    sink.refusals = 3
    at = now()
    for _ in range(4):
        deliver(sink, tmp_path, at=at)
        at += timedelta(minutes=10)
    assert sorted(envelope.rcpt_tos[0] for envelope in sink.received) == [f"p{n}@example.org" for n in range(10)]


def test_news_reach_everybody_once_through_a_server_that_refuses_hangs_and_cuts(app, sink, tmp_path, monkeypatch):
    monkeypatch.setattr("ideas.mail.delivery.TIMEOUT", 1)
    ideas = [make_idea(author=make_person(f"n{number}@site{number}.example")) for number in range(8)]
    with transaction(is_public=False):
        for idea in ideas:
            tell(EventKind.PUBLISHED, [idea.id], by=None, now=now())
    head = Letterhead("Données rêvées", "https://idees.example")
    at = now()
    sink.refusals, sink.cuts, sink.silent = 2, 3, {"n7@site7.example"}
    for _ in range(6):
        spread_news(head, now=at)
        deliver(sink, tmp_path, at=at)
        sink.silent, at = set(), at + timedelta(hours=7)
    reached = sorted(envelope.rcpt_tos[0] for envelope in sink.received)
    assert reached == [f"n{number}@site{number}.example" for number in range(8)]
    rows = db.session.query(OutboxMail).all()
    assert all(row.sent_at for row in rows) and sum(row.attempt_count for row in rows) == 6
    assert {message["Message-ID"] for message in sink.texts()} == {row.message_id for row in rows}


@pytest.mark.parametrize(
    "answer, is_dead",
    [("550 no such user", True), ("553 bad name", True), ("450 busy", False), ("530 sign in first", False)],
)
def test_an_address_refused_for_good_is_given_up_at_once(app, sink, tmp_path, answer, is_dead):
    write(2)
    sink.answers["p0@example.org"] = answer
    assert deliver(sink, tmp_path) == 1
    row = db.session.query(OutboxMail).filter_by(to="p0@example.org").one()
    assert (row.failed_at is not None, row.attempt_count) == (is_dead, 1)
    assert answer[:3] in row.last_error and "p0" not in row.last_error


def test_a_mail_refused_for_good_is_given_up_at_once(app, sink, tmp_path):
    write()
    sink.refusal = "554 looks like spam"
    assert deliver(sink, tmp_path) == 0
    assert (only_row().failed_at is not None, only_row().last_error) == (True, "SMTPDataError 554")


def test_an_address_that_hangs_delays_no_other_mail_nor_those_that_come_meanwhile(app, sink, tmp_path, monkeypatch):
    monkeypatch.setattr("ideas.mail.delivery.TIMEOUT", 3)
    monkeypatch.setattr("ideas.actions.outbox.SLOW", 2)
    slow = [f"slow{number}@hangs.example" for number in range(8)]
    sink.silent = set(slow)
    for address in (*slow, "quick@example.org"):
        write_sign_in_mail(address, language="fr", link="https://x.example/l", code="123456", now=now())
    db.session.commit()
    began, came = time.monotonic(), []
    sink.meanwhile = lambda: came.append(time.monotonic() - began)
    round_of_mail = threading.Thread(target=lambda: in_context(app, lambda: deliver(sink, tmp_path)))
    round_of_mail.start()
    wait_for(lambda: len(came) == 1)
    write_sign_in_mail("late@example.org", language="fr", link="https://x.example/l", code="123456", now=now())
    db.session.commit()
    wait_for(lambda: len(came) == 2)
    round_of_mail.join()
    assert came[1] < 2.5 and time.monotonic() - began < 10
    tried = db.session.query(OutboxMail.to).filter(OutboxMail.attempt_count > 0).all()
    assert tried == [(slow[0],)], "one of a domain that hangs is enough to know it"


def in_context(app, work):
    with app.app_context():
        work()


def wait_for(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_a_clock_that_went_back_holds_no_mail(app, sink, tmp_path):
    write()
    assert deliver(sink, tmp_path, at=now() - timedelta(days=2)) == 1
