"""What mails say, one function a mail; each is put in the outbox by the act it tells of.

To add one: a pair of templates under `templates/mail/`, a function here, a test in `tests/test_mail_messages.py`.
"""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ideas.domain.accounts import Purpose
from ideas.domain.errors import N_
from ideas.mail.templates import render
from ideas.store.database import db
from ideas.store.models import OutboxMail

SIGN_IN = N_("%(site)s : votre code de connexion")
MOVING = N_("%(site)s : confirmez votre nouvelle adresse")
MOVED = N_("%(site)s : l’adresse de votre compte a changé")
SAFETY = N_("%(site)s : la connexion à votre compte a changé")


def write_sign_in_mail(
    to: str, *, language: str, link: str, code: str, now: datetime, does: Purpose | None = None
) -> None:
    """Send somebody the link and the code that sign them in; `does` is what that will do besides.

    The code stays out of the subject: a locked telephone shows it, and the outbox keeps it after the text is erased.
    """
    address = urlsplit(link)
    link += "?lang=en" if language == "en" else ""
    facts: dict[str, Any] = {"site": address.netloc, "code": code, "link": link, "does": does}
    mail = render("sign_in", language=language, subject=SIGN_IN, named={"site": address.netloc}, **facts)
    put(to, mail, host=address.hostname or "localhost", now=now)


def write_moving_mail(to: str, *, language: str, link: str, now: datetime) -> None:
    """Send the link that makes an address that of an account."""
    address = urlsplit(link)
    link += "?lang=en" if language == "en" else ""
    named = {"site": address.netloc}
    mail = render("moving", language=language, subject=MOVING, named=named, link=link, **named)
    put(to, mail, host=address.hostname or "localhost", now=now)


def write_moved_mail(to: str, *, language: str, host: str, now: datetime) -> None:
    """Tell an address that it no longer signs in; the new one is not said."""
    mail = render("moved", language=language, subject=MOVED, named={"site": host}, site=host)
    put(to, mail, host=urlsplit(f"//{host}").hostname or "localhost", now=now)


def write_safety_mail(to: str, said: str, *, language: str, origin: str, now: datetime, label: str = "") -> None:
    """Tell somebody that the way to sign in to their account changed: they alone know whether it was them."""
    address = urlsplit(origin)
    named = {"site": address.netloc}
    mail = render("safety", language=language, subject=SAFETY, named=named, said=said, label=label, **named)
    put(to, mail, host=address.hostname or "localhost", now=now)


def put(to: str, mail: tuple[str, str, str], *, host: str, now: datetime, stop_url: str = "") -> None:
    """Add a mail that is due at once. Its Message-ID is drawn here, so that a second sending is known as one."""
    subject, body, html = mail
    db.session.add(
        OutboxMail(
            message_id=f"<{secrets.token_hex(16)}@{host}>",
            to=to,
            subject=subject,
            body=body,
            html=html,
            stop_url=stop_url,
            written_at=now,
            due_at=now,
        )
    )
