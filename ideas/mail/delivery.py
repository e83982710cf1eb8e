"""Handing a mail over: to a mail server, or to a folder and the terminal when there is none. No database here."""

import contextlib
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from ideas.mail.addresses import write_for_servers

TIMEOUT = 20  # seconds for each of the eight steps of a conversation
ASKS_FOR_SIGN_IN = 530  # our settings are wrong, not the address


class Mail(Protocol):
    """What a mail says and to whom: a row of the outbox."""

    @property
    def message_id(self) -> str:
        """Its identity, the same at each attempt."""

    @property
    def to(self) -> str:
        """The address it goes to."""

    @property
    def subject(self) -> str:
        """Its subject, on one line."""

    @property
    def body(self) -> str:
        """Its text."""

    @property
    def html(self) -> str:
        """The same in HTML, empty when there is only a text."""

    @property
    def stop_url(self) -> str:
        """Where one press stops such mails, empty for what was asked for."""

    @property
    def written_at(self) -> datetime:
        """When it was written."""


class Undeliverable(Exception):
    """This mail cannot go, today or later; the message says why without naming the address."""


def make_message(mail: Mail, sender: str, reply_to: str = "") -> EmailMessage:
    """Return the message of a mail, the same each time it is made; raises `Undeliverable` for what no server takes."""
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = sender, write_for_servers(mail.to), mail.subject
    except (ValueError, UnicodeError) as error:
        raise Undeliverable(type(error).__name__) from None
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(mail.written_at)
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = reply_to
    if mail.stop_url:  # RFC 8058: a mail program stops them in one press, without opening a page
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body, cte="8bit")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="8bit")
    return message


def send(message: EmailMessage, smtp_url: str) -> None:
    """Hand a message over to smtp://user:password@host:port, or smtps:// for TLS from the first byte.

    Raises `Undeliverable` when the server will never take it, `OSError` or `SMTPException` when it may later.
    """
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
        _hand_over(connection, message)
        # The mail is accepted: a server that says goodbye badly must not get it a second time.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.quit()


def keep(message: EmailMessage, mail: Mail, path: Path) -> None:
    """Without a mail server: write the message to `path`, and show it to whoever runs the demonstration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(message))
    block = f"\n--- Mail for {mail.to} ---\n{mail.subject}\n\n{mail.body}---\n"
    print(block, flush=True)  # noqa: T201 - it is the terminal's


def explain(error: Exception) -> str:
    """Return why a mail did not go: the text of an error may hold the address, its name and its number do not."""
    return f"{type(error).__name__} {_code_of(error) or ''}".strip()


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        connection.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = _code_of(error)
        if 500 <= code < 600 and code != ASKS_FOR_SIGN_IN:
            raise Undeliverable(explain(error)) from None
        raise
    except smtplib.SMTPNotSupportedError as error:  # an address with accents before the @
        raise Undeliverable(explain(error)) from None


def _code_of(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _words in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", 0))
