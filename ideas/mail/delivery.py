"""From the outbox to the mail server: claimed with a lease, tried again later and later, never lost.

A crash between the server's answer and our note sends a mail twice with the same Message-ID; nothing sends it never.
No transaction is open while a server is spoken to: a slow one must not keep voters waiting.
"""

import contextlib
import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from ideas.mail.addresses import write_for_servers
from ideas.store.database import db
from ideas.store.models import OutboxMail

LEASE = timedelta(minutes=5)  # longer than a conversation of eight steps that each take `TIMEOUT`
TIMEOUT = 20
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_log = logging.getLogger(__name__)


def deliver_due(
    *, smtp_url: str, sender: str, var: str, now: datetime, most: int = 50, stop: Callable[[], bool] = lambda: False
) -> int:
    """Send the mails that are due, at most `most` and until `stop`; return how many went.

    A refusal is tried again later. Without `smtp_url`, mails go to `var` and to the terminal.
    """
    start, sent = monotonic(), 0
    for _ in range(most):
        at = now + timedelta(seconds=monotonic() - start)
        mail = None if stop() else _claim(at)
        if mail is None:
            break
        sent += _try(mail, smtp_url, sender, var, at)
    return sent


def find_wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1, 3, 9, 27, 81, 243 minutes, then 6 hours."""
    return min(FIRST_WAIT * 3 ** (attempts - 1), LONGEST_WAIT)


def make_message(mail: OutboxMail | sa.Row[Any], sender: str) -> EmailMessage:
    """Return the message of a row of the outbox, the same each time it is made."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, write_for_servers(mail.to), mail.subject
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(mail.written_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="8bit")
    return message


def _claim(now: datetime) -> sa.Row[Any] | None:
    """Take the next mail for ourselves until its lease ends, so that two workers never send the same one."""
    free = sa.or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= now)
    waiting = (OutboxMail.sent_at.is_(None), OutboxMail.failed_at.is_(None), OutboxMail.due_at <= now, free)
    next_one = sa.select(OutboxMail.id).where(*waiting).order_by(OutboxMail.due_at, OutboxMail.id).limit(1)
    claimed = db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == next_one.scalar_subquery(), *waiting)
        .values(leased_until=now + LEASE)
        .returning(*OutboxMail.__table__.c)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()
    return claimed


def _try(mail: sa.Row[Any], smtp_url: str, sender: str, var: str, now: datetime) -> bool:
    try:
        message = make_message(mail, sender)
        _send(message, smtp_url) if smtp_url else _keep(message, mail, var)
    except Exception as error:  # noqa: BLE001 - a mail that cannot be sent must not hold up those behind it
        _note_refusal(mail, error, now)
        return False
    _note(mail, sent_at=now, body="", last_error="")
    return True


def _note_refusal(mail: sa.Row[Any], error: Exception, now: datetime) -> None:
    attempts = mail.attempt_count + 1
    is_last = attempts >= ATTEMPTS
    # The text of an error may hold the address: the name and the number of the answer are enough.
    reason = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    _log.log(logging.ERROR if is_last else logging.WARNING, "mail %s, attempt %s: %s", mail.id, attempts, reason)
    failed_at = now if is_last else None
    _note(mail, attempt_count=attempts, last_error=reason, due_at=now + find_wait(attempts), failed_at=failed_at)


def _note(mail: sa.Row[Any], **columns: Any) -> None:
    noted = sa.update(OutboxMail).where(OutboxMail.id == mail.id).values(leased_until=None, **columns)
    db.session.execute(noted.execution_options(synchronize_session=False))
    db.session.commit()


def _send(message: EmailMessage, smtp_url: str) -> None:
    """Hand a message over to smtp://user:password@host:port, or smtps:// for TLS from the first byte."""
    parts = urlsplit(smtp_url)
    host, tls = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=tls)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with contextlib.closing(connection):
        connection.ehlo_or_helo_if_needed()
        if parts.scheme != "smtps" and connection.has_extn("starttls"):
            connection.starttls(context=tls)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(message)
        # The mail is accepted: a server that says goodbye badly must not get it a second time.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.quit()


def _keep(message: EmailMessage, mail: sa.Row[Any], var: str) -> None:
    """Without a mail server: write the message under `var/mail`, and show it to whoever runs the demonstration."""
    folder = Path(var) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{mail.id:06}.eml").write_bytes(bytes(message))
    block = f"\n--- Mail for {mail.to} ---\n{mail.subject}\n\n{mail.body}---\n"
    print(block, flush=True)  # noqa: T201 - it is the terminal's
