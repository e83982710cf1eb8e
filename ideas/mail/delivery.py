"""From the outbox to the mail server: claimed with a lease, tried again later and later, never lost.

A crash between the server's answer and our note sends a mail twice with the same Message-ID; nothing sends it never.
"""

import logging
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import OutboxMail

LEASE = timedelta(minutes=2)
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
TIMEOUT = 20
_log = logging.getLogger(__name__)


def deliver_due(*, smtp_url: str, sender: str, var: str, now: datetime, most: int = 50) -> int:
    """Send the mails that are due, at most `most`; return how many went. A refusal is tried again later."""
    sent = 0
    for _ in range(most):
        mail = _claim(now)
        if mail is None:
            break
        sent += _try(mail, smtp_url, sender, var, now)
    return sent


def _claim(now: datetime) -> OutboxMail | None:
    """Take the next mail for ourselves until its lease ends, so that two workers never send the same one."""
    free = sa.or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= now)
    waiting = (OutboxMail.sent_at.is_(None), OutboxMail.failed_at.is_(None), OutboxMail.due_at <= now, free)
    next_one = sa.select(OutboxMail.id).where(*waiting).order_by(OutboxMail.due_at, OutboxMail.id).limit(1)
    claimed = db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == next_one.scalar_subquery(), free)
        .values(leased_until=now + LEASE)
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    db.session.commit()
    return db.session.get(OutboxMail, claimed, populate_existing=True) if claimed else None


def _try(mail: OutboxMail, smtp_url: str, sender: str, var: str, now: datetime) -> bool:
    message = make_message(mail, sender)
    try:
        _send(message, smtp_url) if smtp_url else _keep(message, mail, var)
    except (OSError, smtplib.SMTPException) as error:
        _note_refusal(mail, error, now)
        return False
    mail.sent_at, mail.leased_until, mail.body, mail.last_error = now, None, "", ""
    db.session.commit()
    return True


def _note_refusal(mail: OutboxMail, error: Exception, now: datetime) -> None:
    mail.attempt_count += 1
    mail.leased_until = None
    mail.last_error = type(error).__name__
    mail.due_at = now + min(FIRST_WAIT * 2 ** (mail.attempt_count - 1), LONGEST_WAIT)
    if mail.attempt_count >= ATTEMPTS:
        mail.failed_at = now
        _log.error("mail %s is given up after %s attempts: %s", mail.id, ATTEMPTS, mail.last_error)
    db.session.commit()


def make_message(mail: OutboxMail, sender: str) -> EmailMessage:
    """Return the message of a row of the outbox, the same each time it is made."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(mail.written_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _send(message: EmailMessage, smtp_url: str) -> None:
    """Hand a message over to smtp://user:password@host:port, or smtps:// for TLS from the first byte."""
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    tls = ssl.create_default_context()
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=tls)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with connection:
        if parts.scheme != "smtps" and connection.ehlo()[0] == 250 and connection.has_extn("starttls"):
            connection.starttls(context=tls)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(message)


def _keep(message: EmailMessage, mail: OutboxMail, var: str) -> None:
    """Without a mail server: write the message under `var/mail`, and show it to whoever runs the demonstration."""
    folder = Path(var) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{mail.id:06}.eml").write_bytes(bytes(message))
    print(f"\n--- Mail for {mail.to} ---\n{mail.subject}\n\n{mail.body}---\n", flush=True)  # noqa: T201 - it is the terminal's
