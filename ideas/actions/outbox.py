"""From the outbox to the mail server: claimed with a lease, tried again later and later, never lost.

A crash between the server's answer and our note sends a mail twice with the same Message-ID; nothing sends it never.
No transaction is open while a server is spoken to: a slow one must not keep voters waiting. Each claim and each note
is an act of its own, on a connection of its own: several mails are under way at once, one a domain, so that what
hangs holds up nothing but its like.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa

from ideas.mail.delivery import Undeliverable, explain, keep, make_message, send
from ideas.store.database import db, writing
from ideas.store.models import OutboxMail

LEASE = timedelta(minutes=5)  # longer than a conversation of eight steps that each take all their time
LANES = 4  # mails under way at once
LOOK = 200  # due mails among which a lane chooses
SLOW = 5  # seconds lost on a mail after which its domain waits for the next round
PAUSE = 0.2  # seconds before a lane that found nothing looks again, while another is at work
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_log = logging.getLogger(__name__)


def deliver_due(
    *,
    smtp_url: str,
    sender: str,
    var: str,
    now: datetime,
    reply_to: str = "",
    most: int = 50,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Send the mails that are due, at most `most` and until `stop`; return how many went.

    What may go later is tried again later; an address that is refused for good is given up at once. What comes while
    a mail hangs is sent meanwhile. Without `smtp_url`, mails go to `var` and to the terminal, one after the other.
    """
    db.session.rollback()
    round_ = _Round(db.engine, smtp_url, sender, Path(var), now, most, stop, reply_to)
    if not round_.list_due():
        return 0
    with ThreadPoolExecutor(LANES if smtp_url else 1, thread_name_prefix="mail") as lanes:
        return sum(lanes.map(lambda _lane: round_.work(), range(LANES if smtp_url else 1)))


def find_wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1, 3, 9, 27, 81, 243 minutes, then 6 hours."""
    return min(FIRST_WAIT * 3 ** (attempts - 1), LONGEST_WAIT)


@dataclass
class _Round:
    """One round of deliveries, shared by its lanes."""

    engine: sa.Engine
    smtp_url: str
    sender: str
    var: Path
    now: datetime
    left: int
    stop: Callable[[], bool]
    reply_to: str = ""
    start: float = field(default_factory=monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)
    busy: set[str] = field(default_factory=set)  # domains that a lane is sending to
    late: set[str] = field(default_factory=set)  # domains that let us wait in vain during this round

    def work(self) -> int:
        """Send one mail after the other while there are any, or while another lane is at work; count what went."""
        sent = 0
        while not self.stop():
            with self._claimed() as mail:
                if mail is not None:
                    sent += self._try(mail)
                    continue
            with self.lock:
                if not self.busy or self.left <= 0:
                    break
            threading.Event().wait(PAUSE)
        return sent

    def list_due(self) -> list[Any]:
        """List the numbers and addresses of mails that are due, the longest due first."""
        look = sa.select(OutboxMail.id, OutboxMail.to).where(*self._waiting())
        with self.engine.connect() as connection:
            return list(connection.execute(look.order_by(OutboxMail.due_at, OutboxMail.id).limit(LOOK)))

    @contextmanager
    def _claimed(self) -> Iterator[Any]:
        """Take the next mail of a domain that no lane is sending to; nothing when there is none."""
        mail = domain = None
        with self.lock:
            for number, address in self.list_due() if self.left > 0 else []:
                domain = address.rpartition("@")[2].lower()
                if domain not in self.busy | self.late and (mail := self._claim(number)) is not None:
                    self.busy.add(domain)
                    self.left -= 1
                    break
        try:
            yield mail
        finally:
            if mail is not None and domain is not None:
                with self.lock:
                    self.busy.discard(domain)

    def _claim(self, number: int) -> Any:
        """Take a mail for ourselves until its lease ends, unless another worker just did."""
        taking = sa.update(OutboxMail).where(OutboxMail.id == number, *self._waiting())
        with writing(), self.engine.begin() as connection:
            return connection.execute(
                taking.values(leased_until=self._time() + LEASE).returning(*OutboxMail.__table__.c)
            ).one_or_none()

    def _try(self, mail: Any) -> bool:
        began = monotonic()
        try:
            message = make_message(mail, self.sender, self.reply_to)
            if self.smtp_url:
                send(message, self.smtp_url)
            else:
                keep(message, mail, self.var / "mail" / f"{mail.id:06}.eml")
        except Exception as error:  # noqa: BLE001 - a mail that cannot be sent must not hold up those behind it
            if monotonic() - began > SLOW:
                with self.lock:
                    self.late.add(mail.to.rpartition("@")[2].lower())
            self._note_refusal(mail, error)
            return False
        self._note(mail, sent_at=self._time(), body="", html="", stop_url="", last_error="")
        return True

    def _note_refusal(self, mail: Any, error: Exception) -> None:
        attempts, at = mail.attempt_count + 1, self._time()
        is_last = attempts >= ATTEMPTS or isinstance(error, Undeliverable)
        reason = str(error) if isinstance(error, Undeliverable) else explain(error)
        _log.log(logging.ERROR if is_last else logging.WARNING, "mail %s, attempt %s: %s", mail.id, attempts, reason)
        due = {"failed_at": at} if is_last else {"due_at": at + find_wait(attempts)}
        self._note(mail, attempt_count=attempts, last_error=reason, **due)

    def _note(self, mail: Any, **columns: Any) -> None:
        noted = sa.update(OutboxMail).where(OutboxMail.id == mail.id)
        with writing(), self.engine.begin() as connection:
            connection.execute(noted.values(leased_until=None, **columns))

    def _waiting(self) -> tuple[sa.ColumnElement[bool], ...]:
        at = self._time()
        # A clock may have gone back since: what it wrote, too far in the future to be true, holds nothing up.
        free = sa.or_(
            OutboxMail.leased_until.is_(None), OutboxMail.leased_until <= at, OutboxMail.leased_until > at + 2 * LEASE
        )
        first = sa.and_(OutboxMail.attempt_count == 0, OutboxMail.written_at > at + LEASE)
        due = sa.or_(OutboxMail.due_at <= at, first, OutboxMail.due_at > at + LONGEST_WAIT + LEASE)
        return OutboxMail.sent_at.is_(None), OutboxMail.failed_at.is_(None), due, free

    def _time(self) -> datetime:
        return self.now + timedelta(seconds=monotonic() - self.start)
