"""The outbox: nothing is lost, a refusal is tried again, and a real mail server receives what was said."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from ideas.mail.delivery import ATTEMPTS, LEASE, deliver_due
from ideas.mail.messages import write_sign_in_mail
from ideas.store.database import db
from ideas.store.models import OutboxMail
from tests.factories import now
from tests.servers import free_port


class Sink:
    """A mail server that keeps what it is given, and refuses as many times as it is told."""

    def __init__(self):
        self.received, self.refusals = [], 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        if self.refusals:
            self.refusals -= 1
            return "451 later"
        self.received.append(envelope)
        return "250 ok"


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


def test_a_mail_arrives_whole_and_its_body_is_erased(app, sink, tmp_path):
    write()
    assert deliver(sink, tmp_path) == 1
    text = sink.received[0].content.decode()
    row = db.session.query(OutboxMail).one()
    assert sink.received[0].rcpt_tos == ["p0@example.org"] and row.message_id in text and "123456" in text
    assert (row.body, row.sent_at is not None) == ("", True)


@pytest.mark.parametrize("language, words", [("fr", "Votre code"), ("en", "Your sign-in code"), ("de", "Votre code")])
def test_a_mail_speaks_the_reader_s_language(app, language, words):
    write(language=language)
    assert db.session.query(OutboxMail).one().subject.startswith(words)


def test_a_refusal_is_tried_again_later_with_the_same_number(app, sink, tmp_path):
    write()
    sink.refusals = 1
    assert deliver(sink, tmp_path) == 0
    assert deliver(sink, tmp_path) == 0
    row = db.session.query(OutboxMail).one()
    assert (row.attempt_count, row.last_error) == (1, "SMTPDataError")
    assert deliver(sink, tmp_path, at=now() + timedelta(minutes=2)) == 1
    assert row.message_id in sink.received[0].content.decode()


def test_a_server_that_is_away_keeps_the_mail_then_it_is_given_up_and_stays_visible(app, tmp_path):
    write()
    at = now()
    for _ in range(ATTEMPTS):
        deliver("smtp://127.0.0.1:9", tmp_path, at=at)
        at += timedelta(hours=7)
    row = db.session.query(OutboxMail).one()
    assert (row.sent_at, row.failed_at is not None, row.attempt_count) == (None, True, ATTEMPTS)
    assert "123456" in row.body


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
